import { chmod, link, lstat, mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { moveFile } from '#main/platform/move-file.ts';
import { canMount, smallDisk } from '#tests/helpers/small-disk.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

test('a file moves with its mode and times, into folders that are made for it', async () => {
  const folder = await temporaryFolder();
  const from = await film(folder, 'film.mkv');
  const to = join(folder, 'done', 'deep', 'film.mkv');
  expect(await moveFile(from, to)).toEqual({ ok: true });
  expect(await about(to)).toEqual({ text: 'film.mkv', mode: 0o640, modifiedMs: 1_600_000_000_500 });
  expect(await readdir(folder)).toEqual(['done']);
});

test('nothing is ever overwritten', async () => {
  const folder = await temporaryFolder();
  const from = await film(folder, 'film.mkv');
  const to = await film(folder, 'other.mkv');
  expect(await moveFile(from, to)).toEqual({ ok: false, because: 'target-exists' });
  expect(await moveFile(from, from)).toEqual({ ok: false, because: 'target-exists' });
  expect([await readFile(from, 'utf8'), await readFile(to, 'utf8')]).toEqual(['film.mkv', 'other.mkv']);
});

test('a file of two names that is moved onto itself keeps both', async () => {
  const folder = await temporaryFolder();
  const from = await film(folder, 'film.mkv');
  await link(from, join(folder, 'second.mkv'));
  await symlink(folder, join(folder, 'way'));
  expect(await moveFile(from, join(folder, 'way', 'film.mkv'))).toEqual({ ok: false, because: 'target-exists' });
  expect((await readdir(folder)).toSorted()).toEqual(['film.mkv', 'second.mkv', 'way']);
});

test('what is no file is not moved', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'inner'));
  await symlink(join(folder, 'inner'), join(folder, 'link'));
  const to = join(folder, 'made', 'to');
  expect(await moveFile(join(folder, 'none'), to)).toEqual({ ok: false, because: 'source-missing' });
  expect(await moveFile(join(folder, 'inner'), to)).toEqual({ ok: false, because: 'not-a-file' });
  expect(await moveFile(join(folder, 'link'), to)).toEqual({ ok: false, because: 'not-a-file' });
  expect((await readdir(folder)).toSorted()).toEqual(['inner', 'link']);
});

test.runIf(canMount)('to another disk a copy is made, checked and dated like the first', async () => {
  const folder = await temporaryFolder();
  const disk = await smallDisk(1024);
  const from = await film(folder, 'film.mkv');
  const to = join(disk, 'film.mkv');
  expect(await moveFile(from, to)).toEqual({ ok: true });
  expect(await about(to)).toEqual({ text: 'film.mkv', mode: 0o640, modifiedMs: 1_600_000_000_500 });
  expect([await readdir(folder), await readdir(disk)]).toEqual([[], ['film.mkv']]);
});

test.runIf(canMount)('a full disk leaves the film where it is, and nothing of the copy', async () => {
  const folder = await temporaryFolder();
  const disk = await smallDisk(64);
  const from = join(folder, 'film.mkv');
  await writeFile(from, new Uint8Array(200_000));
  await expect(moveFile(from, join(disk, 'made', 'film.mkv'))).rejects.toMatchObject({ code: 'ENOSPC' });
  expect([await readdir(folder), await readdir(disk)]).toEqual([['film.mkv'], []]);
});

async function film(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, name);
  await chmod(path, 0o640);
  await utimes(path, 1_600_000_000, 1_600_000_000.5);
  return path;
}

async function about(path: string) {
  const { mode, mtimeMs } = await lstat(path);
  return { text: await readFile(path, 'utf8'), mode: mode & 0o777, modifiedMs: mtimeMs };
}
