import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openStore } from '#main/store/open-store.ts';
import { backupFolder, restoringPath, storePath } from '#main/store/store-files.ts';
import { StoreUnusable, storeFaultOf } from '#main/store/store-unusable.ts';
import { printOf, withSqlite } from '#tests/helpers/raw-store.ts';
import { canMount, makeReadOnly, smallDisk } from '#tests/helpers/small-disk.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

/** How opening is refused; an Error when it is not. */
async function refusal(dataDir: string): Promise<{ code: string; message: string }> {
  try {
    await (await openStore(dataDir)).close();
  } catch (error) {
    if (error instanceof StoreUnusable) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('it was opened');
}

test('commits are on the disk, keys are kept, and readers never wait for the writer', async () => {
  const store = await openStore(await temporaryFolder());
  const setting = (name: string): unknown => store.sqlite.pragma(name, { simple: true });
  const found = ['journal_mode', 'synchronous', 'foreign_keys', 'auto_vacuum'].map(setting);
  // SQLite's numbers: FULL is 2, INCREMENTAL is 2.
  expect(found).toEqual(['wal', 2, 1, 2]);
  const orphan = store.db
    .insertInto('session')
    .values({ idHash: 'x', userId: 'nobody', createdAtMs: 1, lastUsedAtMs: 1, expiresAtMs: 1, userAgent: null });
  await expect(orphan.execute()).rejects.toThrow('FOREIGN KEY constraint failed');
  await store.close();
});

test('a new data folder holds one file that nobody else may read', async () => {
  const dataDir = join(await temporaryFolder(), 'deep', 'data');
  const store = await openStore(dataDir);
  const modes = async () =>
    Object.fromEntries(
      await Promise.all(
        (await readdir(dataDir)).map(async (name) => [
          name,
          ((await stat(join(dataDir, name))).mode & 0o777).toString(8),
        ]),
      ),
    );
  expect(await modes()).toEqual({ 'encrew.db': '600', 'encrew.db-wal': '600', 'encrew.db-shm': '600' });
  await store.close();
  expect(await modes()).toEqual({ 'encrew.db': '600' });
});

test('several that open a new data folder at once get the same database', async () => {
  const dataDir = await temporaryFolder();
  const stores = await Promise.all([1, 2, 3, 4].map(() => openStore(dataDir)));
  for (const [i, store] of stores.entries())
    await store.db
      .insertInto('cursor')
      .values({ name: String(i), value: i })
      .execute();
  const counts = await Promise.all(
    stores.map(({ db }) =>
      db
        .selectFrom('cursor')
        .select(({ fn }) => fn.countAll().as('n'))
        .executeTakeFirst(),
    ),
  );
  expect(counts).toEqual([{ n: 4 }, { n: 4 }, { n: 4 }, { n: 4 }]);
  for (const store of stores) await store.close();
  expect(await readdir(dataDir)).toEqual(['encrew.db']);
});

test('what is no database of ours is left alone', async () => {
  const dataDir = await temporaryFolder();
  withSqlite(storePath(dataDir), (sqlite) => sqlite.exec('CREATE TABLE shopping (item TEXT)'));
  const before = await printOf(storePath(dataDir));
  expect(await refusal(dataDir)).toEqual({
    code: 'not-ours',
    message: `${storePath(dataDir)} is a database of another program (its application id is 0) and was left as it is: name another --data`,
  });
  expect(await printOf(storePath(dataDir))).toEqual(before);
});

test('changes whose database is gone are kept, and no new one is made over them', async () => {
  const dataDir = await temporaryFolder();
  await writeFile(`${storePath(dataDir)}-wal`, 'the last commits');
  expect(await refusal(dataDir)).toEqual({
    code: 'missing',
    message: `the database ${storePath(dataDir)} is gone, while its last changes still lie in ${storePath(dataDir)}-wal: there is no backup in ${backupFolder(dataDir)}; if you have one elsewhere: encrew restore FILE --data ${dataDir}`,
  });
  expect(await readdir(dataDir)).toEqual(['encrew.db-wal']);
});

test('nothing opens, and nothing new begins, while a restore is under way or was cut off', async () => {
  const dataDir = await temporaryFolder();
  await writeFile(restoringPath(dataDir), 'x');
  expect(await refusal(dataDir)).toMatchObject({ code: 'restore-unfinished' });
  expect(await readdir(dataDir)).toEqual(['encrew.db.restoring']);
});

test.each([
  [new Sqlite.SqliteError('database is locked', 'SQLITE_BUSY'), 'busy'],
  [new Sqlite.SqliteError('disk I/O error', 'SQLITE_IOERR_READ'), 'disk-error'],
  [new Sqlite.SqliteError('disk I/O error', 'SQLITE_IOERR_SHMSIZE'), 'disk-full'],
  [new Sqlite.SqliteError('UNIQUE constraint failed', 'SQLITE_CONSTRAINT_UNIQUE'), null],
  [Object.assign(new Error('EROFS'), { code: 'EROFS' }), 'read-only'],
  [new Error('a bug'), null],
])('%s means %s', (error, fault) => {
  expect(storeFaultOf(error)).toBe(fault);
});

describe.runIf(canMount)('on a disk of its own', () => {
  test('a read-only disk is told of, with a database and without', async () => {
    const disk = await smallDisk(4_000);
    await (await openStore(join(disk, 'data'))).close();
    await makeReadOnly(disk);
    const readOnly = { code: 'read-only', message: expect.stringContaining('make the folder and the file writable') };
    expect(await refusal(join(disk, 'data'))).toEqual(readOnly);
    expect(await refusal(join(disk, 'other'))).toEqual(readOnly);
  });

  test('a full disk is told of at once, and what was written is there when it has room again', async () => {
    const disk = await smallDisk(2_000);
    const store = await openStore(disk);
    await store.db.insertInto('cursor').values({ name: 'kept', value: 1 }).execute();
    await store.close();
    const ballast = join(disk, 'ballast');
    await writeFile(ballast, Buffer.alloc(4_000_000)).catch(() => {});
    expect(await refusal(disk)).toEqual({
      code: 'disk-full',
      message: `the disk with ${storePath(disk)} is full: make room, then start again; nothing was lost`,
    });
    expect(await refusal(join(disk, 'new'))).toMatchObject({ code: 'disk-full' });
    await writeFile(ballast, '');
    const again = await openStore(disk);
    expect(await again.db.selectFrom('cursor').selectAll().execute()).toEqual([{ name: 'kept', value: 1 }]);
    await again.close();
  });
});
