import type { Kysely } from 'kysely';
import type { Database } from '#main/store/schema.ts';
import { taskState } from '#shared/model/job.ts';
import type { SpeedBook } from './assign.ts';
import type { Straggler } from './assign-twin.ts';
import { candidatesOf } from './candidates.ts';
import type { CrewMember } from './crew.ts';
import { secondsLeft } from './worker.ts';

/** Chunks that jobs still wait for which have nothing else to give out, done by one node each. */
export async function stragglersOf(
  db: Kysely<Database>,
  members: readonly CrewMember[],
  busyJobs: ReadonlySet<string>,
  speedOf: SpeedBook,
  { nowMs, monotonicMs }: { nowMs: number; monotonicMs: number },
): Promise<Straggler[]> {
  const held = members.flatMap((member) => [...member.running].map(([taskId, task]) => ({ taskId, task, member })));
  const alone = held.filter(
    ({ taskId, task }) => !busyJobs.has(task.jobId) && held.filter((one) => one.taskId === taskId).length === 1,
  );
  if (alone.length === 0) return [];
  const rows = await db
    .selectFrom('task')
    .selectAll()
    .where('id', 'in', [...new Set(alone.map(({ taskId }) => taskId))])
    .where('state', '=', 'leased')
    .where('type', '=', 'video')
    .where('twinNodeId', 'is', null)
    .execute();
  const tasks = await candidatesOf(
    db,
    rows.map((row) => ({ ...row, state: taskState.parse(row.state) })),
    nowMs,
  );
  return tasks.flatMap((task) => {
    const holder = alone.find(({ taskId }) => taskId === task.taskId);
    if (holder === undefined) return [];
    const leftSec = secondsLeft(holder.member, holder.task, speedOf, monotonicMs);
    return [{ ...task, nodeId: holder.member.nodeId, leftSec }];
  });
}
