import type { Logger } from '#main/platform/logger.ts';
import { claimTask, readyTasks } from '#main/queue/claim-task.ts';
import type { QueueContext } from '#main/queue/queue-context.ts';
import { releaseTask } from '#main/queue/settle-task.ts';
import { type ResourceClass, resourceClass } from '#shared/model/plan.ts';
import type { NodeSlots } from '#shared/protocol/node.ts';
import { assign, type Worker } from './assign.ts';
import { assignmentOf } from './assignment.ts';
import type { Crew, CrewMember } from './crew.ts';

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

/** Gives everybody who has room what should be begun next. Answers how many tasks were given. */
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
  const lease = await claimTask(queue, { taskId, nodeId: member.nodeId, leaseMs });
  if (lease === null) return false;
  deps.onLease?.(lease.waitedMs);
  const assignment = await assignmentOf(queue.db, lease);
  if (assignment === null) return false;
  member.running.set(taskId, { attempt: lease.attempt, resource, jobId: assignment.jobId });
  const answer = await member
    .assign(assignment)
    .catch((error: unknown) => ({ accepted: false, reason: String(error) }));
  if (answer.accepted) return true;
  log.info({ task: taskId, node: member.nodeId, reason: answer.reason }, 'the node did not take the task');
  member.running.delete(taskId);
  member.restUntilMs = queue.clock.monotonicMs() + restMs;
  const message = `${member.name} did not take it: ${answer.reason ?? 'no reason given'}`;
  await releaseTask(queue, lease, { message, delayMs: 0 });
  // Whether the node heard of it or not, it must not do it now.
  member.stop(assignment.lease);
  return false;
}

function hasRoom(member: CrewMember): boolean {
  return Object.values(freeSlots(member)).some((count) => count > 0);
}

function freeSlots({ offer, running }: CrewMember): NodeSlots {
  const free = { ...offer.slots };
  for (const { resource } of running.values()) free[resource] -= 1;
  return free;
}
