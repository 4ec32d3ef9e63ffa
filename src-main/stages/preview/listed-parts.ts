import { join } from 'node:path';
import { audioFile, chunkFile, taskFolder } from '#main/media/command/work-layout.ts';
import { chartChunk, type Charted, chartSound, type PartChart } from '#main/media/package/preview/part-chart.ts';
import { audioPart, type Part, videoPart } from '#main/stages/package/parts.ts';
import { PackagingFailed } from '#main/stages/package/package-draft.ts';
import type { AudioRendition, Chunk, EncodePlan, PlannedTask, VideoRendition } from '#shared/model/plan.ts';
import type { ChartShelf, OpenPart } from './chart-shelf.ts';

/** What a stream's playlists say of the parts that are there; small enough to be kept for every job that somebody watches. */
export type Listed = {
  codec: string;
  init: Buffer;
  segments: { sizeBytes: number; startSec: number; durationSec: number }[];
};

type ChunkTask = PlannedTask & { chunk: Chunk };

/** A rung with the finished chunks from the film's beginning on. */
export type ListedRung = {
  rendition: VideoRendition;
  /** In the order of the film. */
  tasks: readonly ChunkTask[];
  /** How many of them are listed, and the pictures that they have. */
  chunks: number;
  frames: number;
  listed: Listed | null;
};

export type PartsToList = {
  plan: EncodePlan;
  work: string;
  isWhole: (task: PlannedTask) => Promise<boolean>;
  shelf: ChartShelf;
};

/** The rungs that can be played before they are packaged, with nothing listed yet. */
export function rungsOf(plan: EncodePlan): ListedRung[] {
  return plan.video
    .filter(({ codec }) => codec !== 'other')
    .map((rendition) => ({
      rendition,
      tasks: plan.tasks
        .flatMap((task): ChunkTask[] => {
          const { type, chunk, renditions } = task;
          return type === 'video' && chunk !== null && renditions.includes(rendition.id) ? [{ ...task, chunk }] : [];
        })
        .toSorted((a, b) => a.chunk.startFrame - b.chunk.startFrame),
      ...{ chunks: 0, frames: 0, listed: null },
    }));
}

/** Adds to a rung the chunks that have been finished since, up to the first that has not. */
export async function readRung(rung: ListedRung, from: PartsToList): Promise<void> {
  for (const task of rung.tasks.slice(rung.chunks)) {
    if (task.chunk.startFrame !== rung.frames || !(await from.isWhole(task))) return;
    const chart = await from.shelf.chart(chunkPath(rung, task, from), () => readChunk(rung, task, from));
    if (chart === null) return;
    const { listed } = rung;
    // Another stream header would garble the picture: packaging has this chunk made again.
    if (listed !== null && !listed.init.equals(chart.init)) return;
    rung.listed = listedWith(listed, chart);
    rung.chunks += 1;
    rung.frames += task.chunk.frames;
  }
}

/** All sound of the film, by rendition; null while it is not there, and nothing of a silent film. */
export async function readSound(from: PartsToList): Promise<Map<string, Listed> | null> {
  const { plan, shelf } = from;
  const found = new Map<string, Listed>();
  const task = plan.tasks.find(({ type }) => type === 'audio');
  if (plan.audio.length > 0 && (task === undefined || !(await from.isWhole(task)))) return null;
  for (const rendition of plan.audio) {
    const chart = await shelf.chart(soundPath(rendition, from), () => readSoundChart(rendition, from));
    if (chart === null) return null;
    found.set(rendition.id, listedWith(null, chart));
  }
  return found;
}

/** The part of a rung that holds a segment of the film; null when it has gone. */
export function openChunk(rung: ListedRung, segment: number, from: PartsToList): Promise<OpenPart | null> {
  const frame = segment * from.plan.grid.segmentFrames;
  const task = rung.tasks.findLast(({ chunk }) => chunk.startFrame <= frame);
  if (task === undefined) return Promise.resolve(null);
  return from.shelf.open(chunkPath(rung, task, from), () => readChunk(rung, task, from));
}

/** The part of a sound rendition; null when it has gone. */
export function openSound(id: string, from: PartsToList): Promise<OpenPart | null> {
  const rendition = from.plan.audio.find((one) => one.id === id);
  if (rendition === undefined) return Promise.resolve(null);
  return from.shelf.open(soundPath(rendition, from), () => readSoundChart(rendition, from));
}

function readChunk({ rendition }: ListedRung, { id, chunk }: ChunkTask, from: PartsToList): Promise<PartChart | null> {
  const { plan, work } = from;
  return chartOrNull(
    () => videoPart(work, rendition, id, chunk),
    (part) => chartChunk(plan, rendition, chunk, part),
  );
}

function readSoundChart(rendition: AudioRendition, { plan, work }: PartsToList): Promise<PartChart | null> {
  return chartOrNull(
    () => audioPart(plan, work, rendition),
    (part) => chartSound(plan, rendition, part),
  );
}

/** What is wrong with a part is told where it is packaged; here it is only not there. */
async function chartOrNull(read: () => Promise<Part>, chart: (part: Part) => Charted): Promise<PartChart | null> {
  try {
    const charted = chart(await read());
    return charted.ok ? charted.chart : null;
  } catch (error) {
    if (error instanceof PackagingFailed) return null;
    throw error;
  }
}

function chunkPath({ rendition }: ListedRung, { id }: ChunkTask, { work }: PartsToList): string {
  return join(work, taskFolder(id, 'done'), chunkFile(rendition));
}

function soundPath({ id }: AudioRendition, { plan, work }: PartsToList): string {
  const task = plan.tasks.find(({ type }) => type === 'audio')?.id ?? 'audio';
  return join(work, taskFolder(task, 'done'), audioFile(plan, id));
}

function listedWith(before: Listed | null, { codec, init, segments }: PartChart): Listed {
  const added = segments.map(({ sizeBytes, startSec, durationSec }) => ({ sizeBytes, startSec, durationSec }));
  return { codec, init: Buffer.from(init), segments: [...(before?.segments ?? []), ...added] };
}
