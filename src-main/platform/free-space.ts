import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

export type FreeSpace = {
  /** What this user may still write. */
  freeBytes: number;
  totalBytes: number;
};

/** Space on the volume that holds `path`, or will hold it: folders that are still to be made are looked up at their parent. */
export async function freeSpace(path: string): Promise<FreeSpace> {
  let folder = resolve(path);
  for (;;) {
    try {
      const { bavail, blocks, bsize } = await statfs(folder);
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
    } catch (error) {
      const parent = dirname(folder);
      const missing =
        error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
      if (!missing || parent === folder) throw error;
      folder = parent;
    }
  }
}
