import { appendFile, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type FfmpegOutcome, runFfmpeg } from '#main/ffmpeg/run.ts';
import type { ProbeDeps } from '#main/ffmpeg/ffprobe-reads.ts';
import { codecStringOfTrack } from '#main/media/bitstream/codec-string.ts';
import { tsIFrameRanges } from '#main/media/bitstream/i-frame-ranges.ts';
import { concatList, muxerList, muxerSegment, tsMuxCommand } from '#main/media/command/ts-mux-command.ts';
import type { IFrame } from '#main/media/package/playlist/i-frame-playlist.ts';
import { segmentDurations } from '#main/media/package/segment-grid.ts';
import type { AudioRendition, EncodePlan } from '#shared/model/plan.ts';
import type { MadeStream, MadeStreams } from './made-streams.ts';
import { type MadeSegment, PackagingFailed } from './package-draft.ts';
import type { Part, VideoParts } from './parts.ts';

type TsRequest = {
  plan: EncodePlan;
  work: string;
  staging: string;
  video: readonly VideoParts[];
  audio: readonly { rendition: AudioRendition; part: Part }[];
};

/** A last segment of sound shorter than this joins the one before it: some players stall on a few packets. */
const shortestTailSec = 0.5;

/** All streams of a title as MPEG-TS, cut by FFmpeg, then named, measured and indexed by us. */
export async function makeTs(request: TsRequest, deps: ProbeDeps, signal: AbortSignal): Promise<MadeStreams> {
  const { plan, staging, video, audio } = request;
  const lists = await writeLists(request);
  const args = tsMuxCommand(plan, { lists, audio: audio.map(({ part }) => part.path) });
  const outcome = await runFfmpeg({ tool: 'ffmpeg', args, cwd: staging }, { ...deps, signal });
  signal.throwIfAborted();
  if (!outcome.ok) throw muxFailed(outcome);

  const streams: MadeStream[] = [];
  let firstPts90k = 0;
  const durations = segmentDurations(plan.grid);
  for (const [i, { rendition, parts }] of video.entries()) {
    const folder = join(staging, rendition.id);
    const listed = await takeMuxerList(folder);
    if (listed.length !== durations.length) {
      throw new PackagingFailed({
        code: 'mux-failed',
        message: `${rendition.id} was cut into ${listed.length} segments instead of ${durations.length}`,
        task: null,
      });
    }
    const segments = await nameSegments(folder, rendition.id, durations);
    const { iFrames, firstPts } = await pictures(folder, segments);
    if (i === 0) firstPts90k = firstPts;
    const codec = parts[0] === undefined ? null : codecStringOfTrack(parts[0].track);
    streams.push({ id: rendition.id, kind: 'video', codec, frames: plan.grid.frames, init: null, segments, iFrames });
  }
  for (const { rendition, part } of audio) {
    const folder = join(staging, rendition.id);
    const durationsSec = await joinShortTail(folder, await takeMuxerList(folder));
    const segments = await nameSegments(folder, rendition.id, durationsSec);
    const codec = codecStringOfTrack(part.track);
    streams.push({ id: rendition.id, kind: 'audio', codec, frames: null, init: null, segments, iFrames: [] });
  }
  return { streams, firstPts90k };
}

async function writeLists({ plan, work, video }: TsRequest): Promise<string[]> {
  const lists: string[] = [];
  for (const { rendition, parts, frameCounts } of video) {
    const chunks = parts.map(({ path }, i) => ({
      path: relative(work, path).split(sep).join('/'),
      frames: frameCounts[i] ?? 0,
    }));
    const list = join(work, `${rendition.id}.ffconcat`);
    await writeFile(list, concatList(chunks, plan.grid.rate));
    lists.push(list);
  }
  return lists;
}

/** Seconds of each segment as FFmpeg measured them; its list is then of no more use. */
async function takeMuxerList(folder: string): Promise<number[]> {
  const path = join(folder, muxerList);
  const text = await readFile(path, 'utf8').catch(() => '');
  await rm(path, { force: true });
  return [...text.matchAll(/^#EXTINF:([\d.]+),/gm)].map(([, seconds]) => Number(seconds));
}

async function joinShortTail(folder: string, durationsSec: readonly number[]): Promise<number[]> {
  const tail = durationsSec.at(-1);
  const before = durationsSec.at(-2);
  if (tail === undefined || before === undefined || tail >= shortestTailSec) return [...durationsSec];
  // Packets of one muxer follow each other in any file.
  const last = join(folder, muxerSegment(durationsSec.length - 1));
  await appendFile(join(folder, muxerSegment(durationsSec.length - 2)), await readFile(last));
  await rm(last);
  return [...durationsSec.slice(0, -2), before + tail];
}

async function nameSegments(folder: string, id: string, durationsSec: readonly number[]): Promise<MadeSegment[]> {
  const segments: MadeSegment[] = [];
  for (const [i, durationSec] of durationsSec.entries()) {
    const path = `${id}-${String(i).padStart(4, '0')}.ts`;
    await rename(join(folder, muxerSegment(i)), join(folder, path));
    const { size: sizeBytes } = await stat(join(folder, path));
    segments.push({ path, sizeBytes, durationSec });
  }
  return segments;
}

/** The pictures that trick play can show, and the first time stamp of all. */
async function pictures(
  folder: string,
  segments: readonly MadeSegment[],
): Promise<{ iFrames: IFrame[]; firstPts: number }> {
  const found: { path: string; range: IFrame['range']; atSec: number }[] = [];
  let firstPts: number | null = null;
  let startSec = 0;
  for (const { path, durationSec } of segments) {
    const ranges = tsIFrameRanges(new Uint8Array(await readFile(join(folder, path))));
    if (!ranges.ok) {
      throw new PackagingFailed({
        code: 'mux-failed',
        message: `${path} can't be read back: ${ranges.fault.detail}`,
        task: null,
      });
    }
    const segmentPts = ranges.value[0]?.ptsTicks ?? 0;
    firstPts ??= segmentPts;
    for (const { offsetBytes, sizeBytes, ptsTicks } of ranges.value) {
      const atSec = startSec + Math.max(0, ptsTicks - segmentPts) / 90_000;
      found.push({ path, range: { offsetBytes, lengthBytes: sizeBytes }, atSec });
    }
    startSec += durationSec;
  }
  const iFrames = found.map(({ path, range, atSec }, i) => ({
    path,
    range,
    durationSec: (found[i + 1]?.atSec ?? startSec) - atSec,
  }));
  return { iFrames, firstPts: firstPts ?? 0 };
}

function muxFailed(outcome: Extract<FfmpegOutcome, { ok: false }>): PackagingFailed {
  const code = outcome.code === 'disk-full' ? 'disk-full' : 'mux-failed';
  return new PackagingFailed({ code, message: `FFmpeg could not write the segments: ${outcome.message}`, task: null });
}
