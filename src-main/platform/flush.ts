import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * Brings a file's content, or a folder's list of names, from the system's memory to the disk. Where the system can't do
 * that for a folder (Windows, some network disks) it is left to itself.
 */
export async function flushToDisk(path: string): Promise<void> {
  const handle = await openForFlush(path);
  if (handle === null) return;
  try {
    const isFolder = (await handle.stat()).isDirectory();
    await handle.sync().catch((error: unknown) => {
      if (!isFolder) throw error;
    });
  } finally {
    await handle.close();
  }
}

/** Windows flushes only what is open for writing, and opens no folder. */
async function openForFlush(path: string) {
  const isWindows = process.platform === 'win32';
  try {
    return await open(path, isWindows ? constants.O_RDWR : constants.O_RDONLY);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (isWindows && (code === 'EISDIR' || code === 'EPERM' || code === 'EACCES')) return null;
    throw error;
  }
}
