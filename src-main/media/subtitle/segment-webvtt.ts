import type { Cue } from './cue.ts';
import { writeWebVtt } from './webvtt.ts';

export type SegmentedSubtitle = {
  cues: readonly Cue[];
  /** STYLE and REGION blocks; each segment is a file of its own and repeats them. */
  blocks?: readonly string[];
  /**
   * Where segments begin, and at the end where the last one ends: seconds, rising, from 0. Two numbers make the
   * single-file form.
   */
  boundariesSec: readonly number[];
  /** First presentation time of the media as stored (90 kHz): what cue time zero is. 0 for fragmented MP4. */
  firstMediaPts: number;
};

/**
 * WebVTT segments for HLS (RFC 8216 3.5): cue times stay absolute, a cue is in each segment that it is shown in, and a
 * stretch without words still has its segment. RangeError on boundaries that don't rise.
 */
export function segmentWebVtt({ cues, blocks = [], boundariesSec, firstMediaPts }: SegmentedSubtitle): string[] {
  if (boundariesSec.length < 2) throw new RangeError('a subtitle needs at least one segment');
  if (!Number.isSafeInteger(firstMediaPts) || firstMediaPts < 0) {
    throw new RangeError(`not a 90 kHz timestamp: ${firstMediaPts}`);
  }
  const timestampMap = { mpegTs: firstMediaPts, localSec: 0 };
  return boundariesSec.slice(0, -1).map((startSec, i) => {
    const endSec = boundariesSec[i + 1] ?? startSec;
    if (!(endSec > startSec)) throw new RangeError(`segment ${i} ends at ${endSec}, before it starts`);
    const shown = cues.filter((cue) => cue.startSec < endSec && cue.endSec > startSec);
    return writeWebVtt({ timestampMap, blocks, cues: shown });
  });
}
