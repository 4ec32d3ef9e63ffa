/*
 * When has a file stopped growing? When two looks at it, far enough apart, show the same size and time. The file's own time
 * is only compared with itself, since cameras and copies set it to anything; and what was seen before the clock was set
 * counts for nothing, so that a jump neither lets a growing file in nor keeps a finished one out for ever.
 */

export type Look = { sizeBytes: number; modifiedMs: number };

/** What is known of a file: how it looked, and since when (wall clock). */
export type EarlierLook = Look & { sinceMs: number | null };

export type SettleRule = {
  settleMs: number;
  /** Since when the clock has gone on without a jump. */
  trustedSinceMs: number;
};

export type Settling =
  | { kind: 'settled' }
  /** As before, but not for long enough. */
  | { kind: 'waiting'; sinceMs: number }
  /** Not as before: begins anew. */
  | { kind: 'changed'; sinceMs: number };

/** Judges a second look, taken at `nowMs`. */
export function settling(earlier: EarlierLook, now: Look, nowMs: number, rule: SettleRule): Settling {
  if (earlier.sizeBytes !== now.sizeBytes || earlier.modifiedMs !== now.modifiedMs) {
    return { kind: 'changed', sinceMs: nowMs };
  }
  // A look from the future was taken before the clock was set back.
  const since = earlier.sinceMs === null || earlier.sinceMs > nowMs ? nowMs : earlier.sinceMs;
  const sinceMs = Math.max(since, Math.min(rule.trustedSinceMs, nowMs));
  return nowMs - sinceMs >= rule.settleMs ? { kind: 'settled' } : { kind: 'waiting', sinceMs };
}

export type ClockReading = { wallMs: number; monotonicMs: number };

/** More than a correction of the time by NTP between two readings. */
const jumpMs = 2_000;

/** Whether the wall clock was set between two readings; sleeping counts as a jump where the monotonic clock slept, too. */
export function hasJumped(before: ClockReading, after: ClockReading): boolean {
  return Math.abs(after.wallMs - before.wallMs - (after.monotonicMs - before.monotonicMs)) > jumpMs;
}
