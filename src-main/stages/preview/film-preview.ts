import type { FileHandle } from 'node:fs/promises';
import { masterOfPlan } from '#main/media/package/master-of-plan.ts';
import { masterPlaylist } from '#main/media/package/playlist/master-playlist.ts';
import { targetDurationSec } from '#main/media/package/playlist/target-duration.ts';
import type { ChartedSegment } from '#main/media/package/preview/part-chart.ts';
import type { PreviewFile } from '#main/media/package/preview/preview-file.ts';
import { previewPlaylist, soundSegments } from '#main/media/package/preview/preview-playlist.ts';
import { segmentDurations } from '#main/media/package/segment-grid.ts';
import type { EncodePlan, PlannedTask } from '#shared/model/plan.ts';
import type { ChartShelf } from './chart-shelf.ts';
import { type Listed, type ListedRung, openChunk, openSound, readRung, readSound, rungsOf } from './listed-parts.ts';

export type FilmPreviewOptions = {
  plan: EncodePlan;
  /** The job's folder of parts, absolute. */
  work: string;
  /** Whether a task's folder is a checkpoint of this plan by these encoders. */
  isWhole: (task: PlannedTask) => Promise<boolean>;
  shelf: ChartShelf;
};

export type PreviewContent =
  | { kind: 'text'; text: string }
  | { kind: 'init'; bytes: Uint8Array }
  /** The asker closes the file. */
  | { kind: 'segment'; segment: ChartedSegment; file: FileHandle }
  /** It will be there, or be there again. */
  | { kind: 'not-yet'; message: string }
  | { kind: 'never'; message: string }
  | { kind: 'no-file' };

/** One film that can be watched while it is made. */
export type FilmPreview = {
  open: (file: PreviewFile) => Promise<PreviewContent>;
  /** Whether a player would find something. */
  canPlay: () => Promise<boolean>;
};

/**
 * What was listed stays listed for as long as this lives, as EXT-X-PLAYLIST-TYPE:EVENT promises, even where a chunk has to be
 * made again: its segments are then missing for a while.
 */
export function filmPreview(options: FilmPreviewOptions): FilmPreview {
  const { plan } = options;
  const rungs = rungsOf(plan);
  let sound: ReadonlyMap<string, Listed> | null = null;
  let looking: Promise<void> | null = null;

  const lookOnce = async (): Promise<void> => {
    sound ??= await readSound(options);
    for (const rung of rungs) await readRung(rung, options);
  };
  /** Those who ask at once share one look. */
  const look = (): Promise<void> => {
    looking ??= lookOnce().finally(() => {
      looking = null;
    });
    return looking;
  };
  const ready = (): Ready | null => {
    const begun = rungs.filter(({ listed }) => listed !== null);
    return sound === null || begun.length === 0 ? null : { begun, sound, targetSec: targetOf(plan, sound) };
  };
  const listedOf = (id: string): Listed | null =>
    sound?.get(id) ?? rungs.find(({ rendition }) => rendition.id === id)?.listed ?? null;
  const openSegment = async (id: string, index: number): Promise<PreviewContent> => {
    const rung = rungs.find(({ rendition }) => rendition.id === id);
    const known = listedOf(id)?.segments.length ?? 0;
    if (index >= known) await look();
    if (index >= (listedOf(id)?.segments.length ?? 0)) return { kind: 'no-file' };
    const part = rung === undefined ? await openSound(id, options) : await openChunk(rung, index, options);
    // What was made anew has to fit what the player was told (RFC 8216 6.2.1: a listed segment does not change).
    const fits = part !== null && listedOf(id)?.init.equals(part.chart.init) === true;
    const segment = fits ? part.chart.segments[index - part.chart.firstSegment] : undefined;
    if (part === null || segment === undefined) {
      await part?.file.close();
      return { kind: 'not-yet', message: 'This part of the film is being made again.' };
    }
    return { kind: 'segment', segment, file: part.file };
  };

  return {
    canPlay: async () => {
      if (unplayable(plan) !== null) return false;
      await look();
      return ready() !== null;
    },
    open: async (file) => {
      const never = unplayable(plan);
      if (never !== null) return { kind: 'never', message: never };
      if (file.kind === 'segment') return openSegment(file.rendition, file.index);
      if (file.kind !== 'init' || listedOf(file.rendition) === null) await look();
      const now = ready();
      if (now === null)
        return { kind: 'not-yet', message: 'The beginning of the film, or its sound, is not done yet.' };
      if (file.kind === 'master') return { kind: 'text', text: masterText(plan, now) };
      const listed = listedOf(file.rendition);
      if (listed === null) return { kind: 'not-yet', message: `${file.rendition} has not begun yet.` };
      if (file.kind === 'init') return { kind: 'init', bytes: listed.init };
      return { kind: 'text', text: playlistText(file.rendition, listed, now, plan) };
    },
  };
}

type Ready = { begun: readonly ListedRung[]; sound: ReadonlyMap<string, Listed>; targetSec: number };

/** Why this film can only be watched when it is done; null when it can before. */
function unplayable({ container, video }: EncodePlan): string | null {
  if (container === 'mkv') return 'A film that becomes a Matroska file can be watched when it is done.';
  return video.every(({ codec }) => codec === 'other') ? 'No browser knows this codec.' : null;
}

/** One for all playlists, and for good (RFC 8216 6.2.1): all lengths are known from the plan and the whole sound. */
function targetOf(plan: EncodePlan, sound: ReadonlyMap<string, Listed>): number {
  const ofSound = [...sound.values()].flatMap(({ segments }) => segments.map(({ durationSec }) => durationSec));
  return targetDurationSec([...segmentDurations(plan.grid), ...ofSound]);
}

function masterText(plan: EncodePlan, { begun, sound, targetSec }: Ready): string {
  const measures = new Map(
    [...begun.map(({ rendition, listed }) => [rendition.id, listed] as const), ...sound].flatMap(([id, listed]) =>
      listed === null ? [] : [[id, { codec: listed.codec, segments: listed.segments, iFrames: null }] as const],
    ),
  );
  const video = begun.map(({ rendition }) => rendition);
  return masterPlaylist(masterOfPlan({ ...plan, video }, measures, [], targetSec));
}

function playlistText(id: string, { segments }: Listed, { begun, sound, targetSec }: Ready, plan: EncodePlan): string {
  const durationsSec = segments.map(({ durationSec }) => durationSec);
  const rung = begun.find(({ rendition }) => rendition.id === id);
  if (rung !== undefined) return previewPlaylist({ id, durationsSec, isWhole: isWholeRung(rung) }, targetSec);
  // Sound is done long before the pictures; it is listed beside them, so that a player knows one length of the film.
  const furthest = Math.max(...begun.map(({ frames }) => frames));
  const endSec = (furthest * plan.grid.rate.den) / plan.grid.rate.num;
  const isWhole = sound.has(id) && begun.some(isWholeRung);
  const starts = segments.map(({ startSec }) => startSec);
  const count = isWhole ? segments.length : soundSegments(starts, endSec);
  return previewPlaylist({ id, durationsSec: durationsSec.slice(0, count), isWhole }, targetSec);
}

function isWholeRung({ tasks, chunks }: ListedRung): boolean {
  return chunks === tasks.length;
}
