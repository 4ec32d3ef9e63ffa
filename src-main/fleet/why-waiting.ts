import type { JobRow } from '#main/queue/job-rows.ts';
import { workingStates } from '#main/queue/job-states.ts';
import type { TaskRow } from '#main/queue/task-rows.ts';
import { jobError, type WaitReason } from '#shared/model/job.ts';
import { resourceClass } from '#shared/model/plan.ts';
import { mayTake } from './assign.ts';
import type { CrewMember } from './crew.ts';

export type WaitFacts = {
  job: JobRow;
  tasks: readonly TaskRow[];
  crew: readonly CrewMember[];
  /** Whether the schedule lets tasks begin now. */
  isOpen: boolean;
  /** Queued jobs that go first. */
  ahead: number;
  /** How many films are being worked on, and how many may be. */
  active: number;
  mostActive: number;
  nowMs: number;
};

/** Why a job does not move: at least one reason unless it moves or has ended, one for each node where nodes are the reason. */
export function whyWaiting(facts: WaitFacts): WaitReason[] {
  const { job, tasks, crew, isOpen } = facts;
  if (job.state === 'paused') return [general('paused', 'It was paused: resume it.')];
  const isWorking = workingStates.some((state) => state === job.state);
  if (job.state !== 'queued' && !isWorking) return [];
  if (tasks.some(({ state }) => state === 'leased')) return [];
  if (!isOpen) return [general('schedule', 'The schedule lets nothing begin now.')];
  if (job.state === 'queued') return whyQueued(facts);
  if (crew.length === 0) return [general('no-node', 'No node is connected.')];
  const ready = tasks.find(({ state }) => state === 'ready');
  if (ready !== undefined) return crew.map((member) => whyNotOn(member, ready));
  const waiting = tasks.find(({ state }) => state === 'waiting');
  return waiting === undefined ? [] : [backoff(waiting, facts.nowMs)];
}

function whyQueued({ job, ahead, active, mostActive, nowMs }: WaitFacts): WaitReason[] {
  if (job.waitJson !== null && (job.notBeforeMs ?? 0) > nowMs) {
    const { message } = jobError.parse(JSON.parse(job.waitJson));
    return [general('root-offline', message)];
  }
  if (active >= mostActive) {
    const films = active === 1 ? '1 film is' : `${active} films are`;
    const others = ahead === 0 ? 'it is the next' : `${ahead} jobs go first`;
    return [general('behind-others', `${films} being worked on, and ${others}.`)];
  }
  return ahead === 0 ? [] : [general('behind-others', `${ahead} jobs go first.`)];
}

function whyNotOn(member: CrewMember, task: TaskRow): WaitReason {
  const { nodeId, name, draining, offer } = member;
  if (draining) return { nodeId, code: 'draining', message: `${name} is being drained.` };
  if (!mayTake({ packages: offer.packages, takesWork: true }, { type: task.type })) {
    return { nodeId, code: 'not-the-servers-node', message: `${name} has no way to the output folder.` };
  }
  const resource = resourceClass.parse(task.resource);
  const used = [...member.running.values()].filter((one) => one.resource === resource).length;
  const message = `${name} does ${used} of at most ${offer.slots[resource]} ${resource} tasks.`;
  return { nodeId, code: 'limits', message };
}

function backoff({ key, errorCode, errorMessage, notBeforeMs, failures }: TaskRow, nowMs: number): WaitReason {
  const inSec = Math.max(0, Math.ceil(((notBeforeMs ?? nowMs) - nowMs) / 1000));
  const because = errorMessage ?? errorCode ?? 'it was given back';
  if (errorCode === 'disk-full') return general('no-space', `${because} (next look in ${inSec} s)`);
  if (errorCode === 'root-offline') return general('root-offline', because);
  return general('backoff', `${key} is tried again in ${inSec} s after ${failures} failures: ${because}`);
}

function general(code: WaitReason['code'], message: string): WaitReason {
  return { nodeId: null, code, message };
}
