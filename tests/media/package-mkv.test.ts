import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { clapTimes, longCue, makeClapperFilm } from '#tests/helpers/clapper-film.ts';
import { type EncodedFilm, encodeFilm, testProfile } from '#tests/helpers/encode-film.ts';
import { decodeErrors, ffmpeg, ffprobeJson } from '#tests/helpers/media-tools.ts';
import { heardClaps, seenClaps, shownPictures } from '#tests/helpers/read-hls.ts';
import { sampleMedia, sampleMediaIsThere } from '#tests/helpers/sample-media.ts';
import { newFolder } from '#tests/helpers/temporary-folder.ts';
import { tinyPgs } from '#tests/helpers/tiny-pgs.ts';

const run = promisify(execFile);
const rate = { num: 30_000, den: 1001 };
/** How much later than its sound the source's picture begins, seconds. */
const lateSec = 2;

/** What mkvmerge tells of a file, as far as it is looked at here. */
const identified = z.object({
  container: z.object({ properties: z.object({ title: z.string().optional() }) }),
  chapters: z.array(z.object({ num_entries: z.number() })),
  attachments: z.array(z.object({ file_name: z.string(), content_type: z.string(), size: z.number() })),
  tracks: z.array(
    z.object({
      type: z.string(),
      properties: z.object({
        codec_id: z.string(),
        language: z.string(),
        track_name: z.string().optional(),
        default_track: z.boolean(),
        forced_track: z.boolean(),
        flag_hearing_impaired: z.boolean().optional(),
        display_dimensions: z.string().optional(),
      }),
    }),
  ),
});

let folder = '';
beforeAll(async () => {
  folder = await newFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const archive = () =>
  testProfile('mkv-archive', {
    video: {
      ladder: [{ width: 320, height: 180, bitrateBps: null }],
      encoders: ['libx264'],
      preset: 'veryfast',
      rateControl: { mode: 'crf', crf: 28 },
    },
  });

describe.runIf(sampleMediaIsThere)('trap 16: an MKV of a film whose picture begins two seconds after its sound', () => {
  let film: EncodedFilm;
  let told: z.infer<typeof identified>;

  beforeAll(async () => {
    const clapper = await makeClapperFilm(folder, rate);
    const graphics = join(folder, 'graphics.sup');
    await writeFile(
      graphics,
      tinyPgs([
        { startSec: 0, endSec: 1 },
        { startSec: 4.5, endSec: 6.25 },
      ]),
    );
    const source = join(folder, 'late.mkv');
    // The sound begins at once, in silence; picture, claps and words come two seconds later. The first graphic ends before.
    await ffmpeg(
      ...['-itsoffset', String(lateSec), '-i', clapper, '-i', graphics],
      ...['-map', '0:v', '-map', '0:a', '-map', '0:s', '-map', '1:s', '-map', '0:t', '-c', 'copy'],
      ...['-af', `adelay=${lateSec * 1000}:all=1,asetpts=N/SR/TB`, '-c:a', 'flac'],
      ...['-metadata:s:s:4', 'language=fre', '-disposition:s:4', '0', '-default_mode', 'passthrough', source],
    );
    film = await encodeFilm(source, join(folder, 'made'), archive());
    const { stdout } = await run('mkvmerge', ['-J', film.main]);
    told = identified.parse(JSON.parse(stdout));
  });

  test('is what this file is about, and decodes without a complaint', async () => {
    expect(film.plan.grid.originSec).toBeCloseTo(lateSec, 2);
    expect(film.plan.tasks.filter(({ chunk }) => chunk !== null).length).toBeGreaterThan(1);
    expect(await decodeErrors(film.main)).toBe('');
  });

  test('has its tracks, languages and flags as planned: one default sound, and no subtitle that nobody chose', () => {
    const tracks = told.tracks.map(({ type, properties: p }) => [
      ...[type, p.codec_id, p.language],
      ...[p.default_track, p.forced_track, p.flag_hearing_impaired ?? false],
    ]);
    expect(tracks).toEqual([
      ['video', 'V_MPEG4/ISO/AVC', 'und', true, false, false],
      ['audio', 'A_FLAC', 'eng', true, false, false],
      ['audio', 'A_FLAC', 'ger', false, false, false],
      ['subtitles', 'S_TEXT/UTF8', 'eng', false, false, false],
      ['subtitles', 'S_TEXT/UTF8', 'eng', false, true, false],
      ['subtitles', 'S_TEXT/UTF8', 'eng', false, false, true],
      ['subtitles', 'S_TEXT/ASS', 'jpn', false, false, false],
      ['subtitles', 'S_HDMV/PGS', 'fre', false, false, false],
    ]);
  });

  test('keeps the title of the film and its chapters, on the clock of the picture', async () => {
    expect(told.container.properties.title).toBe('Clapper');
    expect(told.chapters).toEqual([{ num_entries: 2 }]);
    expect(await ffprobeJson(film.main, '-show_chapters')).toMatchObject({
      chapters: [
        { start_time: '0.000000', tags: { title: 'One' } },
        { start_time: '7.000000', tags: { title: 'Two' } },
      ],
    });
  });

  test('has a font that the source attached twice once, under its true type', async () => {
    const { length } = await readFile(sampleMedia('CabinCondensed-Regular.ttf'));
    expect(told.attachments.map(({ content_type, size }) => ({ content_type, size }))).toEqual([
      { content_type: 'font/ttf', size: length },
    ]);
  });

  test('shows and sounds every clap at one moment', async () => {
    const claps = clapTimes(rate);
    const first = (await shownPictures(film.main))[0]?.sec ?? Number.NaN;
    expect(first).toBeCloseTo(0, 3);
    const [seen, heard] = [await seenClaps(film.main), await heardClaps(film.main)];
    // Matroska tells times in milliseconds.
    expect(seen).toEqual(claps.map((sec) => expect.closeTo(sec, 2)));
    expect(heard).toEqual(claps.map((sec) => expect.closeTo(sec, 2)));
  });

  test.each([
    { what: 'SubRip', stream: 's:0', startSec: longCue.startSec },
    { what: 'ASS', stream: 's:3', startSec: longCue.startSec },
    { what: 'PGS', stream: 's:4', startSec: 4.5 - lateSec },
  ])('has $what on the clock of the picture', async ({ stream, startSec }) => {
    const probed = z
      .object({ packets: z.array(z.object({ pts_time: z.coerce.number() })) })
      .parse(await ffprobeJson(film.main, '-select_streams', stream, '-show_entries', 'packet=pts_time'));
    const times = probed.packets.map(({ pts_time: sec }) => sec);
    expect(times).toContainEqual(expect.closeTo(startSec, 2));
  });

  test('has cues for the picture, and they come before it', async () => {
    const cues = join(folder, 'cues.txt');
    await run('mkvextract', [film.main, 'cues', `0:${cues}`]);
    // The first of every second: each keyframe, all of them in a film of closed GOPs of one second.
    expect((await readFile(cues, 'utf8')).trim().split('\n').length).toBeGreaterThanOrEqual(14);
    const { stdout } = await run('mkvinfo', [film.main]);
    expect(stdout.indexOf('+ Cues')).toBeGreaterThan(0);
    expect(stdout.indexOf('+ Cues')).toBeLessThan(stdout.indexOf('+ Cluster'));
  });
});

test('trap 17: an MKV of a turned film is upright, and nothing in it turns it again', async () => {
  const [flat, turned] = [join(folder, 'flat.mp4'), join(folder, 'turned.mp4')];
  const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=2', ...x264, flat);
  await ffmpeg('-i', flat, '-c', 'copy', '-metadata:s:v:0', 'rotate=90', turned);
  const film = await encodeFilm(turned, join(folder, 'upright'), archive());
  const entries = 'stream=width,height,sample_aspect_ratio:stream_side_data=rotation:stream_tags=rotate';
  expect(await ffprobeJson(film.main, '-show_entries', entries)).toMatchObject({
    streams: [{ width: 180, height: 320, sample_aspect_ratio: '1:1' }],
  });
  expect(JSON.stringify(await ffprobeJson(film.main, '-show_entries', entries))).not.toMatch(/rotat/);
  const { stdout } = await run('mkvinfo', [film.main]);
  expect(stdout).not.toMatch(/pose roll|rotat/i);
});
