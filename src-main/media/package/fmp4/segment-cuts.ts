import type { SegmentCut, TimelineSample } from './fragment-track.ts';

export type CutFault =
  /** A segment would start at a frame that no decoder can start at, or where pictures before it are still missing. */
  | { code: 'not-a-start'; frame: number }
  /** Start frames must begin with 0, grow, and lie inside the title. */
  | { code: 'bad-frames'; frame: number };

export type Cuts = { ok: true; segments: SegmentCut[] } | { ok: false; fault: CutFault };

/**
 * Cuts a video timeline at the given frames. Each must be a sync sample that closes the GOP before it: all pictures shown
 * earlier are decoded earlier. In a timeline by `videoTimeline` frame n of such a cut is sample n.
 */
export function cutVideo(samples: readonly TimelineSample[], startFrames: readonly number[]): Cuts {
  const segments: SegmentCut[] = [];
  let latestTicks = Number.NEGATIVE_INFINITY;
  for (const [i, from] of startFrames.entries()) {
    const to = startFrames[i + 1] ?? samples.length;
    if (!Number.isInteger(from) || from >= to || to > samples.length || (i === 0 && from !== 0)) {
      return { ok: false, fault: { code: 'bad-frames', frame: from } };
    }
    const inside = samples.slice(from, to);
    const [first] = inside;
    const startTicks = first === undefined ? 0 : presentationOf(first);
    const isClosed = latestTicks < startTicks && inside.every((sample) => presentationOf(sample) >= startTicks);
    if (first === undefined || !first.sync || !isClosed)
      return { ok: false, fault: { code: 'not-a-start', frame: from } };
    latestTicks = inside.reduce((latest, sample) => Math.max(latest, presentationOf(sample)), latestTicks);
    segments.push(segmentOf(samples, from, to));
  }
  return { ok: true, segments };
}

/** A moment of the title, exact: `ticks / timescale` seconds from the origin. */
export type Boundary = { ticks: number; timescale: number };

export type AudioCutOptions = {
  timescale: number;
  originTicks?: number;
  /** Where segments start, growing; the first is the start of the title. */
  boundaries: readonly Boundary[];
  /** A tail shorter than this joins the segment before it: some players stall on a last segment of a few packets. */
  shortestTailSec?: number;
};

/**
 * Cuts sound at the segment boundaries of the video: each segment starts with the first packet at or after its boundary,
 * so no packet is split. Boundaries beyond the last packet make no segment.
 */
export function cutAudio(samples: readonly TimelineSample[], options: AudioCutOptions): SegmentCut[] {
  const { timescale, originTicks = 0, boundaries, shortestTailSec = 0.5 } = options;
  const starts: number[] = [];
  let at = 0;
  for (const boundary of boundaries) {
    while (at < samples.length && isBefore(samples[at], originTicks, timescale, boundary)) at++;
    if (at < samples.length && at !== starts.at(-1)) starts.push(at);
  }
  // Nothing is lost where sound begins before the first boundary.
  if (samples.length > 0) starts[0] = 0;
  const segments = starts.map((from, i) => segmentOf(samples, from, starts[i + 1] ?? samples.length));
  const tail = segments.at(-1);
  const beforeTail = segments.at(-2);
  if (tail !== undefined && beforeTail !== undefined && tail.durationTicks < shortestTailSec * timescale) {
    return [...segments.slice(0, -2), segmentOf(samples, beforeTail.from, tail.to)];
  }
  return segments;
}

/** Compared in whole numbers: 48000 * 30000 * two hours is far below 2^53. */
function isBefore(sample: TimelineSample | undefined, originTicks: number, timescale: number, boundary: Boundary) {
  if (sample === undefined) return false;
  return (sample.dts - originTicks) * boundary.timescale < boundary.ticks * timescale;
}

/** The duration of the last segment is that of its samples; of the others, the way to the next start. */
function segmentOf(samples: readonly TimelineSample[], from: number, to: number): SegmentCut {
  const first = samples[from];
  if (first === undefined || to > samples.length) throw new RangeError(`samples ${from} to ${to} of ${samples.length}`);
  const startTicks = presentationOf(first);
  const next = samples[to];
  const ownTicks = samples.slice(from, to).reduce((sum, sample) => sum + sample.durationTicks, 0);
  return { from, to, startTicks, durationTicks: next === undefined ? ownTicks : presentationOf(next) - startTicks };
}

function presentationOf(sample: TimelineSample): number {
  return sample.dts + sample.ctsOffset;
}
