import { readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { silentLogger } from '#main/platform/logger.ts';
import { backUpDaily } from '#main/store/daily-backup.ts';
import { housekeeping } from '#main/store/housekeeping.ts';
import { inspectStore } from '#main/store/inspect-store.ts';
import { openStore } from '#main/store/open-store.ts';
import { backupFolder, storePath } from '#main/store/store-files.ts';
import { handClock } from '#tests/helpers/hand-clock.ts';
import { withSqlite } from '#tests/helpers/raw-store.ts';
import { canMount, smallDisk } from '#tests/helpers/small-disk.ts';
import { dataWith } from '#tests/helpers/store-rows.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';

const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const hourMs = 3_600_000;
const { signal } = new AbortController();

const backups = async (dataDir: string) => {
  const names: string[] = await readdir(backupFolder(dataDir)).catch(() => []);
  return names.sort();
};

describe('the daily backup', () => {
  test('is made once a day beside a running server, and the oldest of too many goes', async () => {
    const [dataDir, clock] = [await dataWith(5), handClock(startMs)];
    const store = await openStore(dataDir);
    const made = await backUpDaily({ dataDir, clock, signal, keep: 2 });
    expect(made).toMatchObject({ made: true, path: join(backupFolder(dataDir), 'encrew-20260102T030405Z.db') });
    expect(made.made && inspectStore(made.path, 'whole', null)).toMatchObject({ ok: true });
    clock.advance(23 * hourMs);
    expect(await backUpDaily({ dataDir, clock, signal, keep: 2 })).toEqual({ made: false, because: 'not-due' });

    // Somebody's own files stay, whatever their age.
    await writeFile(join(backupFolder(dataDir), 'encrew-before-the-big-change.db'), 'x');
    for (let day = 0; day < 2; day++) {
      clock.advance(24 * hourMs);
      expect(await backUpDaily({ dataDir, clock, signal, keep: 2 })).toMatchObject({ made: true });
    }
    expect(await backups(dataDir)).toEqual([
      'encrew-20260104T020405Z.db',
      'encrew-20260105T020405Z.db',
      'encrew-before-the-big-change.db',
    ]);
    await store.close();
  });

  test('of a damaged database is none, and the good ones stay', async () => {
    const [dataDir, clock] = [await dataWith(50), handClock(startMs)];
    await backUpDaily({ dataDir, clock, signal, keep: 1 });
    await truncate(storePath(dataDir), 9_000);
    clock.advance(25 * hourMs);
    expect(await backUpDaily({ dataDir, clock, signal, keep: 1 })).toMatchObject({
      made: false,
      because: 'failed',
      where: 'source',
      fault: 'damaged',
    });
    expect(await backups(dataDir)).toEqual(['encrew-20260102T030405Z.db']);
  });

  test('that was made while the clock stood in the future keeps no other from being made', async () => {
    const [dataDir, clock] = [await dataWith(1), handClock(startMs)];
    await backUpDaily({ dataDir, clock: handClock(Date.UTC(2099, 0, 1)), signal });
    expect(await backUpDaily({ dataDir, clock, signal })).toMatchObject({ made: true });
    expect(await backups(dataDir)).toEqual(['encrew-20260102T030405Z.db', 'encrew-20990101T000000Z.db']);
  });

  test('that is called off leaves nothing', async () => {
    const [dataDir, clock, stopping] = [await dataWith(1), handClock(startMs), new AbortController()];
    const making = backUpDaily({ dataDir, clock, signal: stopping.signal });
    stopping.abort();
    expect(await making).toEqual({ made: false, because: 'stopped' });
    expect(await backups(dataDir)).toEqual([]);
  });

  test('that is called off while it is being made leaves nothing either', async () => {
    const [dataDir, clock, stopping] = [await dataWith(1), handClock(startMs), new AbortController()];
    // Large enough to be caught at it.
    withSqlite(storePath(dataDir), (sqlite) =>
      sqlite.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 15000)
                   INSERT INTO cursor SELECT hex(randomblob(1000)), i FROM n`),
    );
    const making = backUpDaily({ dataDir, clock, signal: stopping.signal });
    await waitUntil('the backup is being written', async () => (await backups(dataDir)).length > 0);
    stopping.abort();
    expect(await making).toEqual({ made: false, because: 'stopped' });
    expect(await backups(dataDir)).toEqual([]);
  });

  test('begins a minute after the server, and no turn of its housekeeping waits for it', async () => {
    const [dataDir, clock] = [await dataWith(5), handClock(startMs)];
    const store = await openStore(dataDir);
    const keeping = housekeeping({ store, clock, log: silentLogger });
    await keeping.turn(signal);
    clock.advance(59_999);
    await keeping.turn(signal);
    expect(await backups(dataDir)).toEqual([]);
    clock.advance(1);
    await keeping.turn(signal);
    expect(keeping.lastBackup()).toBeNull();
    await waitUntil('the backup is made', () => keeping.lastBackup() !== null);
    expect(keeping.lastBackup()).toMatchObject({ made: true });
    const madeAtMs = clock.nowMs();
    clock.advance(3 * hourMs);
    await keeping.turn(signal);
    expect(keeping.lastBackupAtMs()).toBe(madeAtMs);
    // A server that has just begun knows it too.
    const next = housekeeping({ store, clock, log: silentLogger });
    await next.turn(signal);
    expect(next.lastBackupAtMs()).toBe(madeAtMs);
    await next.stop();
    expect(await backups(dataDir)).toEqual(['encrew-20260102T030505Z.db']);
    await keeping.stop();
    await store.close();
  });

  test.runIf(canMount)('never takes the last room on the disk', async () => {
    const [disk, clock] = [await smallDisk(1_500), handClock(startMs)];
    const store = await openStore(disk);
    await writeFile(join(disk, 'films'), Buffer.alloc(500_000));
    expect(await backUpDaily({ dataDir: disk, clock, signal })).toMatchObject({
      because: 'failed',
      fault: 'disk-full',
    });
    expect(await backups(disk)).toEqual([]);
    await store.close();
  });
});
