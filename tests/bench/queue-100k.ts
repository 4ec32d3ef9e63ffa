import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApi } from '#main/api/create-api.ts';
import { jobPartRoutes } from '#main/api/routes/job-parts.ts';
import { jobRoutes } from '#main/api/routes/jobs.ts';
import { systemClock } from '#main/platform/clock.ts';
import { newId } from '#main/platform/ids.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { claimTask, readyTasks } from '#main/queue/claim-task.ts';
import { claimJob, jobPutBack } from '#main/queue/probe-job.ts';
import type { Lease, QueueContext } from '#main/queue/queue-context.ts';
import { completeTask } from '#main/queue/settle-task.ts';
import { openStore } from '#main/store/open-store.ts';
import { jobList } from '#shared/protocol/jobs.ts';
import { add } from '#tests/helpers/a-queue.ts';
import { fillQueue, largeQueue, queueOf } from './big-queue.ts';
import { p95, timesMs, type Timing, timingText } from './percentile.ts';
import type { Figure } from './report.ts';

const rounds = 100;

/**
 * Row 4 of design section 6: how long lists, claims and completions take with 100,000 queued jobs. Lists are asked for by HTTP,
 * the rest is the queue's own work on its database file.
 */
export async function queue100k(print: (line: string) => void): Promise<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'encrew-bench-'));
  const store = await openStore(folder);
  try {
    await fillQueue(store, largeQueue);
    const queue = queueOf(store);
    const all = { ...(await listTimes(queue)), ...(await workTimes(queue)) };
    const slowest: number[] = [];
    for (const [what, timing] of Object.entries(all)) {
      slowest.push(p95(timing.wallMs));
      print(`${what}: ${timingText(timing)}`);
    }
    const { queued, working, done } = largeQueue;
    return {
      name: 'queue-100k',
      value: Math.max(...slowest),
      unit: 'ms',
      bound: 50,
      detail: `the largest p95 of ${rounds} each, with ${queued} jobs queued, ${working} begun and ${done} done`,
    };
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

type Times = Record<string, Timing>;

async function listTimes(queue: QueueContext): Promise<Times> {
  const { url, close } = await serveJobs(queue);
  const list = async (query: string) => {
    const response = await fetch(`${url}/api/v1${query}`);
    const body = await response.text();
    if (response.status !== 200) throw new Error(`${response.status}: ${body}`);
    return body;
  };
  const times = async (query: string): Promise<Timing> => {
    // The first one also fills caches and compiles.
    await list(query);
    return timesMs(rounds, () => list(query));
  };
  try {
    const cursor = await deepCursor(queue, list);
    const some = await queue.db
      .selectFrom('job')
      .select('id')
      .where('state', '=', 'completed')
      .executeTakeFirstOrThrow();
    return {
      'first page': await times('/jobs'),
      'first page of 200': await times('/jobs?limit=200'),
      'page 500': await times(`/jobs?limit=200&cursor=${cursor}`),
      'page in the order of the queue': await times('/jobs?sort=queue&state=queued'),
      'page of all in the order of the queue': await times('/jobs?sort=queue'),
      'page in the order of changes': await times('/jobs?sort=-updatedAt'),
      'page of what is queued in the order of changes': await times('/jobs?sort=-updatedAt&state=queued'),
      'page of a common state': await times('/jobs?state=queued'),
      'page of a rare state': await times('/jobs?state=encoding'),
      'page of two states': await times('/jobs?state=queued,completed'),
      'page of a profile': await times('/jobs?profile=draft'),
      'search for one film': await times('/jobs?search=E2077777%20'),
      'search for a common word': await times('/jobs?search=season'),
      'search for a show': await times('/jobs?search=Show%2039'),
      'search for two letters': await times('/jobs?search=zq'),
      'search for nothing there': await times('/jobs?search=zebra'),
      'search in what is queued': await times('/jobs?search=zebra&state=queued'),
      'tasks of a job': await times(`/jobs/${some.id}/tasks`),
      'tasks of all': await times('/tasks'),
      'tasks that are ready': await times('/tasks?state=ready'),
    };
  } finally {
    await close();
  }
}

/** Where page 500 begins, as turning the pages one by one would come to it. */
async function deepCursor({ db }: QueueContext, list: (query: string) => Promise<string>): Promise<string> {
  const page = jobList.parse(JSON.parse(await list('/jobs?limit=200')));
  const parts: unknown = JSON.parse(Buffer.from(page.nextCursor ?? '', 'base64url').toString());
  if (!Array.isArray(parts)) throw new Error('a cursor has another form by now');
  const row = await db
    .selectFrom('job')
    .select(['createdAtMs', 'id'])
    .orderBy('createdAtMs', 'desc')
    .orderBy('id', 'desc')
    .offset(500 * 200 - 1)
    .limit(1)
    .executeTakeFirstOrThrow();
  return Buffer.from(JSON.stringify([parts[0], row.createdAtMs, row.id])).toString('base64url');
}

async function workTimes(queue: QueueContext): Promise<Times> {
  const ready = await readyTasks(queue.db, systemClock.nowMs(), rounds);
  const leases: Lease[] = [];
  const claimed = await timesMs(rounds, async (index) => {
    const held = await claimTask(queue, { taskId: ready[index]?.id ?? '', nodeId: 'node', leaseMs: 60_000 });
    if (held === null) throw new Error('a ready task could not be claimed');
    leases.push({ taskId: held.taskId, nodeId: held.nodeId, attempt: held.attempt });
  });
  return {
    'what is ready': await timesMs(rounds, () => readyTasks(queue.db, systemClock.nowMs(), 500)),
    'claim a task': claimed,
    'complete a task': await timesMs(rounds, async (index) => {
      const lease = leases[index];
      const isMine = lease !== undefined && (await completeTask(queue, lease, { findings: [], output: null }));
      if (!isMine) throw new Error('a lease was lost');
    }),
    'claim the next job': await timesMs(rounds, async () => {
      const claim = await claimJob(queue, { owner: 'bench', leaseMs: 60_000, mostActive: 1_000 });
      if (claim === null) throw new Error('no job is queued');
      await jobPutBack(queue, claim, { notBeforeMs: systemClock.nowMs() + 3_600_000, because: null });
    }),
    'add a job': await timesMs(rounds, () => add(queue, newId())),
  };
}

/** The real HTTP side, for anybody. */
async function serveJobs(queue: QueueContext): Promise<{ url: string; close: () => Promise<void> }> {
  const refuse = async (): Promise<never> => {
    throw new Error('the bench only reads');
  };
  const routes = [
    ...jobRoutes({
      ...{ queue, submit: refuse, allowInput: refuse, allowOutput: refuse, detail: refuse },
      defaultTtlHours: () => null,
    }),
    ...jobPartRoutes({ db: queue.db, plan: refuse, log: refuse }),
  ];
  const app = createApi({
    ...{ routes, clock: systemClock, log: silentLogger },
    authenticate: async () => ({
      ok: true,
      actor: { kind: 'token', id: 'bench', name: 'bench', role: 'admin' },
      csrfMatches: null,
    }),
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
