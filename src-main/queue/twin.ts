import { taskState } from '#shared/model/job.ts';
import type { Lease, Trx } from './queue-context.ts';
import { endAssignment, type LeaseEnd, type TaskRow } from './task-rows.ts';
import { noTwin } from './twin-columns.ts';

/*
 * A task that two nodes do at once, because it is the last that its job waits for: it stays leased until one of the two is
 * done, and ends as it would have with one.
 */

/** Prolongs a second lease; false when it is not the node's any more. */
export async function renewTwin(trx: Trx, lease: Lease, untilMs: number): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('task')
    .set({ twinLeaseUntilMs: untilMs })
    .where('id', '=', lease.taskId)
    .where('twinNodeId', '=', lease.nodeId)
    .where('twinAttempt', '=', lease.attempt)
    .where('state', '=', 'leased')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** The task whose second lease this is; null when it isn't any more. */
export async function twinnedTask(trx: Trx, { taskId, nodeId, attempt }: Lease): Promise<TaskRow | null> {
  const row = await trx
    .selectFrom('task')
    .selectAll()
    .where('id', '=', taskId)
    .where('twinNodeId', '=', nodeId)
    .where('twinAttempt', '=', attempt)
    .where('state', '=', 'leased')
    .executeTakeFirst();
  return row === undefined ? null : { ...row, state: taskState.parse(row.state) };
}

/** One of the two leaves, and the other goes on as if it had been alone. */
export async function leaveToOther(trx: Trx, row: TaskRow, leaver: Lease, end: LeaseEnd, nowMs: number): Promise<void> {
  await endAssignment(trx, { id: row.id, attempt: leaver.attempt }, end, nowMs);
  const second = {
    nodeId: row.twinNodeId,
    attempt: row.twinAttempt ?? row.attempt,
    leaseUntilMs: row.twinLeaseUntilMs,
    startedAtMs: row.twinStartedAtMs,
  };
  const isFirst = leaver.attempt === row.attempt;
  await trx
    .updateTable('task')
    .set({ ...(isFirst ? second : {}), ...noTwin })
    .where('id', '=', row.id)
    .execute();
}
