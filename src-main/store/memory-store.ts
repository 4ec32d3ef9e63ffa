import Sqlite from 'better-sqlite3';
import { Kysely } from 'kysely';
import { StoreDialect } from './dialect.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/all.ts';
import type { Store } from './open-store.ts';
import type { Database } from './schema.ts';

/**
 * A database of this process alone, which ends with it: nothing of it is ever on a disk, so a full one can't stop it from
 * writing down that the disk is full, and a kill leaves nothing behind.
 */
export async function openMemoryStore(): Promise<Pick<Store, 'db' | 'close'>> {
  const sqlite = new Sqlite(':memory:');
  try {
    sqlite.pragma('foreign_keys = ON');
    const db = new Kysely<Database>({ dialect: new StoreDialect(sqlite) });
    await migrate(db, migrations);
    return { db, close: () => db.destroy() };
  } catch (error) {
    sqlite.close();
    throw error;
  }
}
