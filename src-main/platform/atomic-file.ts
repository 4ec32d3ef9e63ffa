import { open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { newId } from './ids.ts';

/**
 * Writes a file so that its name shows either what was there before or all of the new content, also after a power cut:
 * written beside it, flushed to the disk, then renamed over it.
 */
export async function writeFileAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const partial = join(dirname(path), `.${basename(path).slice(0, 100)}.${newId()}.partial`);
  try {
    const file = await open(partial, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await unlink(partial).catch(() => {});
    throw error;
  }
}
