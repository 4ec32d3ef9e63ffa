import type { Kysely } from 'kysely';
import type { Clock } from '#main/platform/clock.ts';
import { countPackages, type MadePackage, uncountedPackages } from './made-packages.ts';
import type { Database } from './schema.ts';

export type PackageCounter = {
  /** Counts what was completed since the last turn; the server turns it every few seconds. */
  turn(signal: AbortSignal): Promise<void>;
};

export type PackageCounterOptions = {
  db: Kysely<Database>;
  clock: Clock;
  /** Of the package whose master playlist or file this is; null where it can't be told. */
  bytesOf: (output: string) => Promise<number | null>;
};

/** Statistics look no further back. */
const keptMs = 31 * 24 * 60 * 60_000;
const overlapMs = 60 * 60_000;
const portion = 100;

/** Writes down the length and the size of what was made, apart from its completion: a slow disk must not hold that up. */
export function packageCounter({ db, clock, bytesOf }: PackageCounterOptions): PackageCounter {
  // What this process has counted is not looked at again, but for an hour by which a clock may have been set back.
  let countedMs = Number.NEGATIVE_INFINITY;
  return {
    turn: async (signal) => {
      for (;;) {
        const nowMs = clock.nowMs();
        const sinceMs = Math.max(nowMs - keptMs, Math.min(countedMs, nowMs) - overlapMs);
        const found = await uncountedPackages(db, sinceMs, portion);
        const made: MadePackage[] = [];
        for (const { output, ...one } of found) {
          if (signal.aborted) break;
          made.push({ ...one, outputBytes: output === null ? null : await bytesOf(output) });
        }
        await countPackages(db, made);
        countedMs = made.at(-1)?.finishedAtMs ?? countedMs;
        if (signal.aborted || found.length < portion) return;
      }
    },
  };
}
