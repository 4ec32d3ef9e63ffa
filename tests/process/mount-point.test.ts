import { execFile } from 'node:child_process';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { isMounted, mountPointOf } from '#main/platform/mount-point.ts';
import { canMount, smallDisk } from '#tests/helpers/small-disk.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

const run = promisify(execFile);

test('a place whose disk can’t be told, and the root, are never away', async () => {
  expect([await isMounted(null), await isMounted('/')]).toEqual([true, true]);
});

test.skipIf(process.platform === 'win32')('a folder that is not there yet is on the disk of its parent', async () => {
  const folder = await temporaryFolder();
  const there = await mountPointOf(folder);
  expect(await mountPointOf(join(folder, 'not', 'yet', 'there'))).toBe(there);
  expect(await isMounted(there)).toBe(true);
});

describe.skipIf(!canMount)('a disk of its own', () => {
  test('is the mount point of all that lies on it, also of what is not there yet', async () => {
    const disk = await smallDisk(64);
    await mkdir(join(disk, 'films'));
    await writeFile(join(disk, 'films', 'a.mkv'), 'film');
    const paths = [disk, join(disk, 'films'), join(disk, 'films', 'a.mkv'), join(disk, 'out', 'new')];
    expect(await Promise.all(paths.map(mountPointOf))).toEqual([disk, disk, disk, disk]);
    expect(await isMounted(disk)).toBe(true);
    expect(await mountPointOf(dirname(disk))).not.toBe(disk);
  });

  test('is away once it is unmounted, though its folder stays, and there again after', async () => {
    const disk = await smallDisk(64);
    const again = async () => run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'encrew-test', disk]);
    await run('umount', [disk]);
    expect(await isMounted(disk)).toBe(false);
    await again();
    expect(await isMounted(disk)).toBe(true);
  });

  test('behind a link is away when the link leads to an empty folder, or nowhere', async () => {
    const disk = await smallDisk(64);
    const folder = await temporaryFolder();
    const link = join(folder, 'nas');
    await symlink(disk, link);
    const point = await mountPointOf(join(link, 'out'));
    // The link is what the job names, and where it leads is for whoever keeps it.
    expect(point).toBe(link);
    expect(await isMounted(point)).toBe(true);
    await run('umount', [disk]);
    expect(await isMounted(point)).toBe(false);
    await rename(disk, `${disk}-moved`);
    expect(await isMounted(point)).toBe(false);
    await rename(`${disk}-moved`, disk);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'encrew-test', disk]);
    expect(await isMounted(point)).toBe(true);
  });

  test('that is a plain folder by now, or was never one, is away', async () => {
    const disk = await smallDisk(64);
    await mkdir(join(disk, 'nested'));
    expect([await isMounted(join(disk, 'nested')), await isMounted(join(disk, 'gone'))]).toEqual([false, false]);
  });
});
