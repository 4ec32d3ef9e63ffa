import { mkdir, readdir, readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeFileAtomically } from '#main/platform/atomic-file.ts';
import { freeSpace } from '#main/platform/free-space.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

test('a file is replaced whole, and nothing else is left beside it', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, `${'long name '.repeat(24)}.json`);
  await writeFileAtomically(path, 'first, and longer');
  await writeFileAtomically(path, new TextEncoder().encode('second'));
  expect(await readFile(path, 'utf8')).toBe('second');
  expect(await readdir(folder)).toHaveLength(1);
});

test('a write that fails leaves what was there', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'taken');
  await mkdir(join(path, 'full'), { recursive: true });
  await expect(writeFileAtomically(path, 'content')).rejects.toMatchObject({ code: 'EISDIR' });
  expect(await readdir(folder)).toEqual(['taken']);
});

test('space is told for folders that are still to be made', async () => {
  const folder = await temporaryFolder();
  const { blocks, bsize } = await statfs(folder);
  const space = await freeSpace(join(folder, 'not', 'yet', 'there'));
  expect(space.totalBytes).toBe(blocks * bsize);
  expect(space.freeBytes).toBeGreaterThan(0);
  expect(space.freeBytes).toBeLessThanOrEqual(space.totalBytes);
});
