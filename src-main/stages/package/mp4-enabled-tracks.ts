import { open } from 'node:fs/promises';
import { findMoov, readMovie } from '#main/ffmpeg/read-movie.ts';
import { withEnabledTracks } from '#main/media/package/enabled-tracks.ts';
import type { EncodePlan } from '#shared/model/plan.ts';
import { PackagingFailed } from './package-draft.ts';

/** Subtitle handlers of an MP4; QuickTime's chapter track is `text` too, and stays off. */
const subtitleHandlers = new Set(['sbtl', 'subt', 'text']);

/** Switches each subtitle track of a finished MP4 on or off as planned, in place: one bit a track. */
export async function onlyPlannedSubtitlesOn(path: string, plan: EncodePlan): Promise<void> {
  const movie = await readMovie(path);
  if (movie === null) {
    throw new PackagingFailed({
      code: 'mux-failed',
      message: 'the file that FFmpeg made has no readable index',
      task: null,
    });
  }
  const tracks = movie.tracks.filter(({ handler }) => subtitleHandlers.has(handler));
  if (tracks.length === 0) return;
  const enabled = new Map(tracks.map(({ id }, i) => [id, plan.subtitles[i]?.isDefault ?? false]));
  const file = await open(path, 'r+');
  try {
    const moov = await findMoov(file);
    if (moov === null) return;
    await file.write(withEnabledTracks(moov.bytes, enabled), 0, moov.bytes.length, moov.offset);
  } finally {
    await file.close();
  }
}
