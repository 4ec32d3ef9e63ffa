import { appendFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChokidarOptions, FSWatcher, watch } from 'chokidar';
import { expect, onTestFinished, test } from 'vitest';
import { watchFolder } from '#main/intake/watch.ts';
import { findWatchFolder } from '#main/store/watch-folders.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';
import { settleMs, watchBench } from '#tests/helpers/watch-bench.ts';

test('the system tells of new, changed, renamed and deleted files and of new folders', async () => {
  const root = await temporaryFolder();
  await mkdir(join(root, 'a'));
  const { told, folderWatch } = await listen(root);
  await writeFile(join(root, 'a', 'film.mkv'), '1');
  await told('a/film.mkv');
  await appendFile(join(root, 'a', 'film.mkv'), '2');
  await told('a/film.mkv');
  await rename(join(root, 'a', 'film.mkv'), join(root, 'new.mkv'));
  await told('new.mkv');
  await mkdir(join(root, 'b', 'c'), { recursive: true });
  await told('b');
  await waitUntil('the new folder is watched', async () => {
    await writeFile(join(root, 'b', 'c', 'late.mkv'), '1');
    await rm(join(root, 'b', 'c', 'late.mkv'));
    return folderWatch.take().includes('b/c/late.mkv');
  });
});

test('hidden and excluded folders are not watched, and files never one by one', async () => {
  const root = await temporaryFolder();
  for (const folder of ['.encrew-trash', 'skip', 'seen']) await mkdir(join(root, folder));
  for (let i = 0; i < 20; i += 1) await writeFile(join(root, 'seen', `${i}.mkv`), '');
  const { watcher } = await listen(root, ['skip']);
  expect(watcher.getWatched()[root]).toEqual(['seen']);
  expect(watcher.getWatched()[join(root, 'seen')]).toEqual([]);
});

test('a film is noticed without a scan', async () => {
  const bench = await watchBench();
  await bench.watch();
  await bench.begin({ openWatcher: watch });
  await bench.turn();
  await waitUntil('the film is known', async () => {
    await bench.put('Show/film.mkv');
    await bench.turn();
    return (await bench.states()).length === 1;
  });
  await waitUntil('the news has come to rest', async () => {
    bench.clock.advance(settleMs);
    await bench.turn();
    return bench.requests.length === 1;
  });
  await rm(join(bench.root, 'Show'), { recursive: true });
  await waitUntil('it is missing', async () => {
    await bench.turn();
    return (await bench.states())[0] === 'Show/film.mkv: missing job-1';
  });
});

test('where the system watches no more folders, scans go on alone and the folder says so', async () => {
  const bench = await watchBench();
  const opened: FSWatcher[] = [];
  await bench.watch();
  await bench.begin({
    openWatcher: () => {
      const watcher = new FSWatcher();
      opened.push(watcher);
      return watcher;
    },
  });
  await bench.turn();
  const note = async () => (await findWatchFolder(bench.store.db, 'w1'))?.watchNote;
  expect(await note()).toBe(null);
  opened[0]?.emit('error', Object.assign(new Error('no space left for watchers'), { code: 'ENOSPC' }));
  await bench.turn();
  expect(await note()).toContain('changes are found by scans');
  await bench.put('film.mkv');
  await bench.settle();
  expect(await bench.states()).toEqual(['film.mkv: added job-1']);
  // The scan tried the watch again, and it works now.
  expect([opened.length, await note()]).toEqual([2, null]);
});

async function listen(root: string, exclude: readonly string[] = []) {
  let watcher = new FSWatcher();
  const open = (path: string, options: ChokidarOptions) => {
    watcher = watch(path, options);
    return watcher;
  };
  const folderWatch = watchFolder(root, { exclude, open });
  onTestFinished(() => folderWatch.close());
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  const told = (path: string) => waitUntil(`${path} is told`, () => folderWatch.take().includes(path));
  return { watcher, folderWatch, told };
}
