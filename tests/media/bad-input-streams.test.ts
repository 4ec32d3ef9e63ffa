import { execFile } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type EncrewEnd, encrew, treeOf } from '#tests/helpers/encrew-process.ts';
import { decodeErrors, ffmpeg, ffprobeJson } from '#tests/helpers/media-tools.ts';
import { newFolder, temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { tinyFont } from '#tests/helpers/tiny-font.ts';

/*
 * Films that are cut off, that hold streams without anything in them, or text that is damaged or hostile.
 */

const run = promisify(execFile);
const entry = fileURLToPath(new URL('../../src-main/headless.ts', import.meta.url));

let films = '';
const film = (name: string): string => join(films, name);

beforeAll(async () => {
  films = await newFolder();
  const sources = ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25:d=3', '-f', 'lavfi', '-i', 'sine=d=3'];
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-c:a', 'aac', '-movflags', '+faststart'];
  await ffmpeg(...sources, ...coding, film('good.mp4'));
});
afterAll(() => rm(films, { recursive: true, force: true }));

async function encode(inputs: readonly string[], ...options: string[]): Promise<EncrewEnd & { out: string }> {
  const [out, data] = [await temporaryFolder(), await temporaryFolder()];
  const command = ['encode', '--profile', 'draft', '--out', out, '--data', data, '--json', ...options, '--', ...inputs];
  return { ...(await encrew(command, films)), out };
}

async function plan(path: string, ...options: string[]): Promise<string> {
  return (await run(process.execPath, [entry, 'plan', path, '--profile', 'draft', ...options])).stdout;
}

function told({ results }: EncrewEnd) {
  return results.map(({ state, error, findings }) => ({
    state,
    error,
    wrong: findings.filter(({ severity }) => severity === 'error').map(({ code }) => code),
  }));
}

const duration = z.object({ format: z.object({ duration: z.coerce.number() }) });

async function shownSec(path: string | null): Promise<number> {
  return duration.parse(await ffprobeJson(path ?? '', '-show_entries', 'format=duration')).format.duration;
}

/** The first 60 % of a copy in another container. */
async function cut(name: string): Promise<string> {
  await ffmpeg('-i', film('good.mp4'), '-c', 'copy', '-movflags', '+faststart', film(name));
  const bytes = await readFile(film(name));
  await writeFile(film(name), bytes.subarray(0, Math.round(bytes.length * 0.6)));
  return film(name);
}

describe('a film that is cut off', () => {
  let cuts: string[] = [];
  beforeAll(async () => {
    cuts = await Promise.all(['index-first.mp4', 'matroska.mkv', 'transport.ts'].map(cut));
  });

  test('is refused, with how much can be decoded', async () => {
    const before = await treeOf(films);
    const end = await encode(cuts);
    expect(end.code).toBe(2);
    expect(end.results.map(({ state, error }) => [state, /: (.*?) can be decoded: /.exec(error ?? '')?.[1]])).toEqual([
      ['refused', expect.stringMatching(/^1\.\d s of 3\.0 s$/)],
      ['refused', expect.stringMatching(/^1\.\d s of 3\.0 s$/)],
      // A transport stream does not say how long it should be.
      ['refused', expect.stringMatching(/^1\.\d s$/)],
    ]);
    expect(end.stderr.trim().split('\n')).toHaveLength(cuts.length);
    expect(await readdir(end.out)).toEqual([]);
    expect(await treeOf(films)).toEqual(before);
  });

  test('becomes a package of that much when that is accepted, as its plan tells', async () => {
    const end = await encode(cuts, '--accept-truncated');
    expect([end.code, end.results.map(({ state }) => state)]).toEqual([0, Array(3).fill('completed')]);
    for (const { input, output } of end.results) {
      const decodableSec = Number(
        /the ([\d.]+) s that can be decoded/.exec(await plan(input, '--accept-truncated'))?.[1],
      );
      expect(decodableSec).toBeGreaterThan(1);
      expect(decodableSec).toBeLessThan(2);
      expect(Math.abs((await shownSec(output)) - decodableSec)).toBeLessThan(0.2);
      expect(await decodeErrors(output ?? '')).toBe('');
    }
  });
});

test('damage all over the middle is told, and makes the film neither shorter nor longer', async () => {
  const paths = [film('damaged.ts'), film('damaged.mkv')];
  for (const path of paths) {
    await ffmpeg('-i', film('good.mp4'), '-c', 'copy', path);
    const bytes = await readFile(path);
    for (let at = Math.round(bytes.length / 3); at < (bytes.length * 2) / 3; at += 499) {
      bytes.writeUInt8(bytes.readUInt8(at) ^ 0x5a, at);
    }
    await writeFile(path, bytes);
  }
  const end = await encode(paths);
  expect(told(end)).toEqual(end.results.map(() => ({ state: 'completed', error: null, wrong: [] })));
  for (const { output, findings } of end.results) {
    expect(findings.map(({ code }) => code)).toContain('source-damaged');
    expect(await shownSec(output)).toBeCloseTo(3, 1);
    expect(await decodeErrors(output ?? '')).toBe('');
  }
});

test('sound without a single packet, hairline and huge pictures, and clocks gone wild give right packages', async () => {
  const nothing = ['-filter_complex', '[1:a]atrim=end=0[none]', '-map', '0:v', '-map', '[none]', '-c:v', 'copy'];
  await ffmpeg('-i', film('good.mp4'), '-f', 'lavfi', '-i', 'sine=d=1', ...nothing, '-c:a', 'aac', film('mute.mkv'));
  await ffmpeg(
    '-i',
    film('good.mp4'),
    '-f',
    'lavfi',
    '-i',
    'sine=d=1',
    ...nothing,
    '-c:a',
    'pcm_s16le',
    film('dumb.mov'),
  );
  const graphs = {
    'wide.mkv': 'testsrc2=s=5000x20:r=25:d=1',
    'tall.mkv': 'testsrc2=s=20x3000:r=25:d=1',
    'tiny.mkv': 'testsrc2=s=2x2:r=25:d=1',
    'thin-pixels.mkv': 'testsrc2=s=64x36:r=25:d=1,setsar=1/1000',
    // 25 pictures within 25 ms.
    'burst.mkv': 'testsrc2=s=64x36:r=25:d=1,settb=1/90000,setpts=N*90',
  };
  for (const [name, graph] of Object.entries(graphs)) {
    await ffmpeg('-f', 'lavfi', '-i', graph, '-c:v', 'ffv1', '-fps_mode', 'passthrough', film(name));
  }
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=64x36:r=60000:d=0.005', '-c:v', 'mpeg4', film('rate.avi'));
  const end = await encode(['mute.mkv', 'dumb.mov', ...Object.keys(graphs), 'rate.avi'].map(film));
  expect(told(end)).toEqual(end.results.map(() => ({ state: 'completed', error: null, wrong: [] })));
  expect(end.results).toHaveLength(8);
  expect(end.code).toBe(0);
  for (const { output } of end.results) expect(await decodeErrors(output ?? '')).toBe('');
});

describe('text inside the film', () => {
  const srt = [
    ['1', '00:00:00,200 --> 00:00:01,000', 'caf@@@'],
    ['2', '00:00:01,500 --> 00:00:00,500', 'runs backwards'],
    ['3', '00:00:01,600 --> 00:00:02,000', 'last & <script>alert(1)</script> -->'],
  ];

  /** A film whose titles and subtitles hold what may steer a terminal, end a line or stand for a tag. */
  async function hostileFilm(): Promise<string> {
    const path = film('hostile.mkv');
    await writeFile(film('words.srt'), srt.map((cue) => `${cue.join('\n')}\n\n`).join(''));
    const titles = {
      '-metadata': 'one\ntwo\u001b[31m\u0007',
      '-metadata:s:a:0': 'sound\n#EXT-X-EVIL:1\u001b]0;pwned\u0007"quote',
      '-metadata:s:s:0': 'words\r\n#EXTINF:"x",\u009b2J',
    };
    const tags = Object.entries(titles).flatMap(([option, title]) => [option, `title=${title}`]);
    const inputs = ['-i', film('good.mp4'), '-i', film('words.srt'), '-map', '0', '-map', '1', '-c', 'copy'];
    await ffmpeg(...inputs, ...tags, path);
    // Three bytes that are no UTF-8, as from a subtitle in Latin-1.
    const bytes = await readFile(path);
    bytes.set([0xe9, 0xff, 0xc3], bytes.indexOf('@@@'));
    await writeFile(path, bytes);
    return path;
  }

  test('neither steers the terminal nor adds lines to playlists, and broken subtitles are repaired and told', async () => {
    const path = await hostileFilm();
    // A terminal takes all of these; a line end is the plan's own.
    const steering = /[^\P{Cc}\n]/u;
    expect(await plan(path)).not.toMatch(steering);
    const end = await encode([path]);
    expect(told(end)).toEqual([{ state: 'completed', error: null, wrong: [] }]);
    expect(end.stderr).not.toMatch(steering);
    expect(end.results[0]?.findings).toContainEqual(expect.objectContaining({ code: 'subtitle-not-utf8' }));

    const made = Object.keys(await treeOf(end.out));
    for (const name of made.filter((one) => /\.(m3u8|vtt)$/.test(one))) {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(join(end.out, name)));
      expect(text).not.toMatch(steering);
      expect(text).not.toMatch(/^#(EXT-X-EVIL|EXTINF:")/m);
    }
    const words = made.find((name) => /subtitles\/.*\.vtt$/.test(name)) ?? '';
    const vtt = await readFile(join(end.out, words), 'utf8');
    expect(vtt).toContain('caf\ufffd');
    expect(vtt).not.toMatch(/<script|--> *$/m);
    for (const [, from = '', to = ''] of vtt.matchAll(/^([\d:.]+) --> ([\d:.]+)/gm)) expect(from < to).toBe(true);
  });

  test('goes into a single file as it can, which stays whole', async () => {
    const end = await encode([await hostileFilm()], '--profile', 'mp4-1080p');
    expect(told(end)).toEqual([{ state: 'completed', error: null, wrong: [] }]);
    expect(end.stderr).not.toMatch(/[^\P{Cc}\n]/u);
    expect(await decodeErrors(end.results[0]?.output ?? '')).toBe('');
  });
});

test('attachments whose names climb out of their folder, or are no names, stay in the package', async () => {
  const folder = await temporaryFolder();
  const names = ['../../../climbs.ttf', '/etc/absolute.ttf', '..', '$(touch pwned)\n<b>.ttf', 'C:\\windows\\evil.ttf'];
  const attach: string[] = [];
  for (const [i, name] of names.entries()) {
    const font = join(folder, `${i}.ttf`);
    // Fonts of one content would be kept once.
    await writeFile(font, tinyFont({ families: { 0x409: `Face ${i}` } }));
    attach.push('-attach', font, `-metadata:s:t:${i}`, 'mimetype=font/ttf', `-metadata:s:t:${i}`, `filename=${name}`);
  }
  await writeFile(join(folder, 'words.ass'), words);
  const path = join(folder, 'film.mkv');
  const inputs = ['-i', film('good.mp4'), '-i', join(folder, 'words.ass'), '-map', '0', '-map', '1', '-c', 'copy'];
  await ffmpeg(...inputs, ...attach, path);
  const before = await treeOf(folder);

  const end = await encode([path], '--profile', 'hls-anime');
  expect(told(end)).toEqual([{ state: 'completed', error: null, wrong: [] }]);
  expect(end.stderr).not.toMatch(/[^\P{Cc}\n]/u);
  expect(await readdir(end.out)).toEqual(['film']);
  const fonts = await readdir(join(end.out, 'film', 'fonts'));
  expect(fonts).toHaveLength(names.length);
  for (const name of fonts) expect(name).toMatch(/^[^.\p{Cc}\\:<>][^\p{Cc}\\:<>]*$/u);
  expect(await treeOf(folder)).toEqual(before);
});

const words = `[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Face 0,20

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:00.50,0:00:02.00,Default,words
`;
