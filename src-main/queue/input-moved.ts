import type { QueueContext } from './queue-context.ts';

/** The source of a job has a new name: one that nobody has looked at yet will be looked for there. */
export async function inputMoved(queue: QueueContext, jobId: string, input: string): Promise<void> {
  await queue.db
    .updateTable('job')
    .set({ input, updatedAtMs: queue.clock.nowMs() })
    .where('id', '=', jobId)
    .where('state', 'in', ['queued', 'paused'])
    .execute();
  queue.changed();
}
