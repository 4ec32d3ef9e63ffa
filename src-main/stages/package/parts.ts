import { join } from 'node:path';
import { readMovie } from '#main/ffmpeg/read-movie.ts';
import { samplesOf } from '#main/media/bitstream/mp4-sample-table.ts';
import type { Mp4Movie, Mp4Samples, Mp4Track } from '#main/media/bitstream/mp4-track.ts';
import { audioFile, chunkFile, taskFolder } from '#main/media/command/work-layout.ts';
import { sharedSampleDescription } from '#main/media/package/fmp4/sample-description.ts';
import type { AudioRendition, Chunk, EncodePlan, VideoRendition } from '#shared/model/plan.ts';
import { PackagingFailed } from './package-draft.ts';

/** An encoded file of a task, with its tables. */
export type Part = { path: string; task: string; movie: Mp4Movie; track: Mp4Track; samples: Mp4Samples };

/** All chunks of a rung in order, proven to have the planned pictures and one and the same stream header. */
export type VideoParts = { rendition: VideoRendition; parts: Part[]; frameCounts: number[]; stsd: Uint8Array };

/** Reads a rung's chunks. Throws PackagingFailed that names the task of a chunk that can't be used. */
export async function videoParts(plan: EncodePlan, work: string, rendition: VideoRendition): Promise<VideoParts> {
  const parts: Part[] = [];
  const frameCounts: number[] = [];
  for (const task of plan.tasks) {
    if (task.type !== 'video' || task.chunk === null || !task.renditions.includes(rendition.id)) continue;
    const part = await videoPart(work, rendition, task.id, task.chunk);
    parts.push(part);
    frameCounts.push(task.chunk.frames);
  }
  const shared = sharedSampleDescription(parts.map(({ track }) => track));
  if (!shared.ok) {
    const task = parts[shared.fault.source]?.task ?? null;
    throw new PackagingFailed({
      code: 'chunk-layout-differs',
      message: `${task ?? 'a chunk'} has other stream headers than the first chunk of ${rendition.id} (${shared.fault.code})`,
      task,
    });
  }
  return { rendition, parts, frameCounts, stsd: shared.stsd };
}

/** Reads one rung of one chunk. Throws PackagingFailed, also where it has not the planned pictures. */
export async function videoPart(
  work: string,
  rendition: VideoRendition,
  task: string,
  chunk: Pick<Chunk, 'frames'>,
): Promise<Part> {
  const part = await readPart(join(work, taskFolder(task, 'done'), chunkFile(rendition)), task);
  if (part.samples.count === chunk.frames) return part;
  throw new PackagingFailed({
    code: 'chunk-incomplete',
    message: `${task} has ${part.samples.count} of ${chunk.frames} pictures of ${rendition.id}`,
    task,
  });
}

/** Reads an audio rendition's file. Throws PackagingFailed. */
export async function audioPart(plan: EncodePlan, work: string, rendition: AudioRendition): Promise<Part> {
  const task = plan.tasks.find(({ type }) => type === 'audio')?.id ?? 'audio';
  return readPart(join(work, taskFolder(task, 'done'), audioFile(plan, rendition.id)), task);
}

async function readPart(path: string, task: string): Promise<Part> {
  const unreadable = (why: string): PackagingFailed =>
    new PackagingFailed({ code: 'part-unreadable', message: `a part of ${task} ${why}: ${path}`, task });
  let movie: Mp4Movie | null;
  try {
    movie = await readMovie(path);
  } catch (error) {
    throw new PackagingFailed({
      code: 'part-missing',
      message: `a part of ${task} can't be opened: ${error instanceof Error ? error.message : String(error)}`,
      task,
    });
  }
  const track = movie?.tracks[0];
  if (movie === null || track === undefined) throw unreadable('is not an MP4 with a track');
  const samples = samplesOf(track);
  if (!samples.ok) throw unreadable(`has a damaged table (${samples.fault.detail})`);
  return { path, task, movie, track, samples: samples.value };
}
