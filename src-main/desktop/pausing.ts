import type { Clock } from '#main/platform/clock.ts';
import type { Pause } from './decide/facts.ts';
import { pauseFor, pauseLeftMs } from './decide/pause.ts';

export type Pausing = {
  now: () => Pause | null;
  /** Milliseconds, or null until people resume. */
  pause: (forMs: number | null) => void;
  resume: () => void;
  /** Time has passed that no timer saw: the machine slept. */
  look: () => void;
};

/** Node's timers end at once where they are told to wait longer. */
const longestTimerMs = 2 ** 31 - 1;

/** The pause that people asked for, until it is over. */
export function openPausing(clock: Clock, changed: (pause: Pause | null) => void): Pausing {
  let pause: Pause | null = null;
  let cancel = (): void => {};
  const end = (): void => {
    cancel();
    if (pause === null) return;
    pause = null;
    changed(null);
  };
  const look = (): void => {
    cancel();
    const leftMs = pause === null ? null : pauseLeftMs(pause, clock.nowMs());
    if (leftMs === 0) end();
    else if (leftMs !== null) cancel = clock.after(Math.min(leftMs, longestTimerMs), look);
  };
  return {
    now: () => pause,
    pause: (forMs) => {
      pause = pauseFor(forMs, clock.nowMs());
      changed(pause);
      look();
    },
    resume: end,
    look,
  };
}
