import { execFile } from 'node:child_process';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTsPackage } from '#tests/helpers/hls-package.ts';
import { ffmpeg } from '#tests/helpers/media-tools.ts';
import { newFolder, temporaryFolder } from '#tests/helpers/temporary-folder.ts';

const entry = fileURLToPath(new URL('../../src-main/headless.ts', import.meta.url));

let whole: string;
beforeAll(async () => {
  whole = await newFolder();
  await makeTsPackage(whole);
});
afterAll(() => rm(whole, { recursive: true, force: true }));

type Answer = { code: number; stdout: string; stderr: string };

function encrewCheck(...argv: string[]): Promise<Answer> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [entry, 'check', ...argv], (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

test('a valid package: one line and exit code 0, by folder and by playlist', async () => {
  for (const path of [whole, join(whole, 'film.m3u8')]) {
    const { code, stdout, stderr } = await encrewCheck(path);
    expect(stdout).toMatch(/^valid: 0 errors, 0 warnings \(hls, 7 playlists, 12 segments, [\d.]+ s\)\n$/);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  }
});

test('a broken package: errors first, then warnings, then the verdict, and exit code 1', async () => {
  const root = await temporaryFolder();
  await cp(whole, root, { recursive: true });
  const text = await readFile(join(root, 'film.m3u8'), 'utf8');
  await writeFile(join(root, 'film.m3u8'), text.replace('FRAME-RATE=25.000,', '').replace('jpn/jpn', 'jpn/gone'));
  const { code, stdout } = await encrewCheck(root);
  const lines = stdout.split('\n');
  expect(lines[0]).toBe('error   file-missing  film.m3u8: line 6: jpn/gone.m3u8 is not there');
  expect(lines[1]).toMatch(/^warning frame-rate-missing {2}film\.m3u8: line \d+: a variant without FRAME-RATE$/);
  expect(lines[2]).toMatch(/^info {4}file-unreferenced {2}jpn\/jpn\.m3u8: /);
  expect(lines[3]).toMatch(/^NOT VALID: 1 error, 1 warning \(hls, /);
  expect(code).toBe(1);
});

test('--json prints one object', async () => {
  const { code, stdout } = await encrewCheck(whole, '--json');
  expect(code).toBe(0);
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  expect(JSON.parse(stdout)).toMatchObject({ type: 'check', path: whole, kind: 'hls', valid: true, findings: [] });
});

test('--source compares the length', async () => {
  const folder = await temporaryFolder();
  const sources = [join(folder, 'same.mp4'), join(folder, 'longer.mp4')] as const;
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=64x36:r=25:d=6', '-c:v', 'libx264', sources[0]);
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=64x36:r=25:d=8', '-c:v', 'libx264', sources[1]);
  expect((await encrewCheck(whole, '--source', sources[0])).code).toBe(0);
  const longer = await encrewCheck(whole, '--source', sources[1]);
  expect(longer.stdout).toMatch(/^error {3}source-duration-differs {2}film\.m3u8: the package lasts 6\.0/);
  expect(longer.code).toBe(1);
});

test('nothing to check: one line on stderr and exit code 2', async () => {
  const folder = await temporaryFolder();
  const empty = await encrewCheck(folder);
  expect(empty).toEqual({
    code: 2,
    stdout: '',
    stderr: `encrew: ${folder} holds no HLS playlist: give a package folder, or an MP4 or MKV file\n`,
  });
  const missing = await encrewCheck(join(folder, 'no'));
  expect(missing).toEqual({ code: 2, stdout: '', stderr: `encrew: ${join(folder, 'no')} is not there\n` });
});
