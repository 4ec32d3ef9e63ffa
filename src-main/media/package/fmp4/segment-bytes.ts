import { fragmentHeader } from './fragment-header.ts';
import type { TimelineSample } from './fragment-track.ts';
import { type MediaRange, mediaRanges } from './media-ranges.ts';

/** A media segment: a header of our own, then bytes of the parts, in this order. */
export type SegmentBytes = { header: Uint8Array; ranges: MediaRange[]; sizeBytes: number };

/** The segment of these samples, in decoding order. `sequence` counts the segments of the film from 1. RangeError without samples. */
export function segmentBytes(trackId: number, sequence: number, samples: readonly TimelineSample[]): SegmentBytes {
  const header = fragmentHeader({ sequence, trackId, baseDecodeTime: samples[0]?.dts ?? 0, samples });
  const ranges = mediaRanges(samples);
  const sizeBytes = ranges.reduce((sum, range) => sum + range.sizeBytes, header.length);
  return { header, ranges, sizeBytes };
}
