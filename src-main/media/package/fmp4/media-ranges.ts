import type { TimelineSample } from './fragment-track.ts';

/** Bytes to copy from a chunk file. */
export type MediaRange = { source: number; offset: number; sizeBytes: number };

/** Where the sample bytes of a segment come from, in order; samples that lie side by side in a file make one range. */
export function mediaRanges(samples: readonly TimelineSample[]): MediaRange[] {
  const ranges: MediaRange[] = [];
  for (const { source, offset, sizeBytes } of samples) {
    const last = ranges.at(-1);
    if (last !== undefined && last.source === source && last.offset + last.sizeBytes === offset) {
      last.sizeBytes += sizeBytes;
    } else {
      ranges.push({ source, offset, sizeBytes });
    }
  }
  return ranges;
}
