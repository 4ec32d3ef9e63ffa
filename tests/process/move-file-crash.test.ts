import { chown, link, lstat, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { moveFile } from '#main/platform/move-file.ts';
import { dyingProgram } from '#tests/helpers/dying-program.ts';
import { frozenAfter } from '#tests/helpers/frozen-at-change.ts';
import { canMount, makeReadOnly, smallDisk } from '#tests/helpers/small-disk.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

const film = 'the only copy of a film '.repeat(100);
let home = '';
let from = '';
beforeEach(async () => {
  home = await temporaryFolder();
  from = join(home, 'Film.mkv');
  await writeFile(from, film);
});

const textAt = (path: string) => readFile(path, 'utf8').catch(() => null);

type Kill = (from: string, to: string, at: number) => Promise<'killed' | 'frozen' | 'ended'>;
const reallyKilled: Kill = (source, to, at) => dyingProgram('move.ts', [source, to], at);
const frozen: Kill = (source, to, at) => frozenAfter(at - 1, () => moveFile(source, to));
const frozenNoLinks: Kill = (source, to, at) => frozenAfter(at - 1, () => moveFile(source, to), { noLinks: true });

/** Kills a move before each change it makes, one after the other, and ends it each time; answers how many deaths that were. */
async function killEverywhere(folder: string, kill: Kill): Promise<number> {
  for (let at = 1; ; at++) {
    const to = join(folder, `move-${at}`, 'Film.mkv');
    const how = await kill(from, to, at);
    const [left, come] = [await textAt(from), await textAt(to)];
    // Never neither, and never a part of it under a name that counts.
    expect(left ?? come).toBe(film);
    if (left !== null && left !== film) throw new Error(`the source was changed at ${at}`);
    if (how === 'ended') {
      expect([left, come, await readdir(home)]).toEqual([null, film, folder === home ? [`move-${at}`] : []]);
      return at - 1;
    }
    if (left === null) expect(await moveFile(from, to)).toEqual({ ok: false, because: 'source-missing' });
    else expect(await moveFile(from, to)).toEqual({ ok: true });
    expect([await textAt(from), await textAt(to), await readdir(join(folder, `move-${at}`))]).toEqual([
      null,
      film,
      ['Film.mkv'],
    ]);
    await rm(join(folder, `move-${at}`), { recursive: true });
    await writeFile(from, film);
  }
}

describe('a move killed anywhere leaves the film whole, and the next one ends it with nothing left over', () => {
  test('on one disk', async () => {
    expect(await killEverywhere(home, reallyKilled)).toBeGreaterThanOrEqual(6);
  });

  test('on a disk without hard links', async () => {
    expect(await killEverywhere(home, frozenNoLinks)).toBeGreaterThanOrEqual(6);
  });

  test.runIf(canMount)('to another disk', async () => {
    expect(await killEverywhere(await smallDisk(1024), frozen)).toBeGreaterThanOrEqual(10);
  });

  test.runIf(canMount)('to another disk without hard links', async () => {
    expect(await killEverywhere(await smallDisk(1024), frozenNoLinks)).toBeGreaterThanOrEqual(10);
  });
});

test.runIf(canMount)('owner, mode and times come along to another disk', async () => {
  const disk = await smallDisk(1024);
  await chown(from, 1234, 567);
  const before = await stat(from, { bigint: true });
  expect(await moveFile(from, join(disk, 'Film.mkv'))).toEqual({ ok: true });
  const after = await stat(join(disk, 'Film.mkv'), { bigint: true });
  expect([after.uid, after.gid, after.mode]).toEqual([before.uid, before.gid, before.mode]);
  expect(Number(after.mtimeNs) / 1e6).toBeCloseTo(Number(before.mtimeNs) / 1e6, 2);
});

test.runIf(canMount)('a source that can’t be deleted stays the only one', async () => {
  const disk = await smallDisk(1024);
  await writeFile(join(disk, 'Film.mkv'), film);
  await makeReadOnly(disk);
  await expect(moveFile(join(disk, 'Film.mkv'), join(home, 'new', 'Film.mkv'))).rejects.toMatchObject({
    code: 'EROFS',
  });
  expect([await readdir(home), await textAt(join(disk, 'Film.mkv'))]).toEqual([['Film.mkv'], film]);
});

test.runIf(canMount)('to a disk that is read-only nothing is moved, and no folder is left', async () => {
  const disk = await smallDisk(1024);
  await makeReadOnly(disk);
  await expect(moveFile(from, join(disk, 'a', 'Film.mkv'))).rejects.toMatchObject({ code: 'EROFS' });
  expect(await textAt(from)).toBe(film);
});

test.runIf(canMount)('a move that is stopped leaves the film where it was and nothing of the copy', async () => {
  const disk = await smallDisk(1024);
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(moveFile(from, join(disk, 'a', 'Film.mkv'), { signal })).rejects.toThrow('stopped');
  expect([await textAt(from), await readdir(disk)]).toEqual([film, []]);
});

test.runIf(canMount)('a copy of the same size with other content is not taken for the end of a move', async () => {
  const disk = await smallDisk(1024);
  await writeFile(join(disk, 'Film.mkv'), film.replace('only', 'ONLY'));
  expect(await moveFile(from, join(disk, 'Film.mkv'))).toEqual({ ok: false, because: 'target-exists' });
  expect(await textAt(from)).toBe(film);
});

test('a film that has further names keeps those', async () => {
  await link(from, join(home, 'Seed.mkv'));
  await mkdir(join(home, 'to'));
  expect(await moveFile(from, join(home, 'to', 'Film.mkv'))).toEqual({ ok: true });
  expect((await lstat(join(home, 'Seed.mkv'))).nlink).toBe(2);
});
