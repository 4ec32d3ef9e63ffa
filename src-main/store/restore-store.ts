import { constants } from 'node:fs';
import { chmod, copyFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Clock } from '#main/platform/clock.ts';
import { isThere } from '#main/platform/is-there.ts';
import { flushToDisk } from '#main/platform/flush.ts';
import { claimFolder } from '#main/platform/folder-claim.ts';
import { newId } from '#main/platform/ids.ts';
import { makeFolders } from '#main/platform/make-folders.ts';
import { inspectStore } from './inspect-store.ts';
import { migrations } from './migrations/all.ts';
import { partialName, restoringPath, sizeOf, storePath, storeSuffixes } from './store-files.ts';
import { storeFaultOf } from './store-unusable.ts';

export type Restored =
  /** `keptAs` is the database that was there before; null where there was none. */
  | { ok: true; keptAs: string | null }
  /** Nothing was changed. `message` is one line: what, why, what to do. */
  | { ok: false; because: RestoreRefusal; message: string };

export type RestoreRefusal = 'in-use' | 'no-backup' | 'not-ours' | 'damaged' | 'newer' | 'unwritable';

/**
 * Puts a backup in the place of a data folder's database; what was there is kept beside it, with its `-wal`, whatever state it
 * is in. The backup, which is only read, may also be a plain copy of the files of a database, `-wal` beside it. Cut off at any
 * moment, this leaves either what was there, or what `openStore` refuses to open, or the backup.
 */
export async function restoreStore(dataDir: string, backup: string, clock: Clock): Promise<Restored> {
  const there = await stat(backup).catch(() => null);
  if (there?.isFile() !== true) return { ok: false, because: 'no-backup', message: `there is no file ${backup}` };
  try {
    await makeFolders(dataDir);
    const claim = await claimFolder(dataDir);
    if (!claim.ok) {
      const { pid, host } = claim.holder;
      const message = `an Encrew server (process ${pid} on ${host}) runs with ${dataDir}: stop it first`;
      return { ok: false, because: 'in-use', message };
    }
    try {
      return await restore(dataDir, backup, clock.nowMs());
    } finally {
      await claim.release();
    }
  } catch (error) {
    if (storeFaultOf(error) === null) throw error;
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, because: 'unwritable', message: `${backup} can't be restored to ${dataDir}: ${why}` };
  }
}

async function restore(dataDir: string, backup: string, nowMs: number): Promise<Restored> {
  const partial = partialName(storePath(dataDir), newId());
  try {
    await copyIn(backup, partial);
    const refusal = foldAndCheck(backup, partial);
    if (refusal !== null) return refusal;
    await flushToDisk(partial);
    await rename(partial, restoringPath(dataDir));
    await flushToDisk(dataDir);
  } finally {
    for (const suffix of storeSuffixes) await rm(partial + suffix, { force: true });
  }
  const keptAs = await setAside(storePath(dataDir), nowMs);
  await rename(restoringPath(dataDir), storePath(dataDir));
  await flushToDisk(dataDir);
  return { ok: true, keptAs };
}

async function copyIn(backup: string, partial: string): Promise<void> {
  await copyFile(backup, partial, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  await chmod(partial, 0o600);
  if ((await sizeOf(`${backup}-wal`)) === null) return;
  await copyFile(`${backup}-wal`, `${partial}-wal`, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
}

/** Makes one whole file of the copy, and sees that it is ours and sound. */
function foldAndCheck(backup: string, partial: string): Restored | null {
  const known = new Set(Object.keys(migrations));
  let found = inspectStore(partial, 'whole', known);
  if (found.ok) {
    const sqlite = new Sqlite(partial, { fileMustExist: true });
    try {
      sqlite.pragma('synchronous = FULL');
      sqlite.pragma('journal_mode = DELETE');
    } finally {
      sqlite.close();
    }
    found = inspectStore(partial, 'none', known);
  }
  if (found.ok) return null;
  const { fault, detail } = found;
  switch (fault) {
    case 'damaged':
      return {
        ok: false,
        because: fault,
        message: `${backup} is damaged or no database (${detail}): choose another backup`,
      };
    case 'not-ours':
      return { ok: false, because: fault, message: `${backup} is no database of Encrew (${detail})` };
    case 'newer':
      return {
        ok: false,
        because: fault,
        message: `${backup} was made by a newer Encrew (${detail}): use that version`,
      };
    default:
      return { ok: false, because: 'unwritable', message: `${backup} can't be read: ${detail}` };
  }
}

/** Gives the files of a database another name, all under one: without its `-wal` it would lack its last commits. */
async function setAside(path: string, nowMs: number): Promise<string | null> {
  const stamp = new Date(nowMs).toISOString().replaceAll(/[-:.]/g, '');
  const aside = (await cutOffAside(path)) ?? (await freeName(`${path}.before-restore-${stamp}`));
  let keptAs: string | null = null;
  for (const suffix of storeSuffixes) {
    if ((await sizeOf(path + suffix)) === null) continue;
    await rename(path + suffix, aside + suffix);
    // Nobody misses an index alone.
    if (suffix !== '-shm') keptAs ??= aside;
  }
  await flushToDisk(dirname(path));
  return keptAs;
}

/** Where an earlier restore had brought the database, and not its `-wal` yet, when it was cut off; null where none was. */
async function cutOffAside(path: string): Promise<string | null> {
  if ((await sizeOf(path)) !== null || (await sizeOf(`${path}-wal`)) === null) return null;
  const kept = (await readdir(dirname(path)))
    .filter((name) => name.startsWith(`${basename(path)}.before-restore-`) && !/-(wal|shm)$/.test(name))
    .map((name) => join(dirname(path), name));
  const newest = kept.sort().at(-1);
  return newest === undefined || (await isThere(`${newest}-wal`)) ? null : newest;
}

/** Clocks go back, and what was kept once is never overwritten. */
async function freeName(wanted: string): Promise<string> {
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted}-${n}`;
    const taken = await Promise.all(storeSuffixes.map((suffix) => isThere(name + suffix)));
    if (!taken.includes(true)) return name;
  }
}
