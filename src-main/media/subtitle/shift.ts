import type { Cue } from './cue.ts';

export type ShiftedCues = { cues: Cue[]; outside: number };

/**
 * Cues on the presentation's clock: what the source calls `originSec` becomes zero, and nothing begins before zero or
 * ends after `durationSec`. `outside` counts cues that lie wholly outside. Works in whole milliseconds, so a cue can't
 * be left with a length that its written times don't have.
 */
export function shiftCues(cues: readonly Cue[], originSec: number, durationSec: number): ShiftedCues {
  const lastMs = Math.floor(durationSec * 1000 + 1e-6);
  const shifted = cues.flatMap((cue) => {
    const startMs = Math.max(0, Math.round((cue.startSec - originSec) * 1000));
    const endMs = Math.min(lastMs, Math.round((cue.endSec - originSec) * 1000));
    return startMs < endMs ? [{ ...cue, startSec: startMs / 1000, endSec: endMs / 1000 }] : [];
  });
  return { cues: shifted, outside: cues.length - shifted.length };
}
