import { constants } from 'node:os';
import type { Clock } from '#main/platform/clock.ts';

/** Ctrl-C reaches Encrew twice under npm, from the terminal and from npm: copies within this time are one wish. */
const sameWishMs = 1_000;
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let interrupted: AbortController | null = null;

/**
 * Aborts when the user or the system asks Encrew to stop, or when the process that started it was killed. A second wish ends
 * the program at once with 128 + signal number. There is one signal a process, because there is one set of handlers.
 */
export function interruption(clock: Clock): AbortSignal {
  if (interrupted !== null) return interrupted.signal;
  const controller = new AbortController();
  interrupted = controller;
  let askedAtMs: number | null = null;

  const ask = (signal: (typeof stopSignals)[number]): void => {
    const nowMs = clock.monotonicMs();
    if (askedAtMs === null) {
      askedAtMs = nowMs;
      controller.abort(new Interrupted(signal));
    } else if (nowMs - askedAtMs > sameWishMs) {
      process.exit(128 + constants.signals[signal]);
    }
  };
  for (const signal of stopSignals) process.on(signal, () => ask(signal));
  // The launcher holds the other end; listening must not keep a finished program alive.
  process.on('disconnect', () => ask('SIGTERM'));
  process.channel?.unref();
  return controller.signal;
}

/** The reason that `interruption` aborts with. */
export class Interrupted extends Error {
  readonly signal: (typeof stopSignals)[number];

  constructor(signal: (typeof stopSignals)[number]) {
    super(`stopped by ${signal}`);
    this.name = 'Interrupted';
    this.signal = signal;
  }
}
