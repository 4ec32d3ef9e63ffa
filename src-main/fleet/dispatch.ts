import type { Logger } from '#main/platform/logger.ts';
import { claimTask, claimTwin, readyTasks } from '#main/queue/claim-task.ts';
import type { LookForDisks } from '#main/queue/offline-place.ts';
import type { Lease, QueueContext } from '#main/queue/queue-context.ts';
import { failTask, releaseTask } from '#main/queue/settle-task.ts';
import type { AssignAnswer, Assignment } from '#shared/protocol/node.ts';
import { assign, type Candidate, speedBook, type Worker } from './assign.ts';
import { assignTwins } from './assign-twin.ts';
import { assignmentOf } from './assignment.ts';
import { candidatesOf } from './candidates.ts';
import { type Crew, type CrewMember, freePlace } from './crew.ts';
import { stragglersOf } from './stragglers.ts';
import { withoutAway } from './without-away.ts';
import { workersOf } from './worker.ts';

export type DispatchDeps = {
  queue: QueueContext;
  crew: Crew;
  log: Logger;
  leaseMs: number;
  lookForDisks: LookForDisks;
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
  const now = { nowMs: queue.clock.nowMs(), monotonicMs: queue.clock.monotonicMs() };
  const workers = workersOf(crew.members(), now);
  if (!workers.some(hasRoom)) return 0;
  const ready = await readyTasks(queue.db, now.nowMs, mostCandidates);
  const tasks = await candidatesOf(queue.db, await withoutAway(queue.db, ready, deps.lookForDisks), now.nowMs);
  let given = 0;
  for (const { taskId, nodeId } of assign(tasks, workers)) {
    const member = crew.find(nodeId);
    const task = tasks.find((one) => one.taskId === taskId);
    if (member === null || task === undefined) continue;
    if (await begin(deps, member, task)) given += 1;
  }
  return given + (await doubleStragglers(deps, new Set(tasks.map(({ jobId }) => jobId)), now));
}

/** Jobs that have something to begin have no stragglers: whoever is free helps them better with that. */
async function doubleStragglers(
  deps: DispatchDeps,
  busyJobs: ReadonlySet<string>,
  now: { nowMs: number; monotonicMs: number },
): Promise<number> {
  const { queue, crew } = deps;
  const workers = workersOf(crew.members(), now);
  const idle = workers.filter(({ running }) => running.length === 0);
  if (idle.length === 0 || workers.length < 2) return 0;
  const speedOf = speedBook(workers);
  const stragglers = await stragglersOf(queue.db, crew.members(), busyJobs, speedOf, now);
  let given = 0;
  for (const { taskId, nodeId } of assignTwins(stragglers, idle, speedOf)) {
    const member = crew.find(nodeId);
    const task = stragglers.find((one) => one.taskId === taskId);
    if (member === null || task === undefined) continue;
    const lease = await claimTwin(queue, { taskId, nodeId, leaseMs: deps.leaseMs });
    if (lease !== null && (await give(deps, member, lease, task))) given += 1;
  }
  return given;
}

async function begin(deps: DispatchDeps, member: CrewMember, task: Candidate): Promise<boolean> {
  const { queue, leaseMs } = deps;
  const claimed = await claimTask(queue, { taskId: task.taskId, nodeId: member.nodeId, leaseMs });
  if (claimed === null) return false;
  const { waitedMs, ...lease } = claimed;
  deps.onLease?.(waitedMs);
  return give(deps, member, lease, task);
}

async function give(deps: DispatchDeps, member: CrewMember, lease: Lease, task: Candidate): Promise<boolean> {
  const { queue, log } = deps;
  const assignment = await readAssignment(deps, lease);
  if (assignment === null) return false;
  const { resource, jobId, weight, encoders } = task;
  const startedMs = queue.clock.monotonicMs();
  member.running.set(lease.taskId, { attempt: lease.attempt, resource, jobId, weight, encoders, startedMs, ratio: 0 });
  // Nobody waits for it: a node that doesn't answer would keep all others idle.
  hearAnswer(deps, member, lease, member.assign(assignment)).catch((error: unknown) =>
    // The lease runs out by itself.
    log.warn({ task: lease.taskId, error: String(error) }, 'a task that was not taken could not be given back'),
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

function hasRoom({ slots, running }: Worker): boolean {
  const used = (resource: string): number => running.filter((one) => one.resource === resource).length;
  return Object.entries(slots).some(([resource, count]) => used(resource) < count);
}
