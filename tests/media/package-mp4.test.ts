import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createFile, type ISOFile, MP4BoxBuffer, type Movie } from 'mp4box';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { clapTimes, longCue, makeClapperFilm } from '#tests/helpers/clapper-film.ts';
import { type EncodedFilm, encodeFilm, testProfile } from '#tests/helpers/encode-film.ts';
import { decodeErrors, ffmpeg, ffprobeJson } from '#tests/helpers/media-tools.ts';
import { heardClaps, packetSpan, seenClaps, shownPictures } from '#tests/helpers/read-hls.ts';
import { sampleMediaIsThere } from '#tests/helpers/sample-media.ts';
import { newFolder } from '#tests/helpers/temporary-folder.ts';

const rate = { num: 24_000, den: 1001 };
const filmSec = (336 * rate.den) / rate.num;
const probed = z.object({
  format: z.object({ tags: z.object({ title: z.string() }) }),
  chapters: z.array(z.object({ start_time: z.coerce.number(), tags: z.object({ title: z.string() }) })),
});
/** ISO/IEC 14496-12 8.3.2: `track_enabled` of a track header. */
const enabledFlag = 1;

let folder = '';
let clapper = '';
beforeAll(async () => {
  folder = await newFolder();
  if (sampleMediaIsThere) clapper = await makeClapperFilm(folder, rate);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const oneFile = () =>
  testProfile('mp4-1080p', {
    video: {
      ladder: [{ width: 320, height: 180, bitrateBps: 400_000 }],
      encoders: ['libx264'],
      preset: 'veryfast',
      rateControl: { mode: 'capped-crf', crf: 28 },
    },
    audio: { tracks: [{ encoder: 'copy', bitrateBps: null, channels: null, sampleRateHz: null }] },
  });

/** A file as mp4box reads it. */
async function readByMp4box(path: string): Promise<{ file: ISOFile; movie: Movie }> {
  const file = createFile();
  const ready: Movie[] = [];
  file.onReady = (movie) => ready.push(movie);
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(new Uint8Array(await readFile(path)).buffer, 0));
  file.flush();
  const [movie] = ready;
  if (movie === undefined) throw new Error(`mp4box finds no movie in ${path}`);
  return { file, movie };
}

/** Handler, language and whether a player shows it unasked, of each track in the order of the file. */
function tracksOf({ file, movie }: { file: ISOFile; movie: Movie }) {
  return movie.tracks.map(({ id, language }) => {
    const trak = file.getTrackById(id);
    return [trak.mdia.hdlr.handler, language, (trak.tkhd.flags & enabledFlag) !== 0];
  });
}

describe.runIf(sampleMediaIsThere)('trap 16: an MP4 of a film whose picture begins two seconds after its sound', () => {
  let film: EncodedFilm;
  let read: { file: ISOFile; movie: Movie };

  beforeAll(async () => {
    const source = join(folder, 'late.mkv');
    await ffmpeg(
      ...['-itsoffset', '2', '-i', clapper, '-map', '0', '-c', 'copy'],
      ...['-af', 'adelay=2000:all=1,asetpts=N/SR/TB', '-c:a', 'aac', '-b:a', '128k'],
      ...['-disposition:a:0', 'default', '-default_mode', 'passthrough', source],
    );
    film = await encodeFilm(source, join(folder, 'made'), oneFile());
    read = await readByMp4box(film.main);
  });

  test('is what this file is about: sound cut at the first picture, several chunks, no complaint', async () => {
    expect(film.plan.audio.map(({ encoder }) => encoder)).toEqual(['aac', 'aac']);
    expect(film.plan.decisions.map(({ because }) => because)).toContain('starts-early');
    expect(film.plan.tasks.filter(({ chunk }) => chunk !== null).length).toBeGreaterThan(1);
    expect(film.plan.grid.originSec).toBeCloseTo(2, 1);
    expect(await decodeErrors(film.main)).toBe('');
  });

  test('can be played from its first bytes: the index comes before the media', () => {
    const order = read.file.boxes.map(({ type }) => type).filter((type) => type === 'moov' || type === 'mdat');
    expect(order).toEqual(['moov', 'mdat']);
    expect(read.movie.isProgressive).toBe(true);
  });

  test('switches on the picture and one sound, and no subtitle that nobody chose; every track says its language', () => {
    expect(tracksOf(read)).toEqual([
      ['vide', 'und', true],
      ['soun', 'eng', true],
      ['soun', 'deu', false],
      ['sbtl', 'eng', false],
      ['sbtl', 'eng', false],
      ['sbtl', 'eng', false],
      ['sbtl', 'jpn', false],
      // QuickTime's track of chapter titles, whose language FFmpeg leaves empty.
      ['text', '```', false],
    ]);
  });

  test('keeps the title of the film and the titles and times of its chapters', async () => {
    const { format, chapters } = probed.parse(
      await ffprobeJson(film.main, '-show_chapters', '-show_entries', 'format_tags=title'),
    );
    expect(format.tags.title).toBe('Clapper');
    // FFmpeg moved all of this source but the chapters by the priming of its AAC, 21 ms.
    expect(chapters.map(({ start_time, tags }) => [tags.title, start_time])).toEqual([
      ['One', 0],
      ['Two', expect.closeTo(7 - 0.021, 3)],
    ]);
  });

  test('shows and sounds every clap at one moment', async () => {
    const claps = clapTimes(rate);
    expect((await shownPictures(film.main))[0]?.sec).toBeCloseTo(0, 4);
    expect(await seenClaps(film.main)).toEqual(claps.map((sec) => expect.closeTo(sec, 3)));
    const off = (await heardClaps(film.main)).map((sec, i) => Math.abs(sec - (claps[i] ?? 0)));
    expect(off).toHaveLength(claps.length);
    expect(Math.max(...off)).toBeLessThan(0.005);
  });

  test('ends its sound with its picture', async () => {
    const ends = [];
    for (const stream of ['v:0', 'a:0', 'a:1']) {
      const alone = join(folder, `${stream.replace(':', '')}.mkv`);
      await ffmpeg('-copyts', '-i', film.main, '-map', `0:${stream}`, '-c', 'copy', alone);
      ends.push((await packetSpan(alone)).endSec);
    }
    const [picture = 0, ...sounds] = ends;
    expect(picture).toBeCloseTo(filmSec, 2);
    // A packet of AAC is 21.3 ms, and Matroska rounds to milliseconds.
    for (const sound of sounds) expect(Math.abs(sound - filmSec)).toBeLessThan(0.024);
  });

  test('shows a cue when the source does, on the clock of the picture', async () => {
    const cues = await ffprobeJson(film.main, '-select_streams', 's:0', '-show_entries', 'packet=pts_time');
    expect(cues).toMatchObject({
      packets: expect.arrayContaining([expect.objectContaining({ pts_time: `${longCue.startSec}00000` })]),
    });
  });
});

test.runIf(sampleMediaIsThere)(
  'trap 16: an MP4 of copied FLAC switches on the one subtitle that the source makes the default',
  async () => {
    const source = join(folder, 'flagged.mkv');
    const flags = ['-disposition:s:2', 'default+hearing_impaired', '-default_mode', 'passthrough'];
    await ffmpeg('-i', clapper, '-map', '0', '-c', 'copy', '-t', '4', ...flags, source);
    const film = await encodeFilm(source, join(folder, 'flagged'), oneFile());
    expect(film.plan.audio.map(({ codec, encoder }) => [codec, encoder])).toEqual([
      ['flac', null],
      ['flac', null],
    ]);
    // FFprobe's `default` is the enabled flag of an MP4's track.
    const shown = await ffprobeJson(film.main, '-select_streams', 's', '-show_entries', 'stream_disposition=default');
    expect(shown).toMatchObject({ streams: [0, 0, 1, 0].map((on) => ({ disposition: { default: on } })) });
  },
);
