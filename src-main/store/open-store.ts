import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { Kysely } from 'kysely';
import { makeFolders } from '#main/platform/make-folders.ts';
import { createStore } from './create-store.ts';
import { StoreDialect } from './dialect.ts';
import { applicationId, type Depth, inspectStore } from './inspect-store.ts';
import { type Migrations, migrate } from './migrate.ts';
import { migrations as ourMigrations } from './migrations/all.ts';
import type { Database } from './schema.ts';
import { backupFolder, restoringPath, sizeOf, storePath } from './store-files.ts';
import { type StoreFault, StoreUnusable, storeFaultOf, storeUnusable } from './store-unusable.ts';
import { writeBackup } from './write-backup.ts';

export type Store = {
  db: Kysely<Database>;
  /** The connection below Kysely's, for what SQL can't say. */
  sqlite: Sqlite.Database;
  path: string;
  close(): Promise<void>;
};

/**
 * Opens the database of a data folder, made if need be, at the newest schema; one of an earlier version is backed up first.
 * A command beside a running server may open it too: SQLite lets one of them write at a time. Throws StoreUnusable where it
 * can't be used, and what a migration throws; then nothing was changed.
 */
export async function openStore(dataDir: string, migrations: Migrations = ourMigrations): Promise<Store> {
  const path = storePath(dataDir);
  try {
    await makeFolders(dataDir);
    const sizeBytes = await sizeOf(path);
    if ((await sizeOf(restoringPath(dataDir))) !== null) throw await storeUnusable(dataDir, 'restore-unfinished', '');
    if (sizeBytes === null) {
      if (((await sizeOf(`${path}-wal`)) ?? 0) > 0) throw await storeUnusable(dataDir, 'missing', '');
      await createStore(path, migrations);
    } else {
      await examine(dataDir, sizeBytes, migrations);
    }
    return await connect(path, migrations);
  } catch (error) {
    if (error instanceof StoreUnusable) throw error;
    const fault: StoreFault | null = storeFaultOf(error);
    if (fault === null) throw error;
    throw await storeUnusable(dataDir, fault, error instanceof Error ? error.message : String(error), error);
  }
}

/** How long one process waits for another's write. */
const busyTimeoutMs = 5_000;

/**
 * A database up to this size is checked page by page at each start: 0.7 s when it is in memory, as after a kill. A
 * larger one could cost more than the 3 s in which a server has to be back; there the daily backup, which checks it
 * too, is who finds the damage.
 */
const checkedAtOpenBytes = 512 * 2 ** 20;

/** What `-wal` keeps of the disk after a busy hour. */
const largestIdleWalBytes = 64 * 2 ** 20;

/** Before anything could write: closing a writing connection would bring `-wal` into a damaged file. */
async function examine(dataDir: string, sizeBytes: number, migrations: Migrations): Promise<void> {
  const path = storePath(dataDir);
  const depth: Depth = sizeBytes <= checkedAtOpenBytes ? 'quick' : 'none';
  const found = inspectStore(path, depth, new Set(Object.keys(migrations)));
  if (!found.ok) throw await storeUnusable(dataDir, found.fault, found.detail);
  const [first] = Object.keys(migrations)
    .toSorted()
    .filter((name) => !found.migrations.includes(name));
  if (first === undefined) return;
  await makeFolders(backupFolder(dataDir));
  const target = join(backupFolder(dataDir), `encrew-before-${first}.db`);
  const backup = await writeBackup(path, target, { overwrite: true });
  if (backup.ok) return;
  const fault = backup.fault === 'exists' || backup.fault === 'no-folder' ? 'read-only' : backup.fault;
  throw await storeUnusable(dataDir, fault, `no backup before the change of version: ${backup.detail}`);
}

async function connect(path: string, migrations: Migrations): Promise<Store> {
  const sqlite = new Sqlite(path, { fileMustExist: true, timeout: busyTimeoutMs });
  try {
    sqlite.pragma('journal_mode = WAL');
    // A job that was answered with 201 outlives a power cut; SQLite's NORMAL could lose the last commits of a WAL.
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('foreign_keys = ON');
    sqlite.pragma(`journal_size_limit = ${largestIdleWalBytes}`);
    // Writes what is there already: a disk that is full or read-only shows now, and not with the first job.
    sqlite.pragma(`application_id = ${applicationId}`);
    const db = new Kysely<Database>({ dialect: new StoreDialect(sqlite) });
    await migrate(db, migrations);
    return { db, sqlite, path, close: () => db.destroy() };
  } catch (error) {
    sqlite.close();
    throw error;
  }
}
