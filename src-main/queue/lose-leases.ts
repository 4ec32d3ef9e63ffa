import { changeJobState } from './job-rows.ts';
import type { Lease, QueueContext } from './queue-context.ts';
import { faultValues, settle, type TaskFault } from './settle.ts';
import { graphCancelled, taskFailed, taskReleased } from './task-graph.ts';

/*
 * Leases that end because of their node: it is gone, or silent.
 */

/** After so many lost nodes a task is taken for what loses them. */
const mostLosses = 10;

/** Takes back what nobody renewed in time; answers how many leases that were. */
export async function expireLeases(queue: QueueContext): Promise<number> {
  const nowMs = queue.clock.nowMs();
  const first = await queue.db
    .selectFrom('task')
    .select(['id as taskId', 'nodeId', 'attempt'])
    .where('state', '=', 'leased')
    .where('leaseUntilMs', '<=', nowMs)
    .execute();
  const second = await queue.db
    .selectFrom('task')
    .select(['id as taskId', 'twinNodeId as nodeId', 'twinAttempt as attempt'])
    .where('twinNodeId', 'is not', null)
    .where('twinLeaseUntilMs', '<=', nowMs)
    .execute();
  return loseLeases(queue, [...first, ...second], 'the node was not heard of in time');
}

/** Takes back all that a node had: it is gone for sure (the server's own, after a restart). */
export async function loseNode(queue: QueueContext, nodeId: string, message: string): Promise<number> {
  return loseLeases(queue, await leasesOf(queue, nodeId), message);
}

/** All that a node holds, first and second leases. */
export async function leasesOf({ db }: QueueContext, nodeId: string) {
  const first = await db
    .selectFrom('task')
    .select(['id as taskId', 'nodeId', 'attempt'])
    .where('state', '=', 'leased')
    .where('nodeId', '=', nodeId)
    .execute();
  const second = await db
    .selectFrom('task')
    .select(['id as taskId', 'twinNodeId as nodeId', 'twinAttempt as attempt'])
    .where('twinNodeId', '=', nodeId)
    .execute();
  return [...first, ...second];
}

/** Takes back the leases that are still held as said; answers how many those were. */
export async function loseLeases(
  queue: QueueContext,
  leases: readonly { taskId: string; nodeId: string | null; attempt: number | null }[],
  message: string,
): Promise<number> {
  const lost: Lease[] = [];
  for (const { taskId, nodeId, attempt } of leases) {
    if (nodeId === null || attempt === null) continue;
    const end = { outcome: 'expired', errorMessage: message } as const;
    const isMine = await settle(queue, { taskId, nodeId, attempt }, end, async (held) => {
      const { trx, job, row, graph, nowMs, save } = held;
      if (row.losses + 1 < mostLosses) {
        return save(taskReleased(graph, row.key), new Map([[row.key, { losses: row.losses + 1 }]]));
      }
      const fault: TaskFault = {
        code: 'node-lost',
        message: `${row.key} lost its node ${mostLosses} times: ${message}`,
        stderrTail: [],
      };
      await save(graphCancelled(taskFailed(graph, row.key)), new Map([[row.key, faultValues(fault)]]));
      const set = { errorCode: fault.code, errorMessage: fault.message };
      await changeJobState(trx, job, 'fail', nowMs, { set, message: fault.message });
    });
    if (isMine) lost.push({ taskId, nodeId, attempt });
  }
  // A node that was only silent for a while still works on it.
  if (lost.length > 0) queue.revoked(lost);
  return lost.length;
}
