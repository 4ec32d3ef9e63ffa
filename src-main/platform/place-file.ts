import { link, lstat, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { codeOf } from './error-code.ts';

/**
 * Gives a file a second name in the same volume, where nothing has it; answers false where the file system knows no second
 * names. Throws EEXIST where something is there, EXDEV on another volume.
 */
export async function linkFile(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (noLinks.has(codeOf(error) ?? '')) return false;
    throw error;
  }
}

/** What FAT, exFAT and some network disks answer, and a file that has all the names it may have. */
const noLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL', 'UNKNOWN']);

/**
 * Renames within one volume, and never over anything: the new name is first taken by a small file that says `mark`. Throws
 * EEXIST where something is there.
 */
export async function renameWithoutOverwriting(from: string, to: string, mark: string): Promise<void> {
  await writeFile(to, mark, { flag: 'wx' });
  try {
    await rename(from, to);
  } catch (error) {
    await unlink(to).catch(() => {});
    throw error;
  }
}

/** Removes what a crash left of `renameWithoutOverwriting`; answers whether there was any. */
export async function clearMark(path: string, mark: string): Promise<boolean> {
  const found = await lstat(path);
  if (!found.isFile() || found.size !== mark.length || (await readFile(path, 'latin1')) !== mark) return false;
  await unlink(path);
  return true;
}
