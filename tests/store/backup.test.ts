import { link, mkdir, readdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '#main/store/open-store.ts';
import { storePath } from '#main/store/store-files.ts';
import { writeBackup } from '#main/store/write-backup.ts';
import { printOf, withSqlite } from '#tests/helpers/raw-store.ts';
import { canMount, smallDisk } from '#tests/helpers/small-disk.ts';
import { dataWith } from '#tests/helpers/store-rows.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

const kept = { overwrite: false };
const replaced = { overwrite: true };

test('a backup is one file with all that was committed, for its owner only', async () => {
  const [dataDir, home] = [await dataWith(20), await temporaryFolder()];
  const target = join(home, 'backup.db');
  const store = await openStore(dataDir);
  await store.db.insertInto('cursor').values({ name: 'only in -wal', value: 1 }).execute();
  const written = await writeBackup(store.path, target, kept);
  await store.close();
  const found = await stat(target);
  expect(written).toEqual({ ok: true, sizeBytes: found.size });
  expect(found.mode & 0o777).toBe(0o600);
  expect(await readdir(home)).toEqual(['backup.db']);
  const facts = withSqlite(target, (sqlite) => [
    sqlite.pragma('journal_mode', { simple: true }),
    sqlite.pragma('auto_vacuum', { simple: true }),
    sqlite.prepare('SELECT count(*) FROM cursor').pluck().get(),
  ]);
  expect(facts).toEqual(['delete', 2, 41]);
});

test('what has the name already stays, unless it is a file that may be replaced', async () => {
  const [dataDir, home] = [await dataWith(3), await temporaryFolder()];
  const target = join(home, 'mine.txt');
  const exists = { ok: false, where: 'target', fault: 'exists', detail: `${target} is there already` };
  await writeFile(target, 'my notes');
  expect(await writeBackup(storePath(dataDir), target, kept)).toEqual(exists);
  expect(await readFile(target, 'utf8')).toBe('my notes');
  expect(await writeBackup(storePath(dataDir), target, replaced)).toMatchObject({ ok: true });
  expect(withSqlite(target, (sqlite) => sqlite.prepare('SELECT count(*) FROM cursor').pluck().get())).toBe(6);

  await mkdir(join(home, 'folder'));
  await symlink(target, join(home, 'link'));
  for (const name of ['folder', 'link'])
    expect(await writeBackup(storePath(dataDir), join(home, name), replaced)).toMatchObject({ fault: 'exists' });
});

test('the database itself is never the target, by whatever name', async () => {
  const dataDir = await dataWith(3);
  const store = await openStore(dataDir);
  await store.db.insertInto('cursor').values({ name: 'x', value: 1 }).execute();
  await link(store.path, join(dataDir, 'same.db'));
  for (const own of ['encrew.db', 'same.db', 'encrew.db-wal', 'encrew.db-shm'])
    expect(await writeBackup(store.path, join(dataDir, own), replaced)).toMatchObject({ ok: false, fault: 'exists' });
  expect(await store.db.selectFrom('cursor').select('name').where('name', '=', 'x').execute()).toEqual([{ name: 'x' }]);
  await store.close();
});

test('no database and no folder is made for a backup', async () => {
  const [empty, dataDir] = [await temporaryFolder(), await dataWith(1)];
  expect(await writeBackup(storePath(empty), join(empty, 'b.db'), kept)).toEqual({
    ok: false,
    where: 'source',
    fault: 'missing',
    detail: `there is no database ${storePath(empty)}`,
  });
  expect(await writeBackup(storePath(dataDir), join(empty, 'no', 'b.db'), kept)).toMatchObject({ fault: 'no-folder' });
  expect(await readdir(empty)).toEqual([]);
});

test('of a damaged database no backup is made, and a good one stays', async () => {
  const [dataDir, home] = [await dataWith(50), await temporaryFolder()];
  const target = join(home, 'b.db');
  await writeBackup(storePath(dataDir), target, kept);
  const good = await printOf(target);
  await truncate(storePath(dataDir), 9_000);
  expect(await writeBackup(storePath(dataDir), target, replaced)).toMatchObject({ where: 'source', fault: 'damaged' });
  expect([await readdir(home), await printOf(target)]).toEqual([['b.db'], good]);
});

test.runIf(canMount)('a disk without room for a backup is left with nothing on it', async () => {
  const [dataDir, disk] = [await dataWith(2_000), await smallDisk(100)];
  const written = await writeBackup(storePath(dataDir), join(disk, 'b.db'), kept);
  expect(written).toMatchObject({ ok: false, where: 'target', fault: 'disk-full' });
  expect(await readdir(disk)).toEqual([]);
});
