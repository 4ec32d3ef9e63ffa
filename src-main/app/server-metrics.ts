import { Histogram } from 'prom-client';
import { createMetrics, type Metrics, type Reading } from '#main/api/metrics.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Store } from '#main/store/open-store.ts';
import { jobState, taskState } from '#shared/model/job.ts';

export type ServerMetrics = Metrics & {
  /** A task that could begin since `waitedMs` was leased. */
  leased: (waitedMs: number) => void;
};

/** What Prometheus reads of a running server (S3 15): jobs and tasks by state, nodes, queue depth and latencies. */
export function serverMetrics({ db }: Store, clock: Clock, nodesOnline: () => number): ServerMetrics {
  const metrics = createMetrics(async () => {
    const jobs = await countByState(db, 'job');
    const tasks = await countByState(db, 'task');
    const oldest = await db
      .selectFrom('job')
      .select((select) => select.fn.min<number | null>('createdAtMs').as('sinceMs'))
      .where('state', '=', 'queued')
      .executeTakeFirstOrThrow();
    const waitSec = oldest.sinceMs === null ? 0 : Math.max(0, clock.nowMs() - oldest.sinceMs) / 1000;
    const known = await db
      .selectFrom('node')
      .select((select) => select.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return [
      ...jobState.options.map((state) => reading('jobs', 'Jobs by state.', jobs.get(state) ?? 0, { state })),
      ...taskState.options.map((state) => reading('tasks', 'Tasks by state.', tasks.get(state) ?? 0, { state })),
      reading('nodes', 'Nodes by whether they are connected.', nodesOnline(), { state: 'online' }),
      reading('nodes', 'Nodes by whether they are connected.', known.count - nodesOnline(), { state: 'offline' }),
      reading('queue_depth', 'Jobs that nobody has begun.', jobs.get('queued') ?? 0),
      reading('queue_oldest_wait_seconds', 'How long the first of them has waited.', waitSec),
    ];
  });
  const waits = new Histogram({
    name: 'encrew_task_lease_wait_seconds',
    help: 'Time from when a task could begin until a node had it.',
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 5, 60, 600],
    registers: [metrics.registry],
  });
  return { ...metrics, leased: (waitedMs) => waits.observe(waitedMs / 1000) };
}

async function countByState(db: Store['db'], table: 'job' | 'task'): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom(table)
    .select((select) => ['state', select.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute();
  return new Map(rows.map(({ state, count }) => [state, count]));
}

function reading(name: string, help: string, value: number, labels?: Record<string, string>): Reading {
  return labels === undefined ? { name, help, value } : { name, help, value, labels };
}
