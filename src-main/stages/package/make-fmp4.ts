import { join } from 'node:path';
import { codecStringOfTrack } from '#main/media/bitstream/codec-string.ts';
import { filmSound, pictureTrack } from '#main/media/package/fmp4/film-tracks.ts';
import { cutVideo } from '#main/media/package/fmp4/segment-cuts.ts';
import { reorderFrames, videoTimeline, type VideoChunk } from '#main/media/package/fmp4/timeline.ts';
import { segmentDurations, segmentStarts } from '#main/media/package/segment-grid.ts';
import type { AudioRendition, EncodePlan } from '#shared/model/plan.ts';
import type { MadeStream, MadeStreams } from './made-streams.ts';
import { PackagingFailed } from './package-draft.ts';
import type { Part, VideoParts } from './parts.ts';
import { writeFmp4 } from './write-fmp4.ts';

type Fmp4Request = {
  plan: EncodePlan;
  staging: string;
  video: readonly VideoParts[];
  audio: readonly { rendition: AudioRendition; part: Part }[];
};

/**
 * All streams of a title as fMP4 by our own writer (FFmpeg 5's muxer parts pictures and sound by 60 to 80 ms and cuts
 * time stamps at joins). Every track presents its first moment at one origin, late enough for the deepest reordering.
 */
export async function makeFmp4(
  { plan, staging, video, audio }: Fmp4Request,
  signal: AbortSignal,
): Promise<MadeStreams> {
  const { rate } = plan.grid;
  const originFrames = Math.max(0, ...video.map((one) => deepestReordering(one, rate)));
  const originSec = (originFrames * rate.den) / rate.num;
  const streams: MadeStream[] = [];
  for (const one of video) streams.push(await videoStream(one, plan, staging, originFrames, signal));
  for (const one of audio) streams.push(await audioStream(one, plan, staging, originSec, signal));
  return { streams, firstPts90k: Math.round(originSec * 90_000) };
}

async function videoStream(
  { rendition, parts, frameCounts, stsd }: VideoParts,
  plan: EncodePlan,
  staging: string,
  originFrames: number,
  signal: AbortSignal,
): Promise<MadeStream> {
  const { rate } = plan.grid;
  const timeline = videoTimeline(chunksOf(parts, frameCounts), rate, originFrames * rate.den);
  if (!timeline.ok) throw unusable(rendition.id, timeline.fault.code, faultyTask(parts, timeline.fault));
  const cuts = cutVideo(timeline.samples, segmentStarts(plan.grid));
  if (!cuts.ok) throw unusable(rendition.id, `${cuts.fault.code} at frame ${cuts.fault.frame}`, null);
  const made = await writeFmp4(
    {
      folder: join(staging, rendition.id),
      id: rendition.id,
      track: pictureTrack(rendition, rate, stsd),
      timeline: timeline.samples,
      segments: cuts.segments,
      sources: parts.map(({ path }) => path),
      durationsSec: segmentDurations(plan.grid),
    },
    signal,
  );
  const first = parts[0];
  return {
    id: rendition.id,
    kind: 'video',
    codec: first === undefined ? null : codecStringOfTrack(first.track),
    frames: plan.grid.frames,
    ...made,
  };
}

async function audioStream(
  { rendition, part }: { rendition: AudioRendition; part: Part },
  plan: EncodePlan,
  staging: string,
  originSec: number,
  signal: AbortSignal,
): Promise<MadeStream> {
  const placed = filmSound(plan, rendition, part, originSec);
  if (!placed.ok) throw unusable(rendition.id, placed.code, part.task);
  const { track, timeline, segments } = placed.sound;
  const made = await writeFmp4(
    {
      folder: join(staging, rendition.id),
      id: rendition.id,
      track,
      timeline,
      segments,
      sources: [part.path],
      durationsSec: segments.map(({ durationTicks }) => durationTicks / track.timescale),
    },
    signal,
  );
  return { id: rendition.id, kind: 'audio', codec: codecStringOfTrack(part.track), frames: null, ...made };
}

function deepestReordering({ rendition, parts, frameCounts }: VideoParts, rate: { num: number; den: number }): number {
  const found = reorderFrames(chunksOf(parts, frameCounts), rate);
  if (!found.ok) throw unusable(rendition.id, found.fault.code, faultyTask(parts, found.fault));
  return Math.ceil(found.frames);
}

function chunksOf(parts: readonly Part[], frameCounts: readonly number[]): VideoChunk[] {
  return parts.map(({ track, samples }, i) => ({
    timescale: track.timescale,
    samples,
    frameCount: frameCounts[i] ?? 0,
  }));
}

function faultyTask(parts: readonly Part[], fault: { code: string; source?: number }): string | null {
  return fault.source === undefined ? null : (parts[fault.source]?.task ?? null);
}

function unusable(id: string, why: string, task: string | null): PackagingFailed {
  return new PackagingFailed({ code: 'part-unreadable', message: `${id} can't be cut into segments: ${why}`, task });
}
