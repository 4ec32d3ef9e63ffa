import type { Pause } from './facts.ts';

export const hourMs = 3_600_000;

/** A pause that people ask for now; for ever with null. */
export function pauseFor(forMs: number | null, nowMs: number): Pause {
  return { untilMs: forMs === null ? null : nowMs + forMs };
}

/**
 * How long a pause lasts from now, milliseconds: null until people resume, 0 when it is over. Asked again whenever the machine
 * wakes, since timers stand still while it sleeps.
 */
export function pauseLeftMs({ untilMs }: Pause, nowMs: number): number | null {
  return untilMs === null ? null : Math.max(0, untilMs - nowMs);
}
