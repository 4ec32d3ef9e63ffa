import { taskState } from '#shared/model/job.ts';
import { findJob } from './job-rows.ts';
import { workingStates } from './job-states.ts';
import type { Lease, QueueContext, Trx } from './queue-context.ts';
import { nextTaskState } from './task-graph.ts';
import { type TaskRow, tellTask } from './task-rows.ts';
import { lastAttempt } from './twin-columns.ts';

/*
 * A node that was out of reach for longer than its lease has gone on all the while. Where nobody has begun the task since, its
 * lease is given back to it as it was: an outage of the line costs nothing that was done.
 */

/** Gives a node the leases back that ran out and that nobody took since; answers those that it has again. */
export async function takeUpAgain(queue: QueueContext, leases: readonly Lease[], leaseMs: number): Promise<Lease[]> {
  if (leases.length === 0) return [];
  const nowMs = queue.clock.nowMs();
  const again = await queue.db.transaction().execute(async (trx) => {
    const taken: Lease[] = [];
    for (const lease of leases) {
      const row = await leftTask(trx, lease);
      if (row === null) continue;
      const next = nextTaskState(row.state, 'start', row.id);
      await trx
        .updateTable('task')
        .set({ state: next, nodeId: lease.nodeId, leaseUntilMs: nowMs + leaseMs, losses: Math.max(0, row.losses - 1) })
        .where('id', '=', row.id)
        .execute();
      await trx
        .updateTable('assignment')
        .set({ endedAtMs: null, outcome: null, errorMessage: null })
        .where('taskId', '=', row.id)
        .where('attempt', '=', lease.attempt)
        .execute();
      await tellTask(trx, { ...row, nodeId: lease.nodeId }, next, nowMs, 'its node came back with it');
      taken.push(lease);
    }
    return taken;
  });
  if (again.length > 0) queue.changed();
  return again;
}

/** The task of a lease that ran out, as it was left; null where it is another's since, or not to be done now. */
async function leftTask(trx: Trx, { taskId, nodeId, attempt }: Lease): Promise<TaskRow | null> {
  const row = await trx
    .selectFrom('task')
    .innerJoin('assignment', (on) =>
      on.onRef('assignment.taskId', '=', 'task.id').onRef('assignment.attempt', '=', 'task.attempt'),
    )
    .selectAll('task')
    .where('task.id', '=', taskId)
    .where('task.attempt', '=', attempt)
    .where('task.state', '=', 'ready')
    .where('assignment.nodeId', '=', nodeId)
    .where('assignment.outcome', '=', 'expired')
    .executeTakeFirst();
  if (row === undefined || lastAttempt(row) !== attempt) return null;
  const job = await findJob(trx, row.jobId);
  const isWorking = job !== null && workingStates.some((state) => state === job.state);
  return isWorking ? { ...row, state: taskState.parse(row.state) } : null;
}
