import { loseNode } from '#main/queue/lose-leases.ts';
import type { QueueContext } from '#main/queue/queue-context.ts';
import { type NodeRow, revokeNode } from '#main/store/nodes.ts';
import type { Crew } from './crew.ts';

export type RemoveDeps = {
  queue: QueueContext;
  crew: Crew;
  /** Ends all connections of a key. */
  cutOff: (keyHash: string) => void;
};

/** Refuses a node from now on, cuts its lines and gives what it had to others; false where it was removed before. */
export async function removeNode({ queue, crew, cutOff }: RemoveDeps, { id, keyHash }: NodeRow): Promise<boolean> {
  if (!(await revokeNode(queue.db, id, queue.clock.nowMs()))) return false;
  // At once: what becomes free must not be given to the line that is just being cut.
  const member = crew.find(id);
  if (member !== null) crew.leave(member);
  if (keyHash !== null) cutOff(keyHash);
  await loseNode(queue, id, 'the node was removed');
  return true;
}
