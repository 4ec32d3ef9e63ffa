import { existsSync } from 'node:fs';
import { cp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageFiles } from '#main/stages/check/package-files.ts';
import type { PackageResult } from '#main/stages/package/package-draft.ts';
import { testProfile } from '#tests/helpers/encode-film.ts';
import { makeParts, packageParts, type MadeParts } from '#tests/helpers/made-parts.ts';
import { treeOf } from '#tests/helpers/encrew-process.ts';
import { decodeErrors, ffmpeg } from '#tests/helpers/media-tools.ts';
import { commandLines } from '#tests/helpers/process-table.ts';
import { newFolder, temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';
import { makeTwoLanguageFilm } from '#tests/helpers/two-language-film.ts';

/* Each part of a finished job damaged or gone: what keeps the film from being whole is a value, what is an extra costs a warning. */

let folder = '';
let whole: MadeParts;
beforeAll(async () => {
  folder = await newFolder();
  const recipe = testProfile('hls-universal', { thumbnails: { widthPx: 64, intervalSec: 2 } });
  whole = await makeParts(await makeTwoLanguageFilm(folder), recipe, join(folder, 'work'), 2);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The parts in a folder of their own, with one of them damaged, packaged. */
async function packaged(
  damage: (work: string) => Promise<unknown>,
  over: Partial<MadeParts> = {},
): Promise<{ result: PackageResult; staging: string }> {
  const own = await temporaryFolder();
  const work = join(own, 'work');
  await cp(whole.work, work, { recursive: true });
  await damage(work);
  const staging = join(own, 'staging');
  return { result: await packageParts({ ...whole, ...over, work }, staging), staging };
}

const chunk = (work: string, index: number) => join(work, `video-000${index}`, 'video_160x90.mp4');

test('a chunk that is cut off names its task', async () => {
  const { result } = await packaged(async (work) =>
    writeFile(chunk(work, 1), (await readFile(chunk(work, 1))).subarray(0, 600)),
  );
  expect(result).toMatchObject({ ok: false, failure: { code: 'part-unreadable', task: 'video-0001' } });
});

test('a chunk with fewer pictures than planned names its task', async () => {
  const { result } = await packaged(async (work) => {
    const short = join(work, 'short.mp4');
    await ffmpeg('-i', chunk(work, 1), '-c', 'copy', '-frames:v', '40', short);
    await cp(short, chunk(work, 1));
  });
  expect(result).toEqual({
    ok: false,
    failure: {
      code: 'chunk-incomplete',
      message: 'video-0001 has 40 of 48 pictures of video_160x90',
      task: 'video-0001',
    },
  });
});

test('a chunk by another encoder names its task', async () => {
  const { result } = await packaged(async (work) => {
    const other = join(work, 'other.mp4');
    await ffmpeg('-i', chunk(work, 2), '-c:v', 'libx264', '-profile:v', 'baseline', '-preset', 'ultrafast', other);
    await cp(other, chunk(work, 2));
  });
  expect(result).toMatchObject({ ok: false, failure: { code: 'chunk-layout-differs', task: 'video-0002' } });
});

test('a sound that is gone names its task', async () => {
  const { result } = await packaged((work) => rm(join(work, 'audio', 'audio_ger_aac.mp4')));
  expect(result).toMatchObject({ ok: false, failure: { code: 'part-missing', task: 'audio' } });
});

test('a tile, a font and a subtitle that are gone cost themselves and a warning', async () => {
  const { result, staging } = await packaged(async (work) => {
    await rm(join(work, 'video-0001', 'tiles'), { recursive: true });
    await rm(join(work, 'extract'), { recursive: true });
  });
  if (!result.ok) throw new Error(result.failure.message);
  expect(result.draft.findings.map(({ code, severity }) => `${severity} ${code}`).toSorted()).toEqual([
    'warning font-missing-attachment',
    'warning subtitle-missing',
    'warning subtitle-missing',
    'warning thumbnails-failed',
  ]);
  const others = [...(await packageFiles(staging)).keys()].filter((path) => !/^(audio|video)_/.test(path));
  expect(others).toEqual(['Film.m3u8', 'chapters.vtt']);
  expect(await readFile(join(staging, 'Film.m3u8'), 'utf8')).not.toContain('SUBTITLES');
  expect(await decodeErrors(join(staging, 'Film.m3u8'))).toBe('');
});

test('bytes that are no font and no subtitle cost a warning', async () => {
  const { result } = await packaged(async (work) => {
    for (const kind of ['attachments', 'subtitles']) {
      for (const name of await readdir(join(work, 'extract', kind))) {
        await writeFile(
          join(work, 'extract', kind, name),
          Uint8Array.from({ length: 999 }, (_, i) => (i * 37) % 256),
        );
      }
    }
  });
  if (!result.ok) throw new Error(result.failure.message);
  expect(new Set(result.draft.findings.map(({ code }) => code))).toEqual(
    new Set(['subtitle-not-utf8', 'subtitle-empty', 'font-broken']),
  );
});

test.each(['mpegts', 'fmp4'] as const)('a film without sound is a package in %s', async (segmentType) => {
  const silent = { ...whole.plan, segmentType, audio: [] };
  const { result, staging } = await packaged(() => Promise.resolve(), { plan: silent });
  expect(result).toMatchObject({ ok: true, draft: { renditions: [{ id: 'video_160x90', frames: 120 }] } });
  expect(await readFile(join(staging, 'Film.m3u8'), 'utf8')).toMatch(/CODECS="avc1\.\w+",/);
  expect(await decodeErrors(join(staging, 'Film.m3u8'))).toBe('');
});

test.each(['mpegts', 'fmp4'] as const)('a stop in %s is thrown on, and leaves no process', async (segmentType) => {
  const stop = new AbortController();
  const staging = join(await temporaryFolder(), 'staging');
  const parts = { ...whole, plan: { ...whole.plan, segmentType } };
  const ended = packageParts(parts, staging, stop.signal);
  stop.abort(new Error('stopped'));
  await expect(ended).rejects.toThrow('stopped');
  expect((await commandLines()).filter((line) => line.includes(staging))).toEqual([]);
});

test('a stop is heard in the middle of copying the original', async () => {
  const own = await temporaryFolder();
  const huge = join(own, 'huge.mkv');
  await writeFile(huge, '');
  await truncate(huge, 2 ** 30);
  const stop = new AbortController();
  const staging = join(own, 'staging');
  const parts = { ...whole, sourcePath: huge, plan: { ...whole.plan, keepOriginal: true } };
  const ended = packageParts(parts, staging, stop.signal).catch((error: unknown) => error);
  const copy = join(staging, 'original/huge.mkv');
  await waitUntil('the copy has begun', () => existsSync(copy));
  stop.abort(new Error('stopped'));
  expect(await ended).toEqual(new Error('stopped'));
  expect((await stat(copy)).size).toBeLessThan(2 ** 30);
});

test('the source and the parts stay as they were', async () => {
  const before = [await treeOf(whole.work), await readFile(whole.sourcePath)];
  const kept = { ...whole, plan: { ...whole.plan, segmentType: 'fmp4' as const, keepOriginal: true } };
  const result = await packageParts(kept, join(await temporaryFolder(), 'staging'));
  expect(result.ok).toBe(true);
  expect([await treeOf(whole.work), await readFile(whole.sourcePath)]).toEqual(before);
});
