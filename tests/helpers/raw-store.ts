import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import Sqlite from 'better-sqlite3';
import { storeSuffixes } from '#main/store/store-files.ts';

/** Works on a database file below all that Encrew does with it. */
export function withSqlite<T>(path: string, work: (sqlite: Sqlite.Database) => T): T {
  const sqlite = new Sqlite(path, { timeout: 5_000 });
  try {
    return work(sqlite);
  } finally {
    sqlite.close();
  }
}

/** The schema as SQL that makes it again: settings that a file keeps, tables, indices, and which migrations were done. */
export function dumpSchema(path: string): string {
  return withSqlite(path, (sqlite) => {
    const setting = (name: string) => `PRAGMA ${name} = ${String(sqlite.pragma(name, { simple: true }))};`;
    const tables = sqlite
      .prepare(
        `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
           AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')
         ORDER BY type = 'table' DESC, CASE type WHEN 'table' THEN rowid END, name`,
      )
      .pluck()
      .all();
    const done = sqlite.prepare('SELECT name FROM kysely_migration ORDER BY name').pluck().all();
    return `${[
      setting('auto_vacuum'),
      setting('application_id'),
      ...tables.map((sql) => `${String(sql)};`),
      ...done.map((name) => `INSERT INTO kysely_migration VALUES ('${String(name)}', '2026-01-01T00:00:00.000Z');`),
      `INSERT INTO kysely_migration_lock VALUES ('migration_lock', 0);`,
    ].join('\n')}\n`;
  });
}

/** `sha256` of the database and of its `-wal`; null for what is not there, or holds nothing. Only where this process has it not open. */
export async function printOf(path: string): Promise<(string | null)[]> {
  const files = storeSuffixes.filter((suffix) => suffix !== '-shm').map((suffix) => path + suffix);
  return Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(file).catch(() => null);
      return bytes === null || bytes.length === 0 ? null : createHash('sha256').update(bytes).digest('hex');
    }),
  );
}
