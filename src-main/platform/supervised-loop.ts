import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';

/** How a loop fares: what health shows, since a dispatcher that died in silence is the field's best known fault. */
export type LoopHealth = {
  name: string;
  /** True while it turns: the last turn ended well, or none has taken too long yet. */
  isHealthy: boolean;
  /** Wall clock; null before the first turn ended well. */
  lastOkAtMs: number | null;
  failuresInRow: number;
  lastError: string | null;
};

export type SupervisedLoop = {
  /** There is something to do: turns at once, or once more after the present turn. */
  poke: () => void;
  health: () => LoopHealth;
  /** Ends after the present turn, whose signal is aborted. */
  stop: () => Promise<void>;
};

export type LoopOptions = {
  name: string;
  /** Turns at least so often. */
  everyMs: number;
  /** Rests at least so long between two turns, however often it is poked: a hundred changes are one turn's work. None when left out. */
  pauseMs?: number;
  /** A turn that takes longer is taken for stuck. */
  stuckAfterMs: number;
  clock: Clock;
  log: Logger;
  turn: (signal: AbortSignal) => Promise<void>;
};

/** A turn that failed is tried again after this, doubled with each further failure in a row. */
const firstPauseMs = 250;
const longestPauseMs = 10_000;
/** One failure is weather. */
const unhealthyFailures = 3;

/** Turns for ever. What a turn throws is logged and counted, and never ends the loop. */
export function superviseLoop({
  name,
  everyMs,
  pauseMs = 0,
  stuckAfterMs,
  clock,
  log,
  turn,
}: LoopOptions): SupervisedLoop {
  const stopping = new AbortController();
  let failuresInRow = 0;
  let lastError: string | null = null;
  let lastOkAtMs: number | null = null;
  let turnBeganMs: number | null = null;
  let isPoked = false;
  let wake = (): void => {};

  const once = async (): Promise<void> => {
    turnBeganMs = clock.monotonicMs();
    try {
      await turn(stopping.signal);
      failuresInRow = 0;
      lastError = null;
      lastOkAtMs = clock.nowMs();
    } catch (error) {
      if (stopping.signal.aborted) return;
      failuresInRow += 1;
      lastError = error instanceof Error ? error.message : String(error);
      log.error(
        { loop: name, failuresInRow, error: error instanceof Error ? error.stack : lastError },
        'a loop failed',
      );
    } finally {
      turnBeganMs = null;
    }
  };
  let hears = false;
  const rest = (delayMs: number, untilPoked: boolean): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.after(delayMs, resolve);
      hears = untilPoked;
      wake = () => {
        cancel();
        resolve();
      };
    });
  const forever = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      isPoked = false;
      await once();
      if (stopping.signal.aborted) return;
      // A failing turn isn't poked into a frenzy.
      if (failuresInRow > 0) await rest(Math.min(longestPauseMs, firstPauseMs * 2 ** (failuresInRow - 1)), false);
      else {
        if (pauseMs > 0) await rest(pauseMs, false);
        if (!isPoked && !stopping.signal.aborted) await rest(everyMs, true);
      }
    }
  };
  const ended = forever();

  return {
    poke: () => {
      isPoked = true;
      if (hears) wake();
    },
    health: () => {
      const isStuck = turnBeganMs !== null && clock.monotonicMs() - turnBeganMs > stuckAfterMs;
      return {
        name,
        isHealthy: !isStuck && failuresInRow < unhealthyFailures,
        lastOkAtMs,
        failuresInRow,
        lastError: isStuck ? 'the present turn takes too long' : lastError,
      };
    },
    stop: async () => {
      stopping.abort();
      wake();
      await ended;
    },
  };
}
