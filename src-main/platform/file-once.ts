import { link, open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from './error-code.ts';
import { flushToDisk } from './flush.ts';
import { newId } from './ids.ts';
import { makeFolders } from './make-folders.ts';

/**
 * Writes a file that nobody has written yet, with the folders above it; of two processes that come at the same moment the
 * first one's stays. Its name shows all of the content or nothing, also after a power cut. Whoever calls reads it afterwards.
 *
 * @param mode who may do what with it
 */
export async function writeFileOnce(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const folder = dirname(path);
  await makeFolders(folder);
  const partial = join(folder, `.${basename(path)}.${newId()}.partial`);
  try {
    const file = await open(partial, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await takeName(partial, path);
  } finally {
    await unlink(partial).catch(() => {});
  }
  await flushToDisk(folder);
}

/** A link never replaces what is there, as a rename would. */
async function takeName(partial: string, path: string): Promise<void> {
  try {
    await link(partial, path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    // FAT and some network disks have no links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'].includes(codeOf(error) ?? '')) throw error;
    await rename(partial, path);
  }
}
