import { lstat } from 'node:fs/promises';
import { codeOf } from './error-code.ts';

/** Whether anything has that name, a broken link too. Throws where that can't be found out. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false;
    throw error;
  }
}
