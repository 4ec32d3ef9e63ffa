/*
 * How long somebody stays signed in: a week after the last use, a month at most.
 */

const day = 24 * 60 * 60_000;
const idleMs = 7 * day;
export const longestSessionMs = 30 * day;

/** Uses are written down this far apart: reading must not mean writing. */
const touchEveryMs = 60_000;

/** When a session ends that was last used at `nowMs`. */
export function sessionEndMs(createdAtMs: number, nowMs: number): number {
  return Math.min(createdAtMs + longestSessionMs, nowMs + idleMs);
}

/** Whether a use at `nowMs` is to be written down; also when the clock was set back. */
export function isTouchDue(lastUsedAtMs: number | null, nowMs: number): boolean {
  return lastUsedAtMs === null || Math.abs(nowMs - lastUsedAtMs) >= touchEveryMs;
}
