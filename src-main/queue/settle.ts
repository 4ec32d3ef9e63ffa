import type { JobFailure } from '#shared/model/failure.ts';
import { findJob, type JobRow } from './job-rows.ts';
import type { Lease, QueueContext, Trx } from './queue-context.ts';
import type { TaskGraph } from './task-graph.ts';
import { graphOfRows, type LeaseEnd, leasedTask, saveGraph, type TaskRow, taskRows } from './task-rows.ts';
import { leaveToOther, twinnedTask } from './twin.ts';

/** Why a task failed. */
export type TaskFault = JobFailure & { stderrTail: readonly string[] };

/** A task in the hands of who settles its lease, with its job. */
export type Held = {
  trx: Trx;
  job: JobRow;
  row: TaskRow;
  rows: readonly TaskRow[];
  graph: TaskGraph;
  nowMs: number;
  save: (after: TaskGraph, also?: Parameters<typeof saveGraph>[4]) => Promise<void>;
};

/** Ends a lease in one transaction, if it is the caller's; answers whether it was. */
export async function settle(
  queue: QueueContext,
  lease: Lease,
  end: LeaseEnd,
  write: (held: Held) => Promise<void>,
): Promise<boolean> {
  const revoked: Lease[] = [];
  const isMine = await queue.db.transaction().execute(async (trx) => {
    const nowMs = queue.clock.nowMs();
    const row = await soleHolder(trx, lease, end, nowMs, revoked);
    if (row === 'left-to-other') return true;
    const job = row === null ? null : await findJob(trx, row.jobId);
    if (row === null || job === null) return false;
    const rows = await taskRows(trx, job.id);
    await write({
      trx,
      job,
      row,
      rows,
      graph: graphOfRows(rows),
      nowMs,
      save: async (after, also) => {
        revoked.push(...(await saveGraph(trx, rows, after, nowMs, also, new Map([[row.key, end]]))));
      },
    });
    return true;
  });
  if (revoked.length > 0) queue.revoked(revoked);
  if (isMine) queue.changed();
  return isMine;
}

/**
 * The task of a lease, held by it alone: of two nodes at the same task the one that is done takes it from the other, and one
 * that gives up leaves it to the other, which is all there is to write then. Null when the lease is not the caller's.
 */
async function soleHolder(
  trx: Trx,
  lease: Lease,
  end: LeaseEnd,
  nowMs: number,
  revoked: Lease[],
): Promise<TaskRow | 'left-to-other' | null> {
  const first = await leasedTask(trx, lease);
  const row = first ?? (await twinnedTask(trx, lease));
  if (row === null || row.twinNodeId === null || row.nodeId === null) return row;
  if (end.outcome !== 'completed') {
    await leaveToOther(trx, row, lease, end, nowMs);
    return 'left-to-other';
  }
  if (first !== null) return row;
  const slower = { taskId: row.id, nodeId: row.nodeId, attempt: row.attempt };
  await leaveToOther(trx, row, slower, { outcome: 'revoked' }, nowMs);
  revoked.push(slower);
  return leasedTask(trx, lease);
}

/** What a task's row keeps of a failure. */
export function faultValues({ code, message, stderrTail }: TaskFault) {
  return { errorCode: code, errorMessage: message, stderrTailJson: JSON.stringify(stderrTail) };
}
