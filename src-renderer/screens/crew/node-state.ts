import type { NodeView } from '#shared/protocol/nodes.ts';

/** How a node stands, as people ask for it. */
export type Standing = 'online' | 'resting' | 'draining' | 'aside' | 'offline';

/** What of all that is true of a node matters most to whoever waits for a film. */
export function standingOf({ state, setAsideUntil, offer }: NodeView, nowMs: number): Standing {
  if (state === 'offline') return 'offline';
  if (setAsideUntil !== null && Date.parse(setAsideUntil) > nowMs) return 'aside';
  if (state === 'draining') return 'draining';
  return offer !== null && offer.busy !== null ? 'resting' : 'online';
}

/** What a task does, by its key: `video-0007-1`, `audio`, `package`. */
export function taskOf(key: string): { kind: 'video'; part: number } | { kind: 'other'; name: OtherTask } | null {
  const part = /^video-(\d+)/.exec(key)?.[1];
  if (part !== undefined) return { kind: 'video', part: Number(part) + 1 };
  const name = otherTasks.find((one) => one === key);
  return name === undefined ? null : { kind: 'other', name };
}

const otherTasks = ['audio', 'extract', 'package', 'validate', 'publish'] as const;
export type OtherTask = (typeof otherTasks)[number];

/** A measured speed as people know it: how many times faster than it plays a 1080p film is made. */
export function speedAtFullHd(weightPerSec: number): number {
  return (weightPerSec * 60) / fullHdMegapixels;
}

/** Frames of 1080p a second. */
export function framesAtFullHd(megapixelsPerSec: number): number {
  return megapixelsPerSec / fullHdMegapixels;
}

const fullHdMegapixels = (1920 * 1080) / 1_000_000;
