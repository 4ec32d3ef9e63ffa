import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { makeFolders } from '#main/platform/make-folders.ts';
import { StoreDialect } from './dialect.ts';
import { migrations } from './migrations/all.ts';
import type { Database } from './schema.ts';

export type Store = {
  db: Kysely<Database>;
  /** The connection below Kysely's, for what SQL can't say (backup). */
  sqlite: Sqlite.Database;
  path: string;
  close(): Promise<void>;
};

/** `{data}/encrew.db`. */
export function storePath(dataDir: string): string {
  return join(dataDir, 'encrew.db');
}

/**
 * Opens the database of a data folder, made if need be, at the newest schema. A command beside a running server may open it
 * too: SQLite lets one of them write at a time. Throws what SQLite or a migration says; then nothing was changed.
 */
export async function openStore(dataDir: string): Promise<Store> {
  await makeFolders(dataDir);
  const path = storePath(dataDir);
  const sqlite = new Sqlite(path, { timeout: busyTimeoutMs });
  try {
    sqlite.pragma('journal_mode = WAL');
    // A job that was answered with 201 outlives a power cut; SQLite's NORMAL could lose the last commits of a WAL.
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('foreign_keys = ON');
    const db = new Kysely<Database>({ dialect: new StoreDialect({ database: sqlite }) });
    await migrate(db);
    return { db, sqlite, path, close: () => db.destroy() };
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/** How long one process waits for another's write. */
const busyTimeoutMs = 5_000;

/** Brings the schema to its newest version, or leaves it as it is. */
export async function migrate(db: Kysely<Database>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
