import type { Lease, QueueContext } from '#main/queue/queue-context.ts';
import { taskState } from '#shared/model/job.ts';
import { hindrance } from './assign.ts';
import { candidatesOf } from './candidates.ts';
import type { Crew } from './crew.ts';
import { workersOf } from './worker.ts';

export type Opinions = {
  /** Another node could do it, and has not failed it. */
  isAnotherAble: boolean;
  /** Nodes besides this one that failed it lately. */
  failedBefore: readonly string[];
};

/** Whether a failure says something about the task or only about the node: what another machine makes of it. */
export async function opinionsOn(queue: QueueContext, crew: Crew, lease: Lease): Promise<Opinions> {
  const now = { nowMs: queue.clock.nowMs(), monotonicMs: queue.clock.monotonicMs() };
  const row = await queue.db.selectFrom('task').selectAll().where('id', '=', lease.taskId).executeTakeFirst();
  if (row === undefined) return { isAnotherAble: false, failedBefore: [] };
  const [task] = await candidatesOf(queue.db, [{ ...row, state: taskState.parse(row.state) }], now.nowMs);
  if (task === undefined) return { isAnotherAble: false, failedBefore: [] };
  const failedBefore = task.failedOn.filter((nodeId) => nodeId !== lease.nodeId);
  const others = workersOf(crew.members(), now).filter(({ nodeId }) => nodeId !== lease.nodeId);
  return {
    isAnotherAble: others.some((worker) => worker.takesWork && hindrance(worker, task) === null),
    failedBefore,
  };
}
