import { lstat, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { codeOf } from '#main/platform/error-code.ts';
import { flushToDisk } from '#main/platform/flush.ts';
import { newId } from '#main/platform/ids.ts';
import { linkFile, renameWithoutOverwriting } from '#main/platform/place-file.ts';
import { inspectStore } from './inspect-store.ts';
import { partialName, sizeOf, storeSuffixes } from './store-files.ts';
import { type StoreFault, storeFaultOf } from './store-unusable.ts';

export type BackupWritten =
  | { ok: true; sizeBytes: number }
  /** `detail` is for people. Where the target is at fault nothing is wrong with the database. */
  | { ok: false; where: 'source' | 'target'; fault: StoreFault | 'exists' | 'no-folder'; detail: string };

/**
 * Copies a database to one file, also while others write to it: the copy is the database as it was at one moment, without the
 * room that deleted rows left. It is checked whole and on the disk before it gets its name, which nothing has before or,
 * with `overwrite`, what had it is replaced at once. Blocks the process while SQLite works: 15 s for 1 GiB.
 */
export async function writeBackup(
  source: string,
  target: string,
  options: { overwrite: boolean },
): Promise<BackupWritten> {
  const refusal = await refuse(source, target, options.overwrite);
  if (refusal !== null) return refusal;
  const partial = partialName(target, newId());
  try {
    const trouble = await copyTo(source, partial);
    if (trouble !== null) return trouble;
    if (!(await publish(partial, target, options.overwrite))) return exists(target);
    return { ok: true, sizeBytes: (await stat(target)).size };
  } catch (error) {
    return atTarget(error);
  } finally {
    await rm(partial, { force: true }).catch(() => {});
  }
}

async function refuse(source: string, target: string, overwrite: boolean): Promise<BackupWritten | null> {
  if ((await sizeOf(source)) === null)
    return { ok: false, where: 'source', fault: 'missing', detail: `there is no database ${source}` };
  const there = await lstat(target).catch(() => null);
  if (there === null) return null;
  if (!overwrite || !there.isFile()) return exists(target);
  for (const suffix of storeSuffixes) {
    const own = await stat(source + suffix).catch(() => null);
    // Under whatever name: a link, or one that this disk writes in other letters.
    if (own !== null && own.dev === there.dev && own.ino === there.ino) return exists(target);
  }
  return null;
}

async function copyTo(source: string, partial: string): Promise<BackupWritten | null> {
  // Copying finds damage in tables only: it makes the indices anew.
  const whole = inspectStore(source, 'quick', null);
  if (!whole.ok) return { ok: false, where: 'source', fault: whole.fault, detail: whole.detail };
  // As little readable as the database itself.
  const file = await open(partial, 'wx', 0o600);
  await file.close();
  const sqlite = new Sqlite(source, { readonly: true, fileMustExist: true, timeout: 5_000 });
  try {
    // Takes less time than copying page by page, and one moment's view: writers go on meanwhile.
    sqlite.prepare('VACUUM INTO ?').run(partial);
  } catch (error) {
    const fault = storeFaultOf(error);
    if (fault === null || fault === 'disk-full' || fault === 'read-only') throw error;
    return { ok: false, where: 'source', fault, detail: detailOf(error) };
  } finally {
    sqlite.close();
  }
  await flushToDisk(partial);
  const found = inspectStore(partial, 'whole', null);
  return found.ok ? null : { ok: false, where: 'source', fault: found.fault, detail: found.detail };
}

/** False where something has the name. */
async function publish(partial: string, target: string, overwrite: boolean): Promise<boolean> {
  try {
    if (overwrite) await rename(partial, target);
    else if (!(await linkFile(partial, target))) await renameWithoutOverwriting(partial, target, '');
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  await flushToDisk(dirname(target));
  return true;
}

function exists(target: string): BackupWritten {
  return { ok: false, where: 'target', fault: 'exists', detail: `${target} is there already` };
}

function atTarget(error: unknown): BackupWritten {
  const code = codeOf(error);
  const fault = code === 'ENOENT' || code === 'ENOTDIR' ? 'no-folder' : storeFaultOf(error);
  if (fault === null) throw error;
  return { ok: false, where: 'target', fault, detail: detailOf(error) };
}

function detailOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
