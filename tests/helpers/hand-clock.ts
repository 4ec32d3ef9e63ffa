import type { Clock } from '#main/platform/clock.ts';

export type HandClock = Clock & {
  /** Moves on, and calls what fell due, in order. */
  advance(ms: number): void;
  /** What a person or a time server does to it: the hour changes, no time passes. */
  jump(ms: number): void;
  /** What is still to come, milliseconds from now. */
  pendingMs(): number[];
};

/** A clock that stands still until a test moves it. */
export function handClock(startMs = 0): HandClock {
  let nowMs = startMs;
  let jumpedMs = 0;
  let alarms: { atMs: number; work: () => void }[] = [];
  return {
    nowMs: () => nowMs + jumpedMs,
    monotonicMs: () => nowMs,
    after: (delayMs, work) => {
      const alarm = { atMs: nowMs + delayMs, work };
      alarms.push(alarm);
      return () => {
        alarms = alarms.filter((other) => other !== alarm);
      };
    },
    advance: (ms) => {
      nowMs += ms;
      const due = alarms.filter(({ atMs }) => atMs <= nowMs).sort((a, b) => a.atMs - b.atMs);
      alarms = alarms.filter(({ atMs }) => atMs > nowMs);
      for (const { work } of due) work();
    },
    jump: (ms) => {
      jumpedMs += ms;
    },
    pendingMs: () => alarms.map(({ atMs }) => atMs - nowMs),
  };
}
