import { open, rename, rm, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { newId } from './ids.ts';

/**
 * Writes a file so that its name shows either what was there before or all of the new content, also after a power cut:
 * written beside it, flushed to the disk, then renamed over it.
 *
 * @param partial where it is written first, in the same folder; whoever names it finds there what a crash has left
 * @param mode who may do what with it; what the system gives to new files when left out
 */
export async function writeFileAtomically(
  path: string,
  content: string | Uint8Array,
  partial?: string,
  mode?: number,
): Promise<void> {
  if (partial !== undefined) await rm(partial, { force: true });
  await writeAndRename(
    path,
    content,
    partial ?? join(dirname(path), `.${basename(path).slice(0, 100)}.${newId()}.partial`),
    mode,
  );
}

async function writeAndRename(
  path: string,
  content: string | Uint8Array,
  partial: string,
  mode: number | undefined,
): Promise<void> {
  try {
    const file = await open(partial, 'wx', mode);
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
