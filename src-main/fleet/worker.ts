import { type SpeedBook, speedBook, type Worker } from './assign.ts';
import type { CrewMember, RunningTask } from './crew.ts';

/** A line that was not measured yet is taken for a slow wireless one: a wrong guess costs one chunk. */
const unknownLinkBps = 100e6;
/** What a task's own progress is worth against its node's measured speed, once it has come so far. */
const ownPaceFrom = 0.05;

/** The crew as the assignment looks at it. */
export function workersOf(
  members: readonly CrewMember[],
  { nowMs, monotonicMs }: { nowMs: number; monotonicMs: number },
): Worker[] {
  const speedOf = speedBook(members.map(machineOf));
  return members.map((member) => ({
    ...machineOf(member),
    nodeId: member.nodeId,
    packages: member.offer.packages,
    takesWork: takesWork(member, { nowMs, monotonicMs }),
    tags: member.tags,
    encoders: provenEncoders(member),
    slots: member.offer.slots,
    running: [...member.running.values()].map((task) => ({
      resource: task.resource,
      leftSec: secondsLeft(member, task, speedOf, monotonicMs),
    })),
    linkBps: member.isLocal ? null : (member.linkBps ?? unknownLinkBps),
    sourcesOf: member.sourcesOf,
  }));
}

/** Whether a node may be given anything now. */
export function takesWork(
  { isReady, draining, restUntilMs, breakerUntilMs, offer }: CrewMember,
  { nowMs, monotonicMs }: { nowMs: number; monotonicMs: number },
): boolean {
  return isReady && !draining && offer.busy === null && restUntilMs <= monotonicMs && (breakerUntilMs ?? 0) <= nowMs;
}

/** Encoders that passed their trial there; null for a node that has not told of any. */
export function provenEncoders({ offer }: CrewMember): string[] | null {
  return offer.encoders.length === 0 ? null : offer.encoders.filter(({ works }) => works).map(({ name }) => name);
}

/** What is known of a node's pace: what its tasks took, and where none was done yet, its own benchmark. */
export function machineOf({ speeds, offer }: CrewMember): Pick<Worker, 'speeds' | 'cores'> {
  const benchmarks = offer.encoders.flatMap(({ name, works, megapixelsPerSec }) =>
    works && megapixelsPerSec !== null ? [[name, (megapixelsPerSec * alsoDecodes) / weightPixels] as const] : [],
  );
  return { speeds: new Map([...benchmarks, ...speeds]), cores: offer.cores };
}

/** A benchmark only encodes; a task decodes and scales as well. */
const alsoDecodes = 0.6;
/** Megapixels in a weight of one, a megapixel-minute, at the rate of most films. */
const weightPixels = 24 * 60;

/**
 * Seconds until a node is done with a task: by its own pace so far, before that by the node's measured speed. Null for one
 * that should have been done long ago: nobody knows what it waits for.
 */
export function secondsLeft(
  member: CrewMember,
  task: RunningTask,
  speedOf: SpeedBook,
  monotonicMs: number,
): number | null {
  const elapsedSec = (monotonicMs - task.startedMs) / 1000;
  if (task.ratio >= ownPaceFrom) return (elapsedSec * (1 - task.ratio)) / task.ratio;
  if (task.encoders.length === 0) return null;
  const leftSec = task.weight / speedOf(machineOf(member), task.encoders) - elapsedSec;
  return leftSec > 0 ? leftSec : null;
}
