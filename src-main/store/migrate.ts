import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Database } from './schema.ts';

/** By name; the names sort in their order. */
export type Migrations = Readonly<Record<string, Migration>>;

/** Brings the schema to its newest version, or to `upTo`, in one transaction: a migration that fails leaves it as it was, and throws. */
export async function migrate(db: Kysely<Database>, migrations: Migrations, upTo?: string): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = upTo === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(upTo);
  if (error !== undefined) throw error instanceof Error ? error : new Error('a migration failed', { cause: error });
}
