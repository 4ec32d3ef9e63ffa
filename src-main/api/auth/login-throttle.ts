import { ipKeyGenerator } from 'express-rate-limit';
import type { Clock } from '#main/platform/clock.ts';

/*
 * Slows down who guesses a password. Tries count for one name from one network: nobody can lock an owner out of their own
 * server from somewhere else, and a name that does not exist is slowed down all the same.
 */

export type LoginTry =
  | {
      ok: true;
      /** The password was right: what was counted is forgotten. */
      succeeded(): void;
      /** It was never looked at: this try does not count. */
      notChecked(): void;
    }
  | { ok: false; waitMs: number };

export type LoginThrottle = {
  /** Begins a try. It counts as failed at once, so that a hundred tries at the same moment are a hundred. */
  begin(address: string, name: string): LoginTry;
};

const freeTries = 5;
const firstDelayMs = 1_000;
const longestDelayMs = 15 * 60_000;
const forgottenAfterMs = 60 * 60_000;
const mostKept = 10_000;

type Tries = { count: number; lastMs: number; nextMs: number };

/** Counts in memory: a restart forgives. */
export function loginThrottle(clock: Clock): LoginThrottle {
  // In the order of their last try.
  const known = new Map<string, Tries>();

  return {
    begin: (address, name) => {
      const key = `${ipKeyGenerator(address)} ${name.toLowerCase()}`;
      const nowMs = clock.monotonicMs();
      const before = known.get(key);
      const isFresh = before === undefined || nowMs - before.lastMs >= forgottenAfterMs;
      if (!isFresh && nowMs < before.nextMs) return { ok: false, waitMs: before.nextMs - nowMs };
      const count = isFresh ? 1 : before.count + 1;
      known.delete(key);
      known.set(key, { count, lastMs: nowMs, nextMs: nowMs + delayMs(count) });
      forgetOldest(known);
      return {
        ok: true,
        succeeded: () => known.delete(key),
        notChecked: () => {
          const tries = known.get(key);
          if (tries !== undefined) known.set(key, { ...tries, count: tries.count - 1, nextMs: nowMs });
        },
      };
    },
  };
}

/** What follows the fifth failure in a row takes a second, and each further one twice that. */
function delayMs(count: number): number {
  if (count < freeTries) return 0;
  return Math.min(firstDelayMs * 2 ** (count - freeTries), longestDelayMs);
}

function forgetOldest(known: Map<string, Tries>): void {
  for (const key of known.keys()) {
    if (known.size <= mostKept) return;
    known.delete(key);
  }
}
