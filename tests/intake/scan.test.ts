import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openScan } from '#main/intake/scan.ts';
import { findWatchFolder } from '#main/store/watch-folders.ts';
import { canMount, smallDisk } from '#tests/helpers/small-disk.ts';
import { type WatchBench, watchBench } from '#tests/helpers/watch-bench.ts';

test('a scan that was stopped goes on where it was, in a new life of the server', async () => {
  const bench = await watchBench();
  const names = Array.from({ length: 300 }, (_, i) => `f${String(i).padStart(3, '0')}.mkv`);
  await Promise.all(names.map((name) => writeFile(join(bench.root, name), name)));
  await bench.watch();
  const stopped = await scanOf(bench, 100);
  expect(await stopped.step(never)).toBe('more');
  const half = await findWatchFolder(bench.store.db, 'w1');
  expect(half).toMatchObject({ scanWanted: false, scanFinishedAtMs: null });
  expect(half?.scanFiles).toBeGreaterThanOrEqual(100);
  expect(half?.scanFiles).toBeLessThan(300);
  // What lies before the place where it stopped is not looked at again.
  await rm(join(bench.root, 'f000.mkv'));
  const resumed = await scanOf(bench, 100);
  while ((await resumed.step(never)) === 'more');
  expect((await bench.states()).length).toBe(300);
  expect(await findWatchFolder(bench.store.db, 'w1')).toMatchObject({ scanCursor: null, scanFiles: 300 });
  const next = await scanOf(bench, 1000);
  expect(await next.step(never)).toBe('done');
  expect((await bench.states()).filter((state) => state.endsWith('missing'))).toEqual(['f000.mkv: missing']);
});

test('a scan in which nothing changed writes no row', async () => {
  const bench = await watchBench();
  for (const name of ['a.mkv', 'b/c.mkv', 'd.mkv']) await bench.put(name);
  await bench.watch();
  await (await scanOf(bench, 2)).step(never);
  await bench.settle();
  const rows = () => bench.store.db.selectFrom('knownFile').selectAll().orderBy('path').execute();
  const before = await rows();
  bench.clock.advance(1000);
  const scan = await scanOf(bench, 2);
  while ((await scan.step(never)) === 'more');
  expect(await rows()).toEqual(before);
});

test('more missing files than a step holds are all found missing', async () => {
  const bench = await watchBench();
  const names = Array.from({ length: 2300 }, (_, i) => `f${String(i).padStart(4, '0')}.mkv`);
  for (const name of ['a.mkv', 'z.mkv']) await bench.put(name);
  await bench.watch();
  await bench.store.db.transaction().execute(async (trx) => {
    for (const path of names) {
      const row = { watchFolderId: 'w1', path, sizeBytes: 1, modifiedMs: 1, state: 'done', isCopy: 0, seenAtMs: 1 };
      await trx.insertInto('knownFile').values(row).execute();
    }
  });
  const scan = await scanOf(bench, 1);
  while ((await scan.step(never)) === 'more');
  const states = await bench.states();
  expect(states.filter((state) => state.endsWith(': missing')).length).toBe(2300);
  expect([states.at(0), states.at(-1)]).toEqual(['a.mkv: growing', 'z.mkv: growing']);
});

test('a watch folder that is not there is offline, keeps what it knew, and comes back by itself', async () => {
  const bench = await watchBench();
  await bench.put('film.mkv');
  await bench.watch();
  await bench.settle();
  const away = join(bench.folder, 'away');
  await rename(bench.root, away);
  await bench.settle();
  const root = () => findWatchFolder(bench.store.db, 'w1');
  expect(await root()).toMatchObject({ rootState: 'offline', rootNote: `${bench.root} is not there` });
  expect(await bench.states()).toEqual(['film.mkv: added job-1']);
  await writeFile(bench.root, 'a file');
  await bench.turn();
  expect(await root()).toMatchObject({ rootState: 'offline', rootNote: `${bench.root} is not a folder any more` });
  await rm(bench.root);
  await rename(away, bench.root);
  await bench.put('new.mkv');
  await bench.turn();
  expect(await root()).toMatchObject({ rootState: 'online', rootNote: null });
  expect(await bench.states()).toEqual(['film.mkv: added job-1', 'new.mkv: growing']);
});

test('a folder that somebody emptied is not offline: its films are missing', async () => {
  const bench = await watchBench();
  await bench.put('film.mkv');
  await bench.watch();
  await bench.settle();
  await rm(join(bench.root, 'film.mkv'));
  await bench.settle();
  expect(await findWatchFolder(bench.store.db, 'w1')).toMatchObject({ rootState: 'online' });
  expect(await bench.states()).toEqual(['film.mkv: missing job-1']);
});

test.runIf(canMount)('a disk that is not mounted is offline, though its empty folder is there', async () => {
  const bench = await watchBench();
  const disk = await smallDisk(256);
  await writeFile(join(disk, 'film.mkv'), 'a film');
  // Its bare mount point: an empty folder of another disk.
  const bare = join(bench.folder, 'bare');
  await mkdir(bare);
  await bench.watch({ path: disk });
  await bench.settle();
  expect(await bench.states()).toEqual(['film.mkv: added job-1']);
  await bench.store.db.updateTable('watchFolder').set({ path: bare, updatedAtMs: 1 }).execute();
  await bench.settle();
  expect(await findWatchFolder(bench.store.db, 'w1')).toMatchObject({ rootState: 'offline' });
  expect(await bench.states()).toEqual(['film.mkv: added job-1']);
  await bench.store.db.updateTable('watchFolder').set({ path: disk, updatedAtMs: 2 }).execute();
  await bench.settle();
  expect(await findWatchFolder(bench.store.db, 'w1')).toMatchObject({ rootState: 'online' });
  expect(await bench.states()).toEqual(['film.mkv: added job-1']);
});

test('a root that goes away in the middle of a scan makes no file missing', async () => {
  const bench = await watchBench();
  await bench.put('a.mkv');
  await bench.put('inner/b.mkv');
  await bench.watch();
  await bench.settle();
  const folder = await watched(bench);
  const scan = openScan(bench.context, folder, { isRootThere: async () => false });
  await rm(join(bench.root, 'a.mkv'));
  expect(await scan.step(never)).toBe('root-lost');
  expect(await bench.states()).toEqual(['a.mkv: added job-1', 'inner/b.mkv: added job-2']);
});

const never = new AbortController().signal;

async function scanOf(bench: WatchBench, filesPerStep: number) {
  return openScan(bench.context, await watched(bench), { isRootThere: async () => true, filesPerStep });
}

async function watched(bench: WatchBench) {
  const folder = await findWatchFolder(bench.store.db, 'w1');
  if (folder === null) throw new Error('the bench watches no folder');
  return folder;
}
