import { copyFile, readdir, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { claimFolder } from '#main/platform/folder-claim.ts';
import { openStore } from '#main/store/open-store.ts';
import { restoreStore } from '#main/store/restore-store.ts';
import { restoringPath, storePath } from '#main/store/store-files.ts';
import { writeBackup } from '#main/store/write-backup.ts';
import { handClock } from '#tests/helpers/hand-clock.ts';
import { printOf, withSqlite } from '#tests/helpers/raw-store.ts';
import { dataWith, rowsIn } from '#tests/helpers/store-rows.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

const clock = handClock(Date.UTC(2026, 0, 2, 3, 4, 5, 6));
const asideName = 'encrew.db.before-restore-20260102T030405006Z';

async function backupOf(dataDir: string): Promise<string> {
  const backup = join(await temporaryFolder(), 'backup.db');
  expect(await writeBackup(storePath(dataDir), backup, { overwrite: false })).toMatchObject({ ok: true });
  return backup;
}

/** The files of a data folder as a crash of its server leaves them: the last commits are in `-wal` only. */
async function crashed(rows: number, writer: string): Promise<string> {
  const [running, dataDir] = [await dataWith(rows), await temporaryFolder()];
  const store = await openStore(running);
  const [first, second] = ['first', 'second'].map((half) => ({ name: `${writer} 1 ${half}`, value: 1 }));
  if (first !== undefined && second !== undefined)
    await store.db.insertInto('cursor').values([first, second]).execute();
  for (const suffix of ['', '-wal', '-shm']) await copyFile(storePath(running) + suffix, storePath(dataDir) + suffix);
  await store.close();
  return dataDir;
}

test('a restore brings back what was, and keeps what is with its last commits', async () => {
  const backup = await backupOf(await dataWith(10));
  const dataDir = await crashed(3, 'later');
  const [present, backupPrint] = [await printOf(storePath(dataDir)), await printOf(backup)];
  expect(present).not.toContain(null);

  const keptAs = join(dataDir, asideName);
  expect(await restoreStore(dataDir, backup, clock)).toEqual({ ok: true, keptAs });
  expect(await printOf(keptAs)).toEqual(present);
  expect(await readdir(dataDir)).toEqual(['encrew.db', asideName, `${asideName}-shm`, `${asideName}-wal`]);
  expect(await rowsIn(dataDir)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(await rowsIn(dataDir, 'later')).toEqual([]);
  expect(await printOf(backup)).toEqual(backupPrint);

  // And back again from the files that were kept; they stay, and so does the other database at the same moment.
  expect(await restoreStore(dataDir, keptAs, clock)).toEqual({ ok: true, keptAs: `${keptAs}-2` });
  expect(await rowsIn(dataDir)).toEqual([1, 2, 3]);
  expect(await rowsIn(dataDir, 'later')).toEqual([1]);
  expect(await printOf(keptAs)).toEqual(present);
});

test('a damaged database is kept too, and an empty folder gets its first', async () => {
  const backup = await backupOf(await dataWith(2));
  const dataDir = await dataWith(2);
  await truncate(storePath(dataDir), 0);
  expect(await restoreStore(dataDir, backup, clock)).toEqual({ ok: true, keptAs: join(dataDir, asideName) });
  expect(await readFile(join(dataDir, asideName), 'utf8')).toBe('');
  const folder = join(await temporaryFolder(), 'new');
  expect(await restoreStore(folder, backup, clock)).toEqual({ ok: true, keptAs: null });
  expect([await rowsIn(dataDir), await rowsIn(folder)]).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test('while a server has the folder nothing is restored', async () => {
  const dataDir = await dataWith(2);
  const backup = await backupOf(await dataWith(3));
  const server = await claimFolder(dataDir);
  const refused = await restoreStore(dataDir, backup, clock);
  if (server.ok) await server.release();
  expect(refused).toMatchObject({ ok: false, because: 'in-use', message: expect.stringContaining('stop it first') });
  expect([await readdir(dataDir), await rowsIn(dataDir)]).toEqual([['encrew.db'], [1, 2]]);
});

test.each([
  ['a file that is no database', 'damaged', async (path: string) => writeFile(path, 'x'.repeat(9_000))],
  ['an empty file', 'damaged', async (path: string) => writeFile(path, '')],
  ['half of a backup', 'damaged', async (path: string) => truncate(path, 30_000)],
  ['no file', 'no-backup', async (path: string) => rename(path, `${path}.gone`)],
  [
    'a database of another program',
    'not-ours',
    async (path: string) => withSqlite(path, (sqlite) => sqlite.pragma('application_id = 7')),
  ],
  [
    'a backup of a later version',
    'newer',
    async (path: string) =>
      withSqlite(path, (sqlite) => sqlite.exec(`INSERT INTO kysely_migration VALUES ('0999-later', 'then')`)),
  ],
])('%s is refused before anything is touched', async (_, because, spoil) => {
  const dataDir = await crashed(2, 'later');
  const backup = await backupOf(await dataWith(3));
  await spoil(backup);
  const [present, backupPrint] = [await printOf(storePath(dataDir)), await printOf(backup)];
  expect(await restoreStore(dataDir, backup, clock)).toMatchObject({ ok: false, because });
  expect(await printOf(storePath(dataDir))).toEqual(present);
  expect(await printOf(backup)).toEqual(backupPrint);
  expect(await readdir(dataDir)).toEqual(['encrew.db', 'encrew.db-shm', 'encrew.db-wal']);
});

/** Moves that a restore makes once its copy is checked, in order; a power cut may come after each. */
const moves = ['', '-wal', '-shm'].map((suffix) => [`encrew.db${suffix}`, `${asideName}${suffix}`] as const);

test.each([0, 1, 2, 3])(
  'cut off after %i moves it leaves nothing that opens by mistake, and can be done again',
  async (cut) => {
    const dataDir = await crashed(3, 'later');
    const backup = await backupOf(await dataWith(10));
    const present = await printOf(storePath(dataDir));
    await copyFile(backup, restoringPath(dataDir));
    for (const [from, to] of moves.slice(0, cut)) await rename(join(dataDir, from), join(dataDir, to));

    await expect(openStore(dataDir)).rejects.toMatchObject({ code: 'restore-unfinished' });
    const again = await restoreStore(dataDir, backup, clock);
    expect(await rowsIn(dataDir)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect((await readdir(dataDir)).filter((name) => name.startsWith(basename(restoringPath(dataDir))))).toEqual([]);
    // What was kept is whole, in one place, whoever moved what.
    expect(await printOf(join(dataDir, asideName))).toEqual(present);
    expect(again).toMatchObject({ ok: true });
  },
);
