import { opendir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '#main/platform/error-code.ts';
import { flushToDisk } from '#main/platform/flush.ts';
import { newId } from '#main/platform/ids.ts';
import { makeFolders, removeEmptyFolders } from '#main/platform/make-folders.ts';

/*
 * Folders that people name are tried when they name them, and not in the night in which they are needed.
 */

export type Unwritable = {
  message: string;
  /** Somebody mounted it so. */
  isReadOnlyDisk: boolean;
};

/**
 * What is wrong with a folder that films are read from and packages are written to, for people. One on a disk that was mounted
 * for reading is right: films may lie there.
 */
export async function rootFault(folder: string): Promise<string | null> {
  const unread = await whyUnreadable(folder);
  if (unread !== null) return unread;
  const unwritten = await whyUnwritable(folder);
  return unwritten === null || unwritten.isReadOnlyDisk ? null : unwritten.message;
}

/** What is wrong with a folder that is to be read, for people; null when it is opened. */
export async function whyUnreadable(path: string): Promise<string | null> {
  try {
    if (!(await stat(path)).isDirectory()) return `${path} is not a folder: name one`;
    await (await opendir(path)).close();
    return null;
  } catch (error) {
    return reasonOf(path, error, 'read');
  }
}

/**
 * What is wrong with a folder that is to be written, found by writing and deleting a file in it; null when that went well. A
 * folder that is not there is made for it. Leaves nothing behind.
 */
export async function whyUnwritable(folder: string): Promise<Unwritable | null> {
  const probe = join(folder, `.encrew-trial-${newId()}`);
  let made: string[] = [];
  try {
    made = await makeFolders(folder);
    await writeFile(probe, 'Encrew tries whether it may write here.\n', { flag: 'wx' });
    await flushToDisk(probe);
    await rm(probe);
    return null;
  } catch (error) {
    await rm(probe, { force: true }).catch(() => {});
    return { message: reasonOf(folder, error, 'write'), isReadOnlyDisk: codeOf(error) === 'EROFS' };
  } finally {
    await removeEmptyFolders(made);
  }
}

function reasonOf(path: string, error: unknown, what: 'read' | 'write'): string {
  switch (codeOf(error)) {
    case 'ENOENT':
      return `${path} is not there: make it, or check the path`;
    case 'ENOTDIR':
      return `${path} goes through a file: check the path`;
    case 'EACCES':
    case 'EPERM':
      return `the server may not ${what} ${path}: change its rights`;
    case 'EROFS':
      return `${path} is on a disk that is read-only`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `the disk of ${path} is full`;
    default:
      return `${path}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
