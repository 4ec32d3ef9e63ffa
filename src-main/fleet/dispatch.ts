import type { Logger } from '#main/platform/logger.ts';
import { claimTask, readyTasks } from '#main/queue/claim-task.ts';
import type { Lease, QueueContext } from '#main/queue/queue-context.ts';
import { failTask, releaseTask } from '#main/queue/settle-task.ts';
import { type ResourceClass, resourceClass } from '#shared/model/plan.ts';
import type { NodeSlots } from '#shared/model/node.ts';
import type { AssignAnswer, Assignment } from '#shared/protocol/node.ts';
import { assign, type Worker } from './assign.ts';
import { assignmentOf } from './assignment.ts';
import { type Crew, type CrewMember, freePlace } from './crew.ts';

export type DispatchDeps = {
  queue: QueueContext;
  crew: Crew;
  log: Logger;
  leaseMs: number;
  /** How long a task that could begin has waited, milliseconds. */
  onLease?: ((waitedMs: number) => void) | undefined;
};

/** More than all nodes of a house can begin at once. */
const mostCandidates = 500;
/** A node that would not take a task is left alone for a while. */
const restMs = 2_000;

/** Gives everybody who has room what should be begun next. Answers how many tasks that were; who won't have one gives it back. */
export async function dispatch(deps: DispatchDeps): Promise<number> {
  const { queue, crew } = deps;
  const members = crew.members();
  if (members.every((member) => !hasRoom(member))) return 0;
  const tasks = await readyTasks(queue.db, queue.clock.nowMs(), mostCandidates);
  const candidates = tasks.map(({ id, type, resource }) => ({
    taskId: id,
    type,
    resource: resourceClass.parse(resource),
  }));
  const workers = members.map((member) => workerOf(member, queue.clock.monotonicMs()));
  let given = 0;
  for (const { taskId, nodeId } of assign(candidates, workers)) {
    const member = crew.find(nodeId);
    const resource = candidates.find((candidate) => candidate.taskId === taskId)?.resource;
    if (member === null || resource === undefined) continue;
    if (await give(deps, member, taskId, resource)) given += 1;
  }
  return given;
}

/** What a node is to the assignment. */
export function workerOf(member: CrewMember, monotonicMs: number): Worker {
  return {
    nodeId: member.nodeId,
    packages: member.offer.packages,
    takesWork: !member.draining && member.restUntilMs <= monotonicMs,
    free: freeSlots(member),
  };
}

async function give(deps: DispatchDeps, member: CrewMember, taskId: string, resource: ResourceClass): Promise<boolean> {
  const { queue, log, leaseMs } = deps;
  const claimed = await claimTask(queue, { taskId, nodeId: member.nodeId, leaseMs });
  if (claimed === null) return false;
  const { waitedMs, ...lease } = claimed;
  deps.onLease?.(waitedMs);
  const assignment = await readAssignment(deps, lease);
  if (assignment === null) return false;
  member.running.set(taskId, { attempt: lease.attempt, resource, jobId: assignment.jobId });
  // Nobody waits for it: a node that doesn't answer would keep all others idle.
  hearAnswer(deps, member, lease, member.assign(assignment)).catch((error: unknown) =>
    // The lease runs out by itself.
    log.warn({ task: taskId, error: String(error) }, 'a task that was not taken could not be given back'),
  );
  return true;
}

/** Null, and the task is no more the node's, when there is nothing to send. */
async function readAssignment({ queue, log }: DispatchDeps, lease: Lease): Promise<Assignment | null> {
  try {
    const assignment = await assignmentOf(queue.db, lease);
    if (assignment === null) await releaseTask(queue, lease, { message: 'there is no plan of it', delayMs: 0 });
    return assignment;
  } catch (error) {
    // Tried again it would be unreadable again, and hold up everybody's tasks each time.
    const message = `its plan can't be read: ${error instanceof Error ? error.message : String(error)}`;
    log.error({ task: lease.taskId }, message);
    await failTask(queue, lease, { code: 'unknown', message, stderrTail: [] });
    return null;
  }
}

async function hearAnswer(
  { queue, log }: DispatchDeps,
  member: CrewMember,
  lease: Lease,
  asked: Promise<AssignAnswer | null>,
): Promise<void> {
  const answer = await asked.catch((error: unknown) => ({ accepted: false, reason: String(error) }));
  if (answer === null || answer.accepted) return;
  log.info({ task: lease.taskId, node: member.nodeId, reason: answer.reason }, 'the node did not take the task');
  freePlace(member, lease);
  member.restUntilMs = queue.clock.monotonicMs() + restMs;
  const message = `${member.name} did not take it: ${answer.reason ?? 'no reason given'}`;
  await releaseTask(queue, lease, { message, delayMs: 0 });
  // Whether the node heard of it or not, it must not do it now.
  member.stop({ taskId: lease.taskId, attempt: lease.attempt });
}

function hasRoom(member: CrewMember): boolean {
  return Object.values(freeSlots(member)).some((count) => count > 0);
}

function freeSlots({ offer, running }: CrewMember): NodeSlots {
  const free = { ...offer.slots };
  for (const { resource } of running.values()) free[resource] -= 1;
  return free;
}
