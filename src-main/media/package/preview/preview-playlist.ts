import { fmp4Init, fmp4Segment } from '../fmp4/file-names.ts';
import { mediaPlaylist } from '../playlist/media-playlist.ts';

/** A stream of a film that is still being made, as far as it may be listed. */
export type PreviewStream = {
  id: string;
  /** Of its first segments. */
  durationsSec: readonly number[];
  /** Nothing is missing any more. */
  isWhole: boolean;
};

/** Its media playlist (EVENT): the text of a longer one begins with that of every shorter one, but for EXT-X-ENDLIST. */
export function previewPlaylist({ id, durationsSec, isWhole }: PreviewStream, targetDurationSec: number): string {
  return mediaPlaylist({
    targetDurationSec,
    map: { path: fmp4Init(id), range: null },
    segments: durationsSec.map((durationSec, i) => ({ path: fmp4Segment(id, i), durationSec, range: null })),
    growing: { hasEnd: isWhole },
  });
}

/**
 * How many segments of sound go with so much of the picture: all that begin before its end. At least one, since players stumble
 * over a playlist without any. `startsSec` grow, from the first picture on.
 */
export function soundSegments(startsSec: readonly number[], picturesEndSec: number): number {
  const beyond = startsSec.findIndex((startSec) => startSec >= picturesEndSec - clockRoundingSec);
  return beyond === -1 ? startsSec.length : Math.max(1, beyond);
}

/** Sums of fractions; a packet of sound is a thousand times longer. */
const clockRoundingSec = 1e-6;
