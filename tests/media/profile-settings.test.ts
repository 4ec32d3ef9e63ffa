import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProfileInput } from '#shared/model/profile.ts';
import { encrew, treeOf } from '#tests/helpers/encrew-process.ts';
import { decodeErrors, ffmpeg, ffprobeJson } from '#tests/helpers/media-tools.ts';
import { newFolder, temporaryFolder } from '#tests/helpers/temporary-folder.ts';

/*
 * What a profile can ask for, done by the real encoders: each setting once, on a film of three seconds in two chunks.
 */

let films = '';

beforeAll(async () => {
  films = await newFolder();
  await writeFile(join(films, 'words.srt'), '1\n00:00:00,200 --> 00:00:02,800\nBURNT WORDS\n');
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=192x108:r=25:d=3', '-f', 'lavfi', '-i', 'sine=d=3'];
  const coding = [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-c:a',
    'aac',
    '-ac',
    '2',
    '-ar',
    '48000',
    '-b:a',
    '96k',
    '-c:s',
    'srt',
  ];
  const flags = ['-metadata:s:a:0', 'language=eng', '-metadata:s:s:0', 'language=eng', '-disposition:s:0', 'forced'];
  await ffmpeg(...picture, '-i', join(films, 'words.srt'), ...coding, ...flags, join(films, 'film.mkv'));
  // Letterboxed, interlaced and noisy.
  const bars = 'noise=alls=20:allf=t,crop=192:80,pad=192:108:0:14:black,interlace=scan=tff:lowpass=off';
  const fields = ['-c:v', 'libx264', '-preset', 'ultrafast', '-flags', '+ildct+ilme', '-x264-params', 'tff=1'];
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=192x108:r=50:d=3', '-vf', bars, ...fields, join(films, 'tv.mkv'));
  const hlg = ['-color_primaries', 'bt2020', '-color_trc', 'arib-std-b67', '-colorspace', 'bt2020nc'];
  const x265 = [
    '-pix_fmt',
    'yuv420p10le',
    '-c:v',
    'libx265',
    '-preset',
    'ultrafast',
    '-x265-params',
    'log-level=error',
  ];
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=192x108:r=25:d=3', ...x265, ...hlg, join(films, 'hlg.mkv'));
});
afterAll(() => rm(films, { recursive: true, force: true }));

const base: ProfileInput = {
  name: 'settings',
  title: 'Settings',
  container: 'hls',
  video: {
    ladder: [
      { width: 192, height: 108, bitrateBps: 300_000 },
      { width: 128, height: 72, bitrateBps: 150_000 },
    ],
    encoders: ['libx264'],
    rateControl: { mode: 'capped-crf', crf: 28 },
    preset: 'ultrafast',
    gopSec: 0.5,
  },
  audio: { tracks: [{ encoder: 'aac', bitrateBps: 64_000 }] },
  segment: { durationSec: 1 },
};

async function encode(film: string, change: Partial<ProfileInput>) {
  const folder = await temporaryFolder();
  const recipe = join(folder, 'profile.json');
  await writeFile(recipe, JSON.stringify({ ...base, ...change }));
  const options = [
    '--profile',
    recipe,
    '--out',
    join(folder, 'out'),
    '--data',
    join(folder, 'data'),
    '--chunk',
    '1.5',
    '--json',
  ];
  const end = await encrew(['encode', join(films, film), ...options], films);
  expect(end.results).toEqual([expect.objectContaining({ state: 'completed', error: null })]);
  const output = end.results[0]?.output ?? '';
  expect(await decodeErrors(output)).toBe('');
  return { output, folder: dirname(output), findings: end.results[0]?.findings ?? [] };
}

async function streamText(path: string): Promise<string> {
  return JSON.stringify(await ffprobeJson(path, '-show_streams'));
}

const { video } = base;

const ways: [string, ProfileInput['video'], string][] = [
  ['two passes with x264', { ...video, rateControl: { mode: 'abr-two-pass' } }, 'avc1'],
  ['two passes with x265', { ...video, encoders: ['libx265'], rateControl: { mode: 'abr-two-pass' } }, 'hvc1'],
  ['a constant bit rate', { ...video, rateControl: { mode: 'cbr' } }, 'avc1'],
  ['plain CRF', { ...video, rateControl: { mode: 'crf', crf: 30 } }, 'avc1'],
  ['AV1 by SVT', { ...video, encoders: ['libsvtav1'], preset: '12' }, 'av01'],
  ['VP9', { ...video, encoders: ['libvpx-vp9'], preset: null }, 'vp09'],
];

test.each(ways)('HLS by %s joins from chunks and passes its check', async (_, recipe, codec) => {
  const { output, findings } = await encode('film.mkv', { video: recipe });
  expect(findings).toEqual([]);
  expect(await readFile(output, 'utf8')).toContain(`CODECS="${codec}`);
});

test('the original is kept as a copy of the very bytes', async () => {
  const { folder } = await encode('film.mkv', { keepOriginal: true });
  const tree = await treeOf(folder);
  expect(tree['original/film.mkv']).toBe((await treeOf(films))['film.mkv']);
});

test('black bars are cut, fields woven and noise taken out, the same in every chunk', async () => {
  const { folder } = await encode('tv.mkv', {
    filters: { crop: 'auto', deinterlace: 'auto', denoise: 'medium', deband: true },
    audio: { tracks: [] },
  });
  expect(Object.keys(await treeOf(folder)).filter((name) => /^video_\w+$/.test(name))).toEqual([
    'video_128x54',
    'video_192x80',
  ]);
});

test('a forced subtitle is drawn into the picture when that is asked for', async () => {
  const single: ProfileInput['video'] = {
    ...video,
    ladder: [{ width: 192, height: 108, bitrateBps: 900_000, crf: 10 }],
  };
  const plain = await encode('film.mkv', { container: 'mp4', video: single });
  const drawn = await encode('film.mkv', { container: 'mp4', video: single, subtitles: { burnIn: 'forced' } });
  // Words at the bottom change the lower half of the picture, and nothing above.
  expect(await psnr(plain.output, drawn.output, 'crop=192:60:0:0')).toBeGreaterThan(40);
  expect(await psnr(plain.output, drawn.output, 'crop=192:40:0:68')).toBeLessThan(35);
  expect(await streamText(drawn.output)).not.toContain('"codec_type":"subtitle"');
});

test('HLG becomes SDR that is tagged as such, and stays HLG where HDR is kept', async () => {
  const sdr = await encode('hlg.mkv', {});
  expect(Object.keys(await treeOf(sdr.folder)).filter((name) => /^video_\w+$/.test(name))).toEqual([
    'video_128x72_SDR',
    'video_192x108_SDR',
  ]);
  expect(await streamText(sdr.output)).not.toMatch(/arib-std-b67|bt2020/);
  const hdr = await encode('hlg.mkv', { video: { ...video, encoders: ['libx265'] } });
  expect(await readFile(hdr.output, 'utf8')).toContain('VIDEO-RANGE=HLG');
  expect(await streamText(hdr.output)).toContain('arib-std-b67');
});

test('sound that already fits is taken over bit for bit', async () => {
  // fMP4 holds the bare packets, as Matroska does.
  const { output } = await encode('film.mkv', {
    audio: { tracks: [{ encoder: 'aac', bitrateBps: 192_000, copyWhenSuitable: true }] },
    segment: { durationSec: 1, type: 'fmp4' },
  });
  const source = new Set(await packetHashes(join(films, 'film.mkv')));
  const taken = await packetHashes(output);
  expect(taken.length).toBeGreaterThan(130);
  expect(taken.filter((hash) => !source.has(hash))).toEqual([]);
});

async function packetHashes(path: string): Promise<string[]> {
  const lines = await ffmpeg('-i', path, '-map', '0:a:0', '-c', 'copy', '-f', 'framemd5', '-');
  return lines.split('\n').flatMap((line) => (/^\d/.test(line) ? [line.split(',').at(-1)?.trim() ?? ''] : []));
}

test('Matroska keeps the tags of the film, MP4 its title', async () => {
  const tags = ['-metadata', 'title=The Film', '-metadata', 'DIRECTOR=A. Person', '-metadata', 'DATE_RELEASED=1999'];
  await ffmpeg('-i', join(films, 'film.mkv'), '-map', '0', '-c', 'copy', ...tags, join(films, 'tagged.mkv'));
  const single: ProfileInput['video'] = { ...video, ladder: [{ width: 192, height: 108, bitrateBps: 300_000 }] };
  const tagsOf = async (container: 'mkv' | 'mp4') => {
    const { output } = await encode('tagged.mkv', { container, video: single });
    return JSON.stringify(await ffprobeJson(output, '-show_entries', 'format_tags'));
  };
  const mkv = await tagsOf('mkv');
  for (const kept of ['"title":"The Film"', '"DIRECTOR":"A. Person"', '"DATE_RELEASED":"1999"'])
    expect(mkv.replaceAll('": "', '":"')).toContain(kept);
  expect(await tagsOf('mp4')).toContain('The Film');
});

test('a job that would not save space stops and leaves the target as it was', async () => {
  const folder = await temporaryFolder();
  const recipe = join(folder, 'profile.json');
  await writeFile(recipe, JSON.stringify({ ...base, onlyIfSmaller: { maxRatio: 0.05 } }));
  const out = join(folder, 'out');
  const options = ['--profile', recipe, '--out', out, '--data', join(folder, 'data'), '--json'];
  const end = await encrew(['encode', join(films, 'film.mkv'), ...options], films);
  expect([end.code, end.results[0]?.state]).toEqual([1, 'failed']);
  expect(await treeOf(out).catch(() => ({}))).toEqual({});
});

async function psnr(a: string, b: string, crop: string): Promise<number> {
  const folder = await temporaryFolder();
  const stats = join(folder, 'psnr.txt');
  await ffmpeg(
    '-i',
    a,
    '-i',
    b,
    '-lavfi',
    `[0:v]${crop}[a];[1:v]${crop}[b];[a][b]psnr=stats_file=${stats}`,
    '-f',
    'null',
    '-',
  );
  const values = [...(await readFile(stats, 'utf8')).matchAll(/psnr_avg:(\S+)/g)].map(([, v]) =>
    v === 'inf' ? 100 : Number(v),
  );
  // Of a picture in the middle of the words.
  return values[Math.floor(values.length / 2)] ?? Number.NaN;
}
