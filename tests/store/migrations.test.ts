import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Migration } from 'kysely/migration';
import { describe, expect, test } from 'vitest';
import { createStore } from '#main/store/create-store.ts';
import type { Migrations } from '#main/store/migrate.ts';
import { migrations } from '#main/store/migrations/all.ts';
import { openStore } from '#main/store/open-store.ts';
import { backupFolder, storePath } from '#main/store/store-files.ts';
import { dumpSchema, printOf, withSqlite } from '#tests/helpers/raw-store.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

/*
 * A dump of each version's schema is kept in tests/fixtures/store. The newest one may change until it is shipped
 * (`npx vitest run tests/store/migrations.test.ts -u`); an older one never does.
 */
const versions = Object.keys(migrations).toSorted();
const dumpOf = (version: string) => join(import.meta.dirname, `../fixtures/store/schema-${version.slice(0, 4)}.sql`);

/** The migrations that a version had. */
function until(version: string): Migrations {
  return Object.fromEntries(Object.entries(migrations).filter(([name]) => name <= version));
}

/** What a version's users have: rows in tables that stay for ever. */
const rows = `
  INSERT INTO profileSnapshot VALUES ('hash', '{}');
  INSERT INTO cursor VALUES ('webhooks', 7);
  INSERT INTO user VALUES ('u', 'Ada', 'admin', 'x', 1, 1, NULL);
  INSERT INTO session VALUES ('s', 'u', 1, 1, 2, NULL);`;
const rowsIn = (path: string) =>
  withSqlite(path, (sqlite) => [
    sqlite.prepare('SELECT hash FROM profileSnapshot').pluck().all(),
    sqlite.prepare('SELECT value FROM cursor').pluck().all(),
    sqlite.prepare('SELECT user.name FROM user JOIN session ON userId = user.id').pluck().all(),
  ]);

describe.each(versions)('version %s', (version) => {
  test('made from nothing it is what its dump says', async () => {
    const path = join(await temporaryFolder(), 'encrew.db');
    await createStore(path, until(version));
    await expect(dumpSchema(path)).toMatchFileSnapshot(dumpOf(version));
  });

  test('a database of it opens at the newest version, with every row', async () => {
    const dataDir = await temporaryFolder();
    const dump = await readFile(dumpOf(version), 'utf8');
    withSqlite(storePath(dataDir), (sqlite) => sqlite.exec(dump + rows));
    const store = await openStore(dataDir);
    await store.close();
    expect(dumpSchema(storePath(dataDir))).toBe(await readFile(dumpOf(versions.at(-1) ?? ''), 'utf8'));
    expect(rowsIn(storePath(dataDir))).toEqual([['hash'], [7], ['Ada']]);
  });
});

test('a new database is what migrating version by version makes', async () => {
  const dataDir = await temporaryFolder();
  for (const version of versions) await (await openStore(dataDir, until(version))).close();
  expect(dumpSchema(storePath(dataDir))).toBe(await readFile(dumpOf(versions.at(-1) ?? ''), 'utf8'));
});

const later: Migration = {
  up: async (db) => {
    await db.schema.createTable('later').addColumn('id', 'text').execute();
    await db.deleteFrom('cursor').execute();
  },
};
const failing: Migration = {
  up: async (db) => {
    await db.schema.dropTable('session').execute();
    throw new Error('no such luck');
  },
};

test('a migration that fails leaves the database as it was, and a backup of it', async () => {
  const dataDir = await temporaryFolder();
  await (await openStore(dataDir)).close();
  withSqlite(storePath(dataDir), (sqlite) => sqlite.exec(rows));
  const before = dumpSchema(storePath(dataDir));
  await expect(openStore(dataDir, { ...migrations, '0998-later': later, '0999-failing': failing })).rejects.toThrow(
    'no such luck',
  );
  expect(dumpSchema(storePath(dataDir))).toBe(before);
  expect(rowsIn(storePath(dataDir))).toEqual([['hash'], [7], ['Ada']]);
  const backup = join(backupFolder(dataDir), 'encrew-before-0998-later.db');
  expect(dumpSchema(backup)).toBe(before);
  expect(rowsIn(backup)).toEqual([['hash'], [7], ['Ada']]);
  await (await openStore(dataDir)).close();
});

test('a database of a later version is left alone, and told of with the backup from before', async () => {
  const dataDir = await temporaryFolder();
  await (await openStore(dataDir)).close();
  await (await openStore(dataDir, { ...migrations, '0998-later': later })).close();
  const before = await printOf(storePath(dataDir));
  await expect(openStore(dataDir)).rejects.toMatchObject({
    code: 'newer',
    message: expect.stringMatching(
      /^the database \S+encrew\.db was made by a newer Encrew \(it has 0998-later\): start that version, or go back: .* encrew restore \S+\/encrew-before-0998-later\.db --data \S+$/,
    ),
  });
  expect(await printOf(storePath(dataDir))).toEqual(before);
});
