/*
 * When a delivery that failed is tried again: after 10 s, 20 s, 40 s and so on up to an hour, for a day.
 */

const firstDelayMs = 10_000;
export const longestDelayMs = 3_600_000;
const giveUpAfterMs = 24 * 3_600_000;

/**
 * Wall-clock time of the next attempt; null when there is to be none.
 *
 * @param failures how often it failed so far, at least 1
 * @param chance from 0 up to 1: spreads what failed at one moment, so that a receiver that comes back isn't knocked down
 */
export function nextAttemptAtMs(
  { createdAtMs, failures }: { createdAtMs: number; failures: number },
  chance: number,
  nowMs: number,
): number | null {
  const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 1)) * (1 - chance / 4);
  const atMs = Math.round(nowMs + delayMs);
  return atMs > createdAtMs + giveUpAfterMs ? null : atMs;
}

/** Whether it is time. An attempt further off than any delay is due too: the clock was set back. */
export function isDue(nextAtMs: number, nowMs: number): boolean {
  return nextAtMs <= nowMs || nextAtMs > nowMs + longestDelayMs;
}
