import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/*
 * A network disk that is not mounted looks like an empty folder, and writing there fills the system's own disk.
 */

/** The folder at which the disk of `path` (or of its nearest parent that is there) is mounted; null where that can't be told. */
export async function mountPointOf(path: string): Promise<string | null> {
  if (process.platform === 'win32') return null;
  let folder = resolve(path);
  let device = await deviceOf(folder);
  while (device === null && dirname(folder) !== folder) {
    folder = dirname(folder);
    device = await deviceOf(folder);
  }
  if (device === null) return null;
  while (dirname(folder) !== folder && (await deviceOf(dirname(folder))) === device) folder = dirname(folder);
  return folder;
}

/** Whether a disk is mounted there, as it once was. Null is never offline. */
export async function isMounted(mountPoint: string | null): Promise<boolean> {
  if (mountPoint === null || dirname(mountPoint) === mountPoint) return true;
  const device = await deviceOf(mountPoint);
  return device !== null && device !== (await deviceOf(dirname(mountPoint)));
}

async function deviceOf(path: string): Promise<number | null> {
  return (await stat(path).catch(() => null))?.dev ?? null;
}
