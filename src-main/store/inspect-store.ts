import { statSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { type StoreFault, storeFaultOf } from './store-unusable.ts';

/** `PRAGMA application_id` of our databases: `ENCR`. SQLite's documentation, "Database File Format" 1.2.5. */
export const applicationId = 0x45_4e_43_52;

/**
 * `quick` finds pages that are not what they should be; `whole` also compares every index with its table, and reads the
 * full-text index; `none` reads the schema only. On 1 GiB in the page cache: 1.4 s and 10 s.
 */
export type Depth = 'none' | 'quick' | 'whole';

export type Inspected =
  /** Names of the migrations that made it, in their order. */
  { ok: true; migrations: string[] } | { ok: false; fault: StoreFault; detail: string };

/**
 * Looks at a database file through a connection that can't write: neither it nor its `-wal` changes, whatever they hold.
 * (SQLite may make `-shm` and an empty `-wal`.)
 *
 * @param known migrations that this version has; null takes a database of any version
 */
export function inspectStore(path: string, depth: Depth, known: ReadonlySet<string> | null): Inspected {
  try {
    // SQLite takes it for young, and clears away the commits in its `-wal`.
    if (statSync(path).size === 0) return { ok: false, fault: 'damaged', detail: 'the file is empty' };
    const sqlite = new Sqlite(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
    try {
      return look(sqlite, depth, known);
    } finally {
      sqlite.close();
    }
  } catch (error) {
    const fault = storeFaultOf(error);
    if (fault === null) throw error;
    return { ok: false, fault, detail: error instanceof Error ? error.message : String(error) };
  }
}

function look(sqlite: Sqlite.Database, depth: Depth, known: ReadonlySet<string> | null): Inspected {
  const hasMigrations = sqlite.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'kysely_migration'`).get();
  const id = sqlite.pragma('application_id', { simple: true });
  if (id !== applicationId || hasMigrations === undefined)
    return { ok: false, fault: 'not-ours', detail: `its application id is ${String(id)}` };
  const finding = depth === 'none' ? null : findingOf(sqlite, depth);
  if (finding !== null) return { ok: false, fault: 'damaged', detail: oneLineOf(finding) };
  const names = sqlite.prepare('SELECT name FROM kysely_migration ORDER BY name').pluck().all().map(String);
  const unknown = names.filter((name) => known?.has(name) === false);
  if (unknown.length > 0) return { ok: false, fault: 'newer', detail: `it has ${unknown.join(', ')}` };
  return { ok: true, migrations: names };
}

/** What is wrong with it, in SQLite's words; null where nothing is. */
function findingOf(sqlite: Sqlite.Database, depth: 'quick' | 'whole'): string | null {
  const checks =
    depth === 'whole' ? ['integrity_check(1)'] : realTables(sqlite).map((name) => `quick_check("${name}")`);
  for (const check of checks) {
    const finding = String(sqlite.pragma(check, { simple: true }));
    if (finding !== 'ok') return finding;
  }
  return null;
}

/** All but virtual ones, whose own tables are among these: reading a full-text index word by word takes as long as all else. */
function realTables(sqlite: Sqlite.Database): string[] {
  const names = sqlite.prepare(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND type <> 'virtual'`);
  return names.pluck().all().map(String);
}

/** SQLite begins with the name of the database, in stars. */
function oneLineOf(finding: string): string {
  return finding.replace(/^\*\*\*.*\*\*\*\s*/, '').replaceAll(/\s+/g, ' ');
}
