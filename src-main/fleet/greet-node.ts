import { renewLeases } from '#main/queue/claim-task.ts';
import type { QueueContext } from '#main/queue/queue-context.ts';
import { loseLeases } from '#main/queue/lose-leases.ts';
import { takeUpAgain } from '#main/queue/take-up-again.ts';
import { resourceClass } from '#shared/model/plan.ts';
import { type Hello, type LeaseRef, nodeProtocol } from '#shared/protocol/node.ts';
import type { CrewMember } from './crew.ts';
import { nodeJoined, nodeSeen, type NodeStanding } from './node-rows.ts';

/** Prolongs what a node says that it works on; answers what of it is not its any more. */
export async function renewOf(
  queue: QueueContext,
  nodeId: string,
  running: readonly LeaseRef[],
  leaseMs: number,
): Promise<LeaseRef[]> {
  await nodeSeen(queue, nodeId);
  const leases = running.map((lease) => ({ ...lease, nodeId }));
  const lost = await renewLeases(queue, leases, leaseMs);
  return lost.map(({ taskId, attempt }) => ({ taskId, attempt }));
}

/** Why a node can't be spoken to; null when it can: the newer of two neighbours speaks as the older one does. */
export function protocolFault(protocol: number): string | null {
  if (Math.abs(protocol - nodeProtocol) <= 1) return null;
  const older = protocol < nodeProtocol ? 'the node' : 'the server';
  return `the node speaks protocol ${protocol}, the server ${nodeProtocol}: update Encrew on ${older}`;
}

/** What is known of a node whose line has just opened. */
export type Greeted = NodeStanding & {
  /** Of what it says that it works on: not its any more. */
  lost: LeaseRef[];
  running: CrewMember['running'];
};

/**
 * Brings what a node says and what the store says of it together: the leases of both go on, also those that ran out meanwhile
 * and that nobody took. One that only the store knows of was lost with an earlier life of the node, and is free at once.
 */
export async function greetNode(
  queue: QueueContext,
  node: Hello & { isLocal: boolean },
  leaseMs: number,
): Promise<Greeted> {
  const standing = await nodeJoined(queue, node);
  const overdue = await renewOf(queue, node.nodeId, node.running, leaseMs);
  const asked = overdue.map((lease) => ({ ...lease, nodeId: node.nodeId }));
  const again = await takeUpAgain(queue, asked, leaseMs);
  const lost = overdue.filter(({ taskId }) => !again.some((lease) => lease.taskId === taskId));
  const held = await queue.db
    .selectFrom('task')
    .select(['id as taskId', 'attempt', 'resource', 'jobId', 'nodeId', 'weight', 'progress', 'startedAtMs'])
    .where('state', '=', 'leased')
    .where('nodeId', '=', node.nodeId)
    .execute();
  const running: CrewMember['running'] = new Map();
  const gone: typeof held = [];
  for (const lease of held) {
    const { taskId, attempt, resource, jobId, weight } = lease;
    const isKnown = node.running.some((one) => one.taskId === taskId && one.attempt === attempt);
    if (!isKnown) {
      gone.push(lease);
      continue;
    }
    const elapsedMs = queue.clock.nowMs() - (lease.startedAtMs ?? queue.clock.nowMs());
    running.set(taskId, {
      ...{ attempt, jobId, weight, ratio: lease.progress, encoders: [] },
      resource: resourceClass.parse(resource),
      startedMs: queue.clock.monotonicMs() - elapsedMs,
    });
  }
  await loseLeases(queue, gone, 'the node began anew without it');
  return { ...standing, lost, running };
}
