import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkPackage } from '#main/stages/check/check-package.ts';
import { ffmpeg } from '#tests/helpers/media-tools.ts';
import { newFolder } from '#tests/helpers/temporary-folder.ts';

let folder: string;
beforeAll(async () => {
  folder = await newFolder();
  await writeFile(join(folder, 'chapters.txt'), ';FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=1\ntitle=One\n');
  await writeFile(join(folder, 'subtitle.srt'), '1\n00:00:00,000 --> 00:00:01,000\nHello\n');
  await writeFile(join(folder, 'late.txt'), ';FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=9\nEND=10\ntitle=Late\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25:d=2'];
const sound = ['-f', 'lavfi', '-i', 'sine=r=48000:d=2'];
const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2'];
const film = [...picture, ...sound, ...x264, '-c:a', 'aac'];
const faststart = ['-movflags', '+faststart'];
const x265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none'];

/** Codes of a file that FFmpeg makes, after `spoil` had its way. */
async function codesOf(name: string, argv: string[], spoil?: (path: string) => Promise<void>): Promise<string[]> {
  const path = join(folder, name);
  await ffmpeg(...argv, path);
  await spoil?.(path);
  return (await checkPackage(path)).findings.map((finding) => finding.code);
}

describe('an MP4', () => {
  test('as it should be has no finding', async () => {
    const input = ['-i', join(folder, 'chapters.txt'), '-map_metadata', '2', '-map', '0', '-map', '1'];
    const argv = [...picture, ...sound, ...input, ...x264, '-c:a', 'aac', ...faststart];
    expect(await codesOf('good.mp4', argv)).toEqual([]);
  });
  test('with its index at the end', async () => {
    expect(await codesOf('last.mp4', film)).toEqual(['mp4-movie-last']);
  });
  test('that was cut off', async () => {
    expect(await codesOf('cut.mp4', [...film, ...faststart], (path) => truncate(path, 20_000))).toEqual([
      'mp4-damaged',
      'mp4-sample-beyond-file',
      'mp4-sample-beyond-file',
    ]);
  });
  test('that was never finished', async () => {
    expect(await codesOf('unfinished.mp4', film, (path) => truncate(path, 5_000))).toEqual([
      'mp4-damaged',
      'mp4-no-movie',
    ]);
  });
  test('with HEVC as hev1', async () => {
    expect(await codesOf('hev1.mp4', [...picture, ...x265, '-tag:v', 'hev1', ...faststart])).toEqual([
      'hev1-sample-entry',
    ]);
  });
  test('with two sounds switched on', async () => {
    const two = ['-map', '0', '-map', '1', '-map', '1', '-disposition:a', 'default'];
    expect(await codesOf('two.mp4', [...film, ...two, ...faststart])).toEqual(['mp4-enabled-audio']);
  });
  test('with a subtitle that the muxer switched on unasked', async () => {
    const subtitle = ['-i', join(folder, 'subtitle.srt'), '-c:v', 'libx264', '-c:s', 'mov_text'];
    expect(await codesOf('subtitle.mp4', [...picture, ...subtitle, ...faststart])).toEqual(['mp4-enabled-subtitle']);
  });
  test('with sound that begins late', async () => {
    const late = ['-itsoffset', '0.3', ...sound, ...x264, '-c:a', 'aac', '-shortest'];
    expect(await codesOf('late.mp4', [...picture, ...late, ...faststart])).toEqual(['start-offset']);
  });
  test('with sound that ends early', async () => {
    const short = ['-f', 'lavfi', '-i', 'sine=r=48000:d=1', ...x264, '-c:a', 'aac'];
    expect(await codesOf('short.mp4', [...picture, ...short, ...faststart])).toEqual(['duration-differs']);
  });
  test('with a chapter after the end', async () => {
    const argv = [...picture, '-i', join(folder, 'late.txt'), '-map_metadata', '1', ...x264, ...faststart];
    expect(await codesOf('chapter.mp4', argv)).toContain('chapter-beyond-end');
  });
});

describe('an MKV', () => {
  test('as it should be has no finding', async () => {
    expect(await codesOf('good.mkv', film)).toEqual([]);
  });
  test('that was cut off', async () => {
    const codes = await codesOf('cut.mkv', film, (path) => truncate(path, 20_000));
    expect(codes).toEqual(['mkv-damaged', 'mkv-cues-missing']);
  });
  test('written to a pipe has neither duration nor Cues', async () => {
    const codes = await codesOf('live.mkv', [...film, '-f', 'matroska', '-live', '1']);
    expect(codes).toEqual(['mkv-duration-missing', 'mkv-cues-missing']);
  });
  test('with a font of the wrong type, and one that is none', async () => {
    await writeFile(join(folder, 'a.ttf'), '\0\u0001\0\0 and so on');
    await writeFile(join(folder, 'b.ttf'), 'text');
    const attach = (name: string, mimeType: string): string[] => [
      '-attach',
      join(folder, name),
      `-metadata:s:t:${name === 'a.ttf' ? 0 : 1}`,
      `mimetype=${mimeType}`,
    ];
    const argv = [...film, ...attach('a.ttf', 'text/plain'), ...attach('b.ttf', 'font/ttf')];
    expect(await codesOf('fonts.mkv', argv)).toEqual(['font-mime-type', 'font-damaged']);
  });
  test('without a default among its sounds', async () => {
    const two = ['-map', '0', '-map', '1', '-map', '1', '-disposition:a', '0', '-default_mode', 'passthrough'];
    expect(await codesOf('default.mkv', [...film, ...two])).toEqual(['mkv-default-missing']);
  });
});

test('a file that claims an endless box does not stop the check', async () => {
  const path = join(folder, 'endless.mp4');
  await ffmpeg(...film, path);
  const bytes = await readFile(path);
  bytes.writeUInt32BE(0, bytes.indexOf('mdat') - 4);
  await writeFile(path, bytes);
  expect((await checkPackage(path)).findings.map((finding) => finding.code)).toEqual(['mp4-no-movie']);
});
