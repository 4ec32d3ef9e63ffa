import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '#main/platform/error-code.ts';

/*
 * What lies where in a data folder. SQLite keeps commits that are not in the database itself yet in `-wal`: the two belong
 * together, and one without the other, or with another's, is damage. `-shm` is only an index of it.
 */

/** `{data}/encrew.db`. */
export function storePath(dataDir: string): string {
  return join(dataDir, 'encrew.db');
}

/** What belongs to a database file, itself first. */
export const storeSuffixes = ['', '-wal', '-shm'] as const;

/** `{data}/encrew.db.restoring`: there while a restore puts files in their places. No database may be opened, or made, then. */
export function restoringPath(dataDir: string): string {
  return `${storePath(dataDir)}.restoring`;
}

/** `{data}/backups`: those that the server makes by itself. */
export function backupFolder(dataDir: string): string {
  return join(dataDir, 'backups');
}

/** A name beside `path` for what is being written; what a crash leaves of it goes with `removeOldPartials`. */
export function partialName(path: string, id: string): string {
  return `${path}.${id}.partial`;
}

export type BackupFile = { path: string; sizeBytes: number; writtenAtMs: number };

/** The backups that the server made, newest first; none where there is no folder. */
export async function ownBackups(dataDir: string): Promise<BackupFile[]> {
  const folder = backupFolder(dataDir);
  const files: BackupFile[] = [];
  for (const name of await namesIn(folder)) {
    if (!/^encrew-.*\.db$/.test(name)) continue;
    const path = join(folder, name);
    const found = await lstat(path).catch(() => null);
    if (found?.isFile() === true) files.push({ path, sizeBytes: found.size, writtenAtMs: found.mtimeMs });
  }
  return files.sort((a, b) => b.writtenAtMs - a.writtenAtMs);
}

/** Bytes of a file; null where there is none. It is not opened: closing it again would drop SQLite's locks on it. */
export async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
