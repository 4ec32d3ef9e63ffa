import type { JobRow } from '#main/queue/job-rows.ts';
import { workingStates } from '#main/queue/job-states.ts';
import { mountsOf } from '#main/queue/offline-place.ts';
import type { TaskRow } from '#main/queue/task-rows.ts';
import { jobError, type WaitReason } from '#shared/model/job.ts';
import { type Candidate, hindrance, type Hindrance, placeFor } from './assign.ts';
import type { CrewMember } from './crew.ts';
import { provenEncoders, workersOf } from './worker.ts';

export type WaitFacts = {
  job: JobRow;
  tasks: readonly TaskRow[];
  /** Those of them that are due, as the assignment sees them. */
  candidates: readonly Candidate[];
  crew: readonly CrewMember[];
  /** Paired nodes whose line is down. */
  gone: readonly { nodeId: string; name: string }[];
  /** Whether the schedule lets tasks begin now. */
  isOpen: boolean;
  /** Mount points without their disk. */
  away: ReadonlySet<string>;
  /** Queued jobs that go first. */
  ahead: number;
  /** How many films are being worked on, and how many may be. */
  active: number;
  mostActive: number;
  nowMs: number;
  /** Of the same clock. */
  monotonicMs: number;
};

/**
 * Why a job does not move, one reason for each node where nodes are the reason. Empty for one that has ended, or moves: also
 * when something of it is to be begun within the second.
 */
export function whyWaiting(facts: WaitFacts): WaitReason[] {
  const { job, tasks, crew, gone, isOpen, nowMs } = facts;
  if (job.state === 'paused') return [general('paused', 'It was paused: resume it.')];
  const isWorking = workingStates.some((state) => state === job.state);
  if (job.state !== 'queued' && !isWorking) return [];
  const leased = tasks.filter(({ state }) => state === 'leased');
  if (leased.length > 0) return whyNobodyGoesOn(leased, facts);
  if (!isOpen) return [general('schedule', 'The schedule lets nothing begin now.')];
  if (job.state === 'queued') return whyQueued(facts);
  const due = tasks.find((task) => task.state === 'ready' || (task.state === 'waiting' && dueMs(task) <= nowMs));
  if (due === undefined) {
    const [next] = tasks.filter(({ state }) => state === 'waiting').sort((a, b) => dueMs(a) - dueMs(b));
    return next === undefined ? [] : [backoff(next, nowMs)];
  }
  if (crew.length + gone.length === 0) return [general('no-node', 'No node is connected.')];
  const candidate = facts.candidates.find(({ taskId }) => taskId === due.id);
  if (candidate === undefined) return [];
  const reasons: WaitReason[] = [];
  for (const member of crew) {
    const reason = whyNotOn(member, candidate, facts) ?? whyRatherElsewhere(member, candidate, facts);
    if (reason === null) return [];
    reasons.push(reason);
  }
  for (const { nodeId, name } of gone) reasons.push({ nodeId, code: 'no-node', message: `${name} is not connected.` });
  return reasons;
}

/** Nothing to tell as long as one of those who have a task can be spoken to. */
function whyNobodyGoesOn(leased: readonly TaskRow[], { gone, nowMs }: WaitFacts): WaitReason[] {
  const isGone = (id: string | null): boolean => gone.some(({ nodeId }) => nodeId === id);
  if (!leased.every((task) => isGone(task.nodeId) && (task.twinNodeId === null || isGone(task.twinNodeId)))) return [];
  return gone.flatMap(({ nodeId, name }): WaitReason[] => {
    const untilMs = leased.flatMap((task) => (task.nodeId === nodeId ? [task.leaseUntilMs ?? nowMs] : []));
    if (untilMs.length === 0) return [];
    const inSec = Math.max(1, Math.ceil((Math.max(...untilMs) - nowMs) / 1000));
    const message = `${name} is not connected: what it had goes to others in ${inSec} s unless it comes back.`;
    return [{ nodeId, code: 'no-node', message }];
  });
}

function whyQueued({ job, away, ahead, active, mostActive, nowMs }: WaitFacts): WaitReason[] {
  if (job.waitJson !== null && (job.notBeforeMs ?? 0) > nowMs) {
    const { code, message } = jobError.parse(JSON.parse(job.waitJson));
    return [general(code === 'no-space' ? 'no-space' : 'root-offline', message)];
  }
  const missing = mountsOf(job).find((mount) => away.has(mount));
  if (missing !== undefined)
    return [general('root-offline', `${missing} is not mounted: the job waits until it is back`)];
  const others = ahead === 1 ? '1 job goes first' : `${ahead} jobs go first`;
  if (active >= mostActive) {
    const films = active === 1 ? '1 film is' : `${active} films are`;
    return [general('behind-others', `${films} being worked on, and ${ahead === 0 ? 'it is the next' : others}.`)];
  }
  return ahead === 0 ? [] : [general('behind-others', `${others}.`)];
}

/** Null where it can be begun. */
function whyNotOn(member: CrewMember, task: Candidate, { nowMs, monotonicMs }: WaitFacts): WaitReason | null {
  const { nodeId, name, draining, offer, restUntilMs, breakerUntilMs } = member;
  const because = (code: WaitReason['code'], message: string): WaitReason => ({ nodeId, code, message });
  if (draining) return because('draining', `${name} is being drained.`);
  const able = {
    nodeId,
    packages: offer.packages,
    tags: member.tags,
    encoders: provenEncoders(member),
    slots: offer.slots,
  };
  const fault = hindrance(able, task);
  if (fault !== null) return { nodeId, ...hindranceText(name, fault) };
  if (offer.busy !== null) return because('busy', `${name} takes nothing now: ${offer.busy}.`);
  if (breakerUntilMs !== null && breakerUntilMs > nowMs) {
    const inMin = Math.ceil((breakerUntilMs - nowMs) / 60_000);
    return because('breaker-open', `${name} failed again and again, and is tried again in ${inMin} min.`);
  }
  if (!member.isReady) return because('limits', `${name} has just come, and takes work in a moment.`);
  const { resource } = task;
  const most = offer.slots[resource];
  const used = [...member.running.values()].filter((one) => one.resource === resource).length;
  if (used >= most) return because('limits', `${name} does ${used} of at most ${most} ${resource} tasks.`);
  if (restUntilMs <= monotonicMs) return null;
  const inSec = Math.ceil((restUntilMs - monotonicMs) / 1000);
  return because('limits', `${name} would take nothing more; it is asked again in ${inSec} s.`);
}

/** Why it is not begun where it could be: another node is done with it sooner though it is busy now. */
function whyRatherElsewhere(
  { nodeId, name }: CrewMember,
  task: Candidate,
  { crew, ...now }: WaitFacts,
): WaitReason | null {
  const place = placeFor(task, workersOf(crew, now));
  const faster = crew.find((member) => member.nodeId === place?.nodeId);
  if (place === null || place.inSec === 0 || faster === undefined) return null;
  const message = `${name} is free, but ${faster.name} is done with it sooner: it has room in ${Math.ceil(place.inSec)} s.`;
  return { nodeId, code: 'faster-node', message };
}

function hindranceText(name: string, fault: Hindrance): Pick<WaitReason, 'code' | 'message'> {
  switch (fault.kind) {
    case 'packages':
      return { code: 'not-the-servers-node', message: `${name} has no way to the output folder.` };
    case 'encoder':
      return { code: 'no-proven-encoder', message: `${fault.encoder} did not pass its trial on ${name}.` };
    case 'no-slots':
      return { code: 'no-proven-encoder', message: `${name} does no ${fault.resource} tasks.` };
    case 'tag':
      return { code: 'tags', message: `${name} has not the tag ${fault.tag}.` };
    case 'failed-there':
      return { code: 'failed-there', message: `${name} has failed it; another node is to try it.` };
  }
}

function backoff(task: TaskRow, nowMs: number): WaitReason {
  const { key, errorCode, errorMessage, failures } = task;
  const inSec = Math.ceil((dueMs(task) - nowMs) / 1000);
  const because = errorMessage ?? errorCode ?? 'its node gave it back';
  if (errorCode === 'disk-full') return general('no-space', `${because} (next look in ${inSec} s)`);
  if (errorCode === 'root-offline') return general('root-offline', because);
  const after = failures === 0 ? '' : failures === 1 ? ' after a failure' : ` after ${failures} failures`;
  return general('backoff', `${key} is tried again in ${inSec} s${after}: ${because}`);
}

function dueMs({ notBeforeMs }: TaskRow): number {
  return notBeforeMs ?? 0;
}

function general(code: WaitReason['code'], message: string): WaitReason {
  return { nodeId: null, code, message };
}
