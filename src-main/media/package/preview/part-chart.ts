import type { AudioRendition, Chunk, EncodePlan, FrameGrid, VideoRendition } from '#shared/model/plan.ts';
import { codecStringOfTrack } from '../../bitstream/codec-string.ts';
import { filmSound, type PartTables, pictureTrack } from '../fmp4/film-tracks.ts';
import type { FragmentTrack, SegmentCut, TimelineSample } from '../fmp4/fragment-track.ts';
import { initSegment } from '../fmp4/init-segment.ts';
import { sharedSampleDescription } from '../fmp4/sample-description.ts';
import { cutVideo } from '../fmp4/segment-cuts.ts';
import { type SegmentBytes, segmentBytes } from '../fmp4/segment-bytes.ts';
import { videoTimeline } from '../fmp4/timeline.ts';
import { segmentStarts } from '../segment-grid.ts';

/*
 * How the segments of one part are put together while others are still being made. A chunk is charted alone, so what is said
 * of it can't depend on chunks to come: that is why its decoding time has a fixed head start instead of the least that does.
 */

/**
 * How many frames the origin of a preview lies after 0, and every picture is decoded ahead of its turn. Enough for pyramids
 * over 16 pictures; an encoder that reorders deeper gets negative offsets, which `trun` version 1 allows and players know.
 */
export const previewLeadFrames = 4;

/** `startSec` counts from the first picture of the film. */
export type ChartedSegment = SegmentBytes & { startSec: number; durationSec: number };

/** Headers and byte ranges of a part's segments; a tenth of its sample tables' size. */
export type PartChart = {
  /** RFC 6381. */
  codec: string;
  init: Uint8Array;
  /** In order; the first is number `firstSegment` of the film. */
  segments: ChartedSegment[];
  firstSegment: number;
};

export type Charted = { ok: true; chart: PartChart } | { ok: false; code: string };

/** When the first moment of the film is presented, seconds: the same in every rendition. */
export function previewOriginSec({ rate }: Pick<FrameGrid, 'rate'>): number {
  return (previewLeadFrames * rate.den) / rate.num;
}

/** Charts one rung of one chunk. */
export function chartChunk(
  { grid }: Pick<EncodePlan, 'grid'>,
  rendition: VideoRendition,
  chunk: Pick<Chunk, 'startFrame' | 'frames'>,
  { track, samples }: PartTables,
): Charted {
  const { rate, segmentFrames } = grid;
  const alone = videoTimeline([{ timescale: track.timescale, samples, frameCount: chunk.frames }], rate);
  if (!alone.ok) return { ok: false, code: alone.fault.code };
  const timeline = alone.samples.map((sample) => ({
    ...sample,
    dts: sample.dts + chunk.startFrame * rate.den,
    ctsOffset: sample.ctsOffset + previewLeadFrames * rate.den,
  }));
  const end = chunk.startFrame + chunk.frames;
  const starts = segmentStarts(grid).filter((frame) => frame >= chunk.startFrame && frame < end);
  const cuts = cutVideo(
    timeline,
    starts.map((frame) => frame - chunk.startFrame),
  );
  if (!cuts.ok) return { ok: false, code: cuts.fault.code };
  const described = sharedSampleDescription([track]);
  if (!described.ok) return { ok: false, code: described.fault.code };
  const codec = codecStringOfTrack(track);
  const firstSegment = chunk.startFrame / segmentFrames;
  const cut = { track: pictureTrack(rendition, rate, described.stsd), timeline, segments: cuts.segments };
  return chartOf(codec, cut, firstSegment, previewOriginSec(grid));
}

/** Charts a sound rendition, which is always made in one piece. */
export function chartSound(plan: EncodePlan, rendition: AudioRendition, part: PartTables): Charted {
  const originSec = previewOriginSec(plan.grid);
  const placed = filmSound(plan, rendition, part, originSec);
  if (!placed.ok) return placed;
  return chartOf(codecStringOfTrack(part.track), placed.sound, 0, originSec);
}

function chartOf(
  codec: string | null,
  { track, timeline, segments: cuts }: { track: FragmentTrack; timeline: TimelineSample[]; segments: SegmentCut[] },
  firstSegment: number,
  originSec: number,
): Charted {
  // A master playlist has to name the codec of everything (RFC 8216 4.3.4.2).
  if (codec === null) return { ok: false, code: 'unknown-codec' };
  const segments = cuts.map(({ from, to, startTicks, durationTicks }, i) => ({
    ...segmentBytes(track.id, firstSegment + i + 1, timeline.slice(from, to)),
    startSec: startTicks / track.timescale - originSec,
    durationSec: durationTicks / track.timescale,
  }));
  return { ok: true, chart: { codec, init: initSegment(track), segments, firstSegment } };
}
