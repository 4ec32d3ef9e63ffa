import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type EncodedFilm, encodeFilm, testProfile } from '#tests/helpers/encode-film.ts';
import { ffmpeg, ffprobeJson } from '#tests/helpers/media-tools.ts';
import { joined, readMaster, readPlaylist, seenClaps, shownPictures } from '#tests/helpers/read-hls.ts';
import { newFolder } from '#tests/helpers/temporary-folder.ts';

const run = promisify(execFile);
const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '12', '-pix_fmt', 'yuv420p'];

let folder = '';
beforeAll(async () => {
  folder = await newFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Shown = { film: EncodedFilm; path: string };

/** The package of a source that `argv` makes, its picture in one file. */
async function packaged(name: string, container: 'hls' | 'mp4', ...argv: string[]): Promise<Shown> {
  const source = join(folder, `${container}-${name}`);
  await ffmpeg(...argv, source);
  const profile = testProfile(container === 'hls' ? 'hls-universal' : 'mp4-1080p');
  const film = await encodeFilm(source, join(folder, `${container}-${name}-made`), profile);
  if (container === 'mp4') return { film, path: film.main };
  const [variant] = (await readMaster(film.main)).variants;
  return {
    film,
    path: await joined(await readPlaylist(film.folder, variant?.uri ?? ''), join(folder, `${container}-${name}.ts`)),
  };
}

/** A white box on whatever is under it. */
const box = (x: number, y: number, width: number, height: number) =>
  `drawbox=x=${x}:y=${y}:w=${width}:h=${height}:c=white:t=fill`;

const tags = 'stream=sample_aspect_ratio,field_order,width,height:stream_side_data=rotation';
const clean = { sample_aspect_ratio: '1:1', field_order: 'progressive' };

describe.each(['hls', 'mp4'] as const)('trap 17: a square in the source is a square in %s', (container) => {
  const videoOf = async ({ path }: Pick<Shown, 'path'>) => {
    const { streams } = probed.parse(await ffprobeJson(path, '-select_streams', 'v:0', '-show_entries', tags));
    return streams[0];
  };

  test('where its pixels are not square', async () => {
    // With pixels of 4:3, what is 45 wide is shown 60 wide.
    const shown = await packaged(
      'anamorphic.mkv',
      container,
      ...['-f', 'lavfi', '-i', 'color=black:s=240x180:r=25:d=2', '-vf', `${box(30, 20, 45, 60)},setsar=4/3`, ...x264],
    );
    expect(await whiteArea(shown.path)).toEqual({ x: 40, y: 20, width: 60, height: 60 });
    expect(await videoOf(shown)).toEqual({ ...clean, width: 320, height: 180 });
    expect(shown.film.plan.decisions.map(({ because }) => because)).toContain('anamorphic');
  });

  test('where its display matrix turns it: upright, and no flag that would turn it again', async () => {
    const flat = join(folder, `${container}-flat.mp4`);
    await ffmpeg('-f', 'lavfi', '-i', 'color=black:s=320x180:r=25:d=2', '-vf', box(20, 10, 60, 60), ...x264, flat);
    const turned = ['-i', flat, '-c', 'copy', '-metadata:s:v:0', 'rotate=90'];
    const shown = await packaged('turned.mp4', container, ...turned);
    expect(await videoOf({ path: join(folder, `${container}-turned.mp4`) })).toMatchObject({
      side_data_list: [{ rotation: 90 }],
    });
    // Where FFmpeg shows the box of the source, turning it itself.
    const upright = { x: 10, y: 240, width: 60, height: 60 };
    expect(await whiteArea(join(folder, `${container}-turned.mp4`))).toEqual(upright);
    expect(await whiteArea(shown.path)).toEqual(upright);
    expect(await videoOf(shown)).toEqual({ ...clean, width: 180, height: 320 });
  });

  test('where its pixels are not square and its display matrix turns it', async () => {
    const flat = join(folder, `${container}-flat-anamorphic.mp4`);
    const picture = `${box(30, 20, 45, 60)},setsar=4/3`;
    await ffmpeg('-f', 'lavfi', '-i', 'color=black:s=240x180:r=25:d=2', '-vf', picture, ...x264, flat);
    const turned = ['-i', flat, '-c', 'copy', '-metadata:s:v:0', 'rotate=270'];
    const shown = await packaged('turned-anamorphic.mp4', container, ...turned);
    expect(await whiteArea(shown.path)).toEqual({ x: 100, y: 40, width: 60, height: 60 });
    expect(await videoOf(shown)).toEqual({ ...clean, width: 180, height: 320 });
  });

  test('where it is interlaced and moving: whole pictures at its own rate, without combs, and no flag of fields', async () => {
    // Six pixels to the right in each field of 1/50 s: woven, neighbouring lines would stand six pixels apart.
    const moving =
      'color=black:s=320x180:r=50:d=2[b];color=white:s=60x60:r=50:d=2[w];[b][w]overlay=x=20+mod(6*n\\,200):y=40';
    const shown = await packaged(
      'interlaced.mkv',
      container,
      ...['-f', 'lavfi', '-i', `${moving},interlace=scan=tff:lowpass=0,setfield=tff`],
      ...['-flags', '+ildct+ilme', '-x264-params', 'tff=1', ...x264],
    );
    expect(shown.film.plan.decisions.map(({ because }) => because)).toContain('interlaced');
    expect(await videoOf(shown)).toEqual({ ...clean, width: 320, height: 180 });
    expect(await shownPictures(shown.path)).toHaveLength(50);
    const area = await whiteArea(shown.path, 1);
    expect(area.height).toBe(60);
    expect(Math.abs(area.width - 60)).toBeLessThanOrEqual(2);
  });
});

describe('traps 8 and 17: pictures at varying intervals', () => {
  let shown: Shown;
  beforeAll(async () => {
    // Of 25 pictures a second some are missing: few in the first four seconds, most in the rest.
    const kept = 'not(eq(mod(n\\,7)\\,3))*if(gt(n\\,100)\\,eq(mod(n\\,5)\\,0)\\,1)+eq(mod(n\\,50)\\,25)';
    const clap = "drawbox=w=iw:h=ih:c=white:t=fill:enable='eq(mod(n,50),25)'";
    shown = await packaged(
      'variable.mkv',
      'hls',
      ...['-f', 'lavfi', '-i', `testsrc2=s=320x180:r=25:d=12,${clap},select=${kept}`, '-fps_mode', 'vfr', ...x264],
    );
  });

  test('come at a steady rate, none missing or doubled at a seam of chunks', async () => {
    expect(shown.film.plan.decisions.map(({ because }) => because)).toContain('variable-frame-rate');
    expect(shown.film.plan.tasks.filter(({ chunk }) => chunk !== null)).toHaveLength(3);
    const { rate, frames } = shown.film.plan.grid;
    const times = (await shownPictures(shown.path)).map(({ sec }) => sec);
    const off = times.map((sec, n) => Math.abs(sec - (times[0] ?? 0) - (n * rate.den) / rate.num));
    expect(times).toHaveLength(frames);
    expect(Math.max(...off)).toBeLessThan(1 / 90_000);
  });

  test('are seen when the source shows them, from the first chunk to the last', async () => {
    const first = (await shownPictures(shown.path))[0]?.sec ?? 0;
    const { rate } = shown.film.plan.grid;
    const seen = (await seenClaps(shown.path)).map((sec) => sec - first);
    // A picture that the source holds for long is white for as long; its start is what counts.
    const starts = seen.filter((sec, i) => sec - (seen[i - 1] ?? -1) > 0.5);
    const off = [1, 3, 5, 7, 9, 11].map((sec, i) => Math.abs((starts[i] ?? 0) - sec));
    expect(starts).toHaveLength(6);
    expect(Math.max(...off)).toBeLessThanOrEqual(rate.den / rate.num);
  });
});

const probed = z.object({ streams: z.array(z.record(z.string(), z.unknown())) });

type Area = { x: number; y: number; width: number; height: number };

/** Where a decoded picture is white, pixels; nothing but white and black is expected. FFmpeg turns it as a player would. */
async function whiteArea(path: string, atSec = 0): Promise<Area> {
  const argv = ['-v', 'error', '-nostdin', '-i', path, '-ss', String(atSec), '-frames:v', '1', '-pix_fmt', 'gray'];
  const { stdout } = await run('ffmpeg', [...argv, '-f', 'image2pipe', '-c:v', 'pgm', '-'], {
    encoding: 'buffer',
    maxBuffer: 2 ** 22,
  });
  const head = /^P5\s(\d+)\s(\d+)\s255\s/.exec(stdout.subarray(0, 32).toString('latin1'));
  const [width, length] = [Number(head?.[1]), head?.[0].length ?? 0];
  const white = [...stdout.subarray(length)].flatMap((luma, i) =>
    luma > 128 ? [[i % width, Math.floor(i / width)]] : [],
  );
  const [xs, ys] = [white.map(([x = 0]) => x), white.map(([, y = 0]) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1 };
}
