import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStore } from '#main/store/open-store.ts';
import { backupFolder, storePath } from '#main/store/store-files.ts';
import { writeBackup } from '#main/store/write-backup.ts';
import { printOf } from '#tests/helpers/raw-store.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

/** A data folder whose database has some pages; with its last commits in `-wal`, as a crash leaves it. */
async function someData(options: { wal: boolean }): Promise<string> {
  const made = await temporaryFolder();
  const store = await openStore(made);
  const insert = (from: number) =>
    store.db
      .insertInto('cursor')
      .values(Array.from({ length: 500 }, (_, i) => ({ name: `${from + i} ${'x'.repeat(200)}`, value: i })))
      .execute();
  await insert(0);
  store.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  if (options.wal) await insert(500);
  const dataDir = await temporaryFolder();
  for (const suffix of ['', '-wal']) await copyFile(storePath(made) + suffix, storePath(dataDir) + suffix);
  await store.close();
  return dataDir;
}

const pageBytes = 4_096;

async function overwrite(path: string, fromPage: number, bytes: Buffer): Promise<void> {
  const all = await readFile(path);
  bytes.copy(all, fromPage * pageBytes);
  await writeFile(path, all);
}

const damages: Record<string, (path: string) => Promise<void>> = {
  'a page of zeros in the middle': (path) => overwrite(path, 60, Buffer.alloc(pageBytes)),
  'zeros at its beginning': (path) => overwrite(path, 0, Buffer.alloc(40 * pageBytes)),
  'pages of noise in the middle': (path) => overwrite(path, 58, randomBytes(4 * pageBytes)),
  'noise instead of all of it': async (path) => writeFile(path, randomBytes((await readFile(path)).length)),
  'its second half cut off': async (path) => truncate(path, Math.floor((await readFile(path)).length / 2)),
  'all but a few bytes cut off': (path) => truncate(path, 50),
  'nothing in it': (path) => truncate(path, 0),
};

describe.each([{ wal: false }, { wal: true }])('a database, with commits in -wal: $wal,', (options) => {
  test('opens while it is sound', async () => {
    const dataDir = await someData(options);
    const store = await openStore(dataDir);
    const rows = await store.db.selectFrom('cursor').select('value').execute();
    expect(rows).toHaveLength(options.wal ? 1000 : 500);
    await store.close();
  });

  test.each(Object.entries(damages))('with %s is told of and not changed by a byte', async (_, damage) => {
    const dataDir = await someData(options);
    await damage(storePath(dataDir));
    const before = await printOf(storePath(dataDir));
    for (const attempt of [1, 2]) {
      await expect(openStore(dataDir), `attempt ${attempt}`).rejects.toMatchObject({
        name: 'StoreUnusable',
        code: 'damaged',
        message: expect.stringMatching(
          /^the database \S+encrew\.db is damaged \([^\n]+\) and was left as it is: there is no backup in \S+backups; [^\n]+$/,
        ),
      });
    }
    expect(await printOf(storePath(dataDir))).toEqual(before);
    // No backup is made of it either, which would push a good one out.
    const backup = await writeBackup(storePath(dataDir), join(dataDir, 'copy.db'), { overwrite: false });
    expect(backup).toMatchObject({ ok: false, where: 'source' });
    expect((await readdir(dataDir)).filter((name) => !name.startsWith('encrew.db'))).toEqual([]);
    expect(await printOf(storePath(dataDir))).toEqual(before);
  });
});

test('a page that lies whole in -wal is no damage', async () => {
  const dataDir = await someData({ wal: true });
  await overwrite(storePath(dataDir), 0, Buffer.alloc(pageBytes));
  const store = await openStore(dataDir);
  expect(await store.db.selectFrom('cursor').select('value').execute()).toHaveLength(1000);
  await store.close();
});

test('the newest backup is offered, with the command to go back to it', async () => {
  const dataDir = await someData({ wal: false });
  await mkdir(backupFolder(dataDir));
  const backup = join(backupFolder(dataDir), 'encrew-20260102T030405Z.db');
  await writeBackup(storePath(dataDir), backup, { overwrite: false });
  await truncate(storePath(dataDir), 5_000);
  await expect(openStore(dataDir)).rejects.toThrow(`to go back to it: encrew restore ${backup} --data ${dataDir}`);
});
