import type { Clock } from '#main/platform/clock.ts';
import { RequestRefused } from './route.ts';

/** Counts what one caller does, apart from the rate of all its requests; RequestRefused once it is one too many. */
export type RateWindow = (caller: string) => void;

/** Fixed windows: what was counted goes with its window, so memory is bounded by one window's callers. */
export function rateWindow(clock: Clock, { windowMs, most }: { windowMs: number; most: number }): RateWindow {
  let counts = new Map<string, number>();
  let endsMs = clock.monotonicMs() + windowMs;
  return (caller) => {
    const nowMs = clock.monotonicMs();
    if (nowMs >= endsMs) {
      counts = new Map();
      endsMs = nowMs + windowMs;
    }
    const count = (counts.get(caller) ?? 0) + 1;
    counts.set(caller, count);
    if (count <= most) return;
    const waitSec = Math.max(1, Math.ceil((endsMs - nowMs) / 1000));
    throw new RequestRefused('ENC-SYS-005', `Too many of these requests; try again in ${waitSec} s.`, {
      headers: { 'Retry-After': String(waitSec) },
    });
  };
}
