import type { QueueContext } from '#main/queue/queue-context.ts';
import type { Crew } from './crew.ts';

/*
 * A node that fails again and again is set aside for a while, then tried again with what comes next.
 */

/** So many failures in a row, of tasks that others could do. */
const mostInRow = 3;
const firstPauseMs = 5 * 60_000;
const longestPauseMs = 2 * 60 * 60_000;

/** How long a node is set aside after so many failures in a row; 0 for few. Doubles with each one more. */
export function pauseMs(failuresInRow: number): number {
  if (failuresInRow < mostInRow) return 0;
  return Math.min(firstPauseMs * 2 ** (failuresInRow - mostInRow), longestPauseMs);
}

/** Notes a failure that is the node's own fault; answers until when it is set aside, null while it isn't. */
export async function nodeFailed(queue: QueueContext, crew: Crew, nodeId: string): Promise<number | null> {
  const nowMs = queue.clock.nowMs();
  const untilMs = await queue.db.transaction().execute(async (trx) => {
    const row = await trx.selectFrom('node').select('failuresInRow').where('id', '=', nodeId).executeTakeFirst();
    if (row === undefined) return null;
    const failuresInRow = row.failuresInRow + 1;
    const aside = pauseMs(failuresInRow);
    const breakerUntilMs = aside === 0 ? null : nowMs + aside;
    await trx.updateTable('node').set({ failuresInRow, breakerUntilMs }).where('id', '=', nodeId).execute();
    return breakerUntilMs;
  });
  const member = crew.find(nodeId);
  if (member !== null) member.breakerUntilMs = untilMs;
  return untilMs;
}

/** It can do something after all. */
export async function nodeSucceeded(queue: QueueContext, crew: Crew, nodeId: string): Promise<void> {
  await queue.db
    .updateTable('node')
    .set({ failuresInRow: 0, breakerUntilMs: null })
    .where('id', '=', nodeId)
    .where('failuresInRow', '>', 0)
    .execute();
  const member = crew.find(nodeId);
  if (member !== null) member.breakerUntilMs = null;
}

/** Others failed the same task: it was the task's fault, not theirs. */
export async function nodesExonerated(queue: QueueContext, crew: Crew, nodeIds: readonly string[]): Promise<void> {
  if (nodeIds.length === 0) return;
  const rows = await queue.db
    .updateTable('node')
    .set((are) => ({ failuresInRow: are('failuresInRow', '-', 1) }))
    .where('id', 'in', nodeIds)
    .where('failuresInRow', '>', 0)
    .returning(['id', 'failuresInRow'])
    .execute();
  for (const { id, failuresInRow } of rows) {
    if (failuresInRow >= mostInRow) continue;
    await queue.db.updateTable('node').set({ breakerUntilMs: null }).where('id', '=', id).execute();
    const member = crew.find(id);
    if (member !== null) member.breakerUntilMs = null;
  }
}
