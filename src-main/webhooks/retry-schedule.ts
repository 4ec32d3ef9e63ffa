/*
 * When a delivery that failed is tried again: after 10 s, 20 s, 40 s and so on up to an hour, for a day.
 */

const firstDelayMs = 10_000;
const longestDelayMs = 3_600_000;
const giveUpAfterMs = 24 * 3_600_000;

/**
 * Wall-clock time of the next attempt; null when there is to be none.
 *
 * @param failures how often it failed so far, at least 1
 * @param askedMs for how long the receiver wants to be left alone; it gets one more try after that, however late
 * @param chance from 0 up to 1: spreads what failed at one moment, so that a receiver that comes back isn't knocked down
 */
export function nextAttemptAtMs(
  { createdAtMs, failures, askedMs }: { createdAtMs: number; failures: number; askedMs: number },
  chance: number,
  nowMs: number,
): number | null {
  const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 1)) * (1 - chance / 4);
  const atMs = Math.round(nowMs + delayMs);
  return atMs > createdAtMs + giveUpAfterMs ? null : Math.max(atMs, nowMs + askedMs);
}

/**
 * For how long a receiver that answered 429 or 503 wants to be left alone, milliseconds from `nowMs` and a day at most; 0 where
 * it says nothing that can be read. RFC 9110 10.2.3: seconds, or a date.
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number {
  if (header === undefined) return 0;
  const askedMs = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isNaN(askedMs) ? 0 : Math.min(giveUpAfterMs, Math.max(0, askedMs));
}

/** Whether it is time. An attempt further off than any delay is due too: the clock was set back. */
export function isDue(nextAtMs: number, nowMs: number): boolean {
  return nextAtMs <= nowMs || nextAtMs > nowMs + giveUpAfterMs;
}
