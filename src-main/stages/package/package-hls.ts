import { constants, createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ProbeDeps } from '#main/ffmpeg/ffprobe-reads.ts';
import { chaptersVtt } from '#main/media/package/chapters-vtt.ts';
import {
  iFramePlaylistPath,
  masterOfPlan,
  type StreamMeasures,
  streamPlaylist,
} from '#main/media/package/master-of-plan.ts';
import { iFramePlaylist } from '#main/media/package/playlist/i-frame-playlist.ts';
import { masterPlaylist } from '#main/media/package/playlist/master-playlist.ts';
import { mediaPlaylist } from '#main/media/package/playlist/media-playlist.ts';
import { targetDurationSec } from '#main/media/package/playlist/target-duration.ts';
import { safeFileName } from '#shared/format/safe-name.ts';
import type { MediaFacts } from '#shared/model/facts.ts';
import type { Finding } from '#shared/model/finding.ts';
import type { EncodePlan } from '#shared/model/plan.ts';
import { makeFmp4 } from './make-fmp4.ts';
import { makeTs } from './make-ts.ts';
import type { MadeStream } from './made-streams.ts';
import { type PackageDraft, PackagingFailed, type PackageResult, packagingResult } from './package-draft.ts';
import { audioPart, videoParts } from './parts.ts';
import { writeFonts } from './write-fonts.ts';
import { writeSubtitles } from './write-subtitles.ts';
import { writeThumbnails } from './write-thumbnails.ts';

export type PackageRequest = {
  plan: EncodePlan;
  facts: MediaFacts;
  /** Absolute paths; `staging` exists and is empty. */
  sourcePath: string;
  work: string;
  staging: string;
};

/**
 * From the finished parts of a job to a whole HLS package in its staging folder (S1 1.1). What is wrong with a part is a
 * value that names its task; throws when `signal` is aborted or the staging folder can't be written.
 */
export function packageHls(request: PackageRequest, deps: ProbeDeps, signal: AbortSignal): Promise<PackageResult> {
  return packagingResult(() => build(request, deps, signal));
}

async function build(request: PackageRequest, deps: ProbeDeps, signal: AbortSignal): Promise<PackageDraft> {
  const { plan, facts, sourcePath, work, staging } = request;
  const video = [];
  for (const rendition of plan.video) video.push(await videoParts(plan, work, rendition));
  const audio = [];
  for (const rendition of plan.audio) audio.push({ rendition, part: await audioPart(plan, work, rendition) });
  const made =
    plan.segmentType === 'fmp4'
      ? await makeFmp4({ plan, staging, video, audio }, signal)
      : await makeTs({ plan, work, staging, video, audio }, deps, signal);

  const target = targetDurationSec(
    made.streams.flatMap(({ segments }) => segments.map(({ durationSec }) => durationSec)),
  );
  for (const stream of made.streams) await writeStreamPlaylists(stream, staging, target);
  const media = { firstPts90k: made.firstPts90k, targetDurationSec: target };
  const subtitles = await writeSubtitles(plan, work, staging, media);
  const findings: Finding[] = [
    ...subtitles.findings,
    ...(await writeFonts(plan, facts, work, staging, subtitles.faces)),
    ...(await writeThumbnails(plan, work, staging, deps, signal)),
  ];
  if (plan.chapters.length > 0) await writeNew(join(staging, 'chapters.vtt'), chaptersVtt(plan.chapters));
  if (plan.keepOriginal) await keepOriginal(sourcePath, staging, signal);

  const measures = new Map(made.streams.map((stream) => [stream.id, measuresOf(stream)]));
  const main = `${plan.name}.m3u8`;
  await writeNew(join(staging, main), masterPlaylist(masterOfPlan(plan, measures, subtitles.playable, target)));
  return {
    main,
    findings,
    renditions: made.streams.map(({ id, kind, codec, frames, segments }) => ({
      id,
      kind,
      codec,
      frames,
      segments,
      durationSec: segments.reduce((sum, { durationSec }) => sum + durationSec, 0),
    })),
  };
}

async function writeStreamPlaylists(stream: MadeStream, staging: string, target: number): Promise<void> {
  const map = stream.init === null ? null : { path: stream.init, range: null };
  const segments = stream.segments.map(({ path, durationSec }) => ({ path, durationSec, range: null }));
  await writeNew(join(staging, streamPlaylist(stream.id)), mediaPlaylist({ targetDurationSec: target, map, segments }));
  if (stream.iFrames.length === 0) return;
  const trickPlay = iFramePlaylist({ targetDurationSec: target, map, frames: stream.iFrames });
  await writeNew(join(staging, iFramePlaylistPath(stream.id)), trickPlay);
}

function measuresOf({ id, codec, segments, iFrames }: MadeStream): StreamMeasures {
  if (codec === null) {
    throw new PackagingFailed({ code: 'part-unreadable', message: `${id} has headers that name no codec`, task: null });
  }
  const pictures = iFrames.map(({ range, durationSec }) => ({ sizeBytes: range.lengthBytes, durationSec }));
  return { codec, segments, iFrames: pictures.length === 0 ? null : pictures };
}

/**
 * A copy, shared by the file system where it can (reflink): the source itself is never moved or linked to. Anything else is
 * copied piece by piece, since a copy by the system can't be stopped before all of a film is there.
 */
async function keepOriginal(sourcePath: string, staging: string, signal: AbortSignal): Promise<void> {
  const target = join(staging, 'original', safeFileName(basename(sourcePath)));
  await mkdir(dirname(target), { recursive: true });
  try {
    await copyFile(sourcePath, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
  } catch {
    // What keeps the file from being read or written at all keeps it from this too, and is told there.
    const copied = pipeline(createReadStream(sourcePath), createWriteStream(target, { flags: 'wx' }), { signal });
    await copied.catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  }
}

async function writeNew(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: 'wx' });
}
