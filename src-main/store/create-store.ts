import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { Kysely } from 'kysely';
import { codeOf } from '#main/platform/error-code.ts';
import { flushToDisk } from '#main/platform/flush.ts';
import { newId } from '#main/platform/ids.ts';
import { linkFile } from '#main/platform/place-file.ts';
import { StoreDialect } from './dialect.ts';
import { applicationId } from './inspect-store.ts';
import { type Migrations, migrate } from './migrate.ts';
import type { Database } from './schema.ts';
import { partialName, storeSuffixes } from './store-files.ts';

/**
 * Makes a database under another name and gives it its own once it is whole, so that an empty or half-made file under that
 * name is damage and never just young. Where somebody else was faster, theirs stays.
 */
export async function createStore(path: string, migrations: Migrations): Promise<void> {
  const partial = partialName(path, newId());
  try {
    await makeAt(partial, migrations);
    // Where a file has one name only, what SQLite does in one transaction has to do.
    if (!(await takeName(partial, path))) await makeAt(path, migrations);
    await flushToDisk(dirname(path));
  } finally {
    for (const suffix of [...storeSuffixes, '-journal']) await rm(partial + suffix, { force: true });
  }
}

async function makeAt(path: string, migrations: Migrations): Promise<void> {
  // Password hashes are in it: nobody else reads it, nor what SQLite makes beside it with the same rights.
  const file = await open(path, 'a', 0o600);
  await file.close();
  const sqlite = new Sqlite(path, { timeout: 5_000 });
  try {
    // Freed pages can be given back to the disk later; this can be chosen before the first table only.
    sqlite.pragma('auto_vacuum = INCREMENTAL');
    sqlite.pragma(`application_id = ${applicationId}`);
    sqlite.pragma('synchronous = FULL');
    await migrate(new Kysely<Database>({ dialect: new StoreDialect(sqlite) }), migrations);
  } finally {
    sqlite.close();
  }
  await flushToDisk(path);
}

async function takeName(partial: string, path: string): Promise<boolean> {
  try {
    return await linkFile(partial, path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return true;
    throw error;
  }
}
