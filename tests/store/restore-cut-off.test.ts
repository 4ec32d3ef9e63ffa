import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { restoreStore } from '#main/store/restore-store.ts';
import { storePath } from '#main/store/store-files.ts';
import { StoreUnusable } from '#main/store/store-unusable.ts';
import { writeBackup } from '#main/store/write-backup.ts';
import { frozenAfter } from '#tests/helpers/frozen-at-change.ts';
import { handClock } from '#tests/helpers/hand-clock.ts';
import { printOf } from '#tests/helpers/raw-store.ts';
import { dataWith, rowsIn } from '#tests/helpers/store-rows.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

/** `1-10`: the rows that a server would find; null where it would refuse to start. */
async function foundBy(dataDir: string): Promise<string | null> {
  try {
    const rows = await rowsIn(dataDir);
    return `${rows.at(0)}-${rows.at(-1)}`;
  } catch (error) {
    if (error instanceof StoreUnusable && error.code === 'restore-unfinished') return null;
    throw error;
  }
}

test('a restore killed anywhere leaves the one or the other, or says that it is not done, and nothing is lost', async () => {
  const home = await temporaryFolder();
  const backup = join(home, 'backup.db');
  await writeBackup(storePath(await dataWith(10)), backup, { overwrite: false });
  const old = await dataWith(3);
  const oldPrint = await printOf(storePath(old));

  const ends = new Map<string, number>();
  for (let changes = 0; !ends.has('ended, rows 1-10'); changes++) {
    const dead = join(home, String(changes));
    await cp(old, dead, { recursive: true });
    const how = await frozenAfter(changes, () => restoreStore(dead, backup, handClock()));
    // The dead one still holds its folder, as far as this process knows.
    const dataDir = `${dead}-found`;
    await cp(dead, dataDir, { recursive: true });

    const kept = (await readdir(dataDir)).find((name) => name.includes('before-restore'));
    expect(await printOf(join(dataDir, kept ?? 'encrew.db'))).toEqual(oldPrint);
    const found = await foundBy(dataDir);
    expect([null, '1-3', '1-10']).toContain(found);
    const end = `${how}, ${found === null ? 'unfinished' : `rows ${found}`}`;
    ends.set(end, (ends.get(end) ?? 0) + 1);

    expect(await restoreStore(dataDir, backup, handClock(1))).toMatchObject({ ok: true });
    expect(await foundBy(dataDir)).toBe('1-10');
  }
  expect([...ends.keys()]).toEqual(['frozen, rows 1-3', 'frozen, unfinished', 'frozen, rows 1-10', 'ended, rows 1-10']);
});
