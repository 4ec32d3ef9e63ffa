import { appendFile, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findWatchFolder } from '#main/store/watch-folders.ts';
import type { Certificate } from '#shared/model/certificate.ts';
import { watchRules } from '#shared/model/watch-folder.ts';
import { settleMs, watchBench } from '#tests/helpers/watch-bench.ts';

test('films become jobs once they have stopped growing, with their folders below the output folder', async () => {
  const bench = await watchBench();
  await bench.put('film.mkv');
  await bench.put('Show/Season 1/one.mp4');
  await bench.watch();
  await bench.turn();
  expect(await bench.states()).toEqual(['Show/Season 1/one.mp4: growing', 'film.mkv: growing']);
  bench.clock.advance(settleMs - 1);
  await bench.turn();
  expect(bench.requests).toEqual([]);
  bench.clock.advance(1);
  await bench.turn();
  expect(await bench.states()).toEqual(['Show/Season 1/one.mp4: added job-1', 'film.mkv: added job-2']);
  const common = { profileId: null, profileName: 'hls-universal', priority: null, createdBy: 'watch:w1' };
  expect(bench.requests).toEqual([
    {
      ...common,
      input: join(bench.root, 'Show/Season 1/one.mp4'),
      outputDir: join(bench.folder, 'out/Show/Season 1'),
      batch: 'Films: Show',
    },
    { ...common, input: join(bench.root, 'film.mkv'), outputDir: join(bench.folder, 'out'), batch: null },
  ]);
});

test('a file that grows between looks waits until it has been still', async () => {
  const bench = await watchBench();
  await bench.put('film.mkv');
  await bench.watch();
  await bench.turn();
  for (let i = 0; i < 3; i += 1) {
    bench.clock.advance(settleMs);
    await appendFile(join(bench.root, 'film.mkv'), 'more');
    await bench.turn();
  }
  expect(await bench.states()).toEqual(['film.mkv: growing']);
  bench.clock.advance(settleMs);
  await bench.turn();
  expect(await bench.states()).toEqual(['film.mkv: added job-1']);
});

test('what is hidden, unfinished, linked, excluded, empty, small, or a package is no film', async () => {
  const bench = await watchBench();
  await bench.put('.hidden.mkv');
  await bench.put('.encrew-staging/a.mkv');
  await bench.put('@eaDir/thumb.mp4');
  await bench.put('film.mkv.part');
  await bench.put('notes.txt');
  await bench.put('done/film.mkv');
  await bench.put('small.mkv', '12');
  await bench.put('empty.mkv', '');
  await bench.put('Movie/Movie.m3u8', '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nvideo/v.m3u8\n');
  await bench.put('Movie/video/seg_0.ts');
  await bench.put('Party/list.m3u8', '#EXTM3U\nsong.mp3\n');
  await bench.put('Party/party.mkv');
  await bench.put('real/film.mkv', 'a real film');
  await symlink(join(bench.root, 'real'), join(bench.root, 'again'));
  await symlink(bench.root, join(bench.root, 'real/loop'));
  await symlink(join(bench.root, 'real/film.mkv'), join(bench.root, 'link.mkv'));
  await bench.watch({ rules: watchRules.parse({ exclude: ['done'], minBytes: 3 }) });
  await bench.settle();
  expect(await bench.states()).toEqual([
    'Party/party.mkv: added job-1',
    'empty.mkv: unusable',
    'real/film.mkv: added job-2',
    'small.mkv: skipped',
  ]);
});

test('a film that our certificate names is a package; the film beside it is not', async () => {
  const bench = await watchBench();
  await bench.put('film.mp4', 'made by us');
  await bench.put('film.mkv', 'the original');
  await bench.put('film.encrew.json', JSON.stringify(certificateOf('film.mp4')));
  await bench.watch();
  await bench.settle();
  expect(await bench.states()).toEqual(['film.mkv: added job-1', 'film.mp4: skipped']);
});

test('a renamed film keeps its job, and a job that waits is told where it went', async () => {
  const bench = await watchBench();
  await bench.put('old name.mkv');
  await bench.put('done.mkv');
  await bench.watch();
  await bench.settle();
  await bench.complete('job-1');
  await mkdir(join(bench.root, 'New'));
  await rename(join(bench.root, 'old name.mkv'), join(bench.root, 'New/name.mkv'));
  await rename(join(bench.root, 'done.mkv'), join(bench.root, 'a.mkv'));
  await bench.settle();
  expect(await bench.states()).toEqual(['New/name.mkv: added job-2', 'a.mkv: done job-1']);
  expect(bench.moved).toEqual([['job-2', join(bench.root, 'New/name.mkv')]]);
  expect(bench.requests).toHaveLength(2);
});

test('a copy of a film is not encoded again, in this folder or in another', async () => {
  const bench = await watchBench();
  await bench.put('film.mkv', 'one film');
  await bench.watch();
  await bench.settle();
  await bench.complete('job-1');
  await bench.put('copy.mkv', 'one film');
  const other = join(bench.folder, 'other');
  await mkdir(other);
  await writeFile(join(other, 'third.mkv'), 'one film');
  await bench.watch({ path: other, name: 'Other' }, 'w2');
  await bench.watch({ path: join(bench.folder, 'gone'), name: 'Gone' }, 'w3');
  await bench.settle();
  expect(await bench.states()).toEqual(['copy.mkv: done job-1', 'film.mkv: done job-1', 'third.mkv: done job-1']);
  expect(bench.requests).toHaveLength(1);
});

test('another profile is another job', async () => {
  const bench = await watchBench();
  await bench.put('film.mkv', 'one film');
  await bench.watch();
  await bench.settle();
  const other = join(bench.folder, 'other');
  await mkdir(other);
  await writeFile(join(other, 'film.mkv'), 'one film');
  await bench.watch({ path: other, profileName: 'mp4-1080p' }, 'w2');
  await bench.settle();
  expect(bench.requests.map(({ profileName }) => profileName)).toEqual(['hls-universal', 'mp4-1080p']);
});

test('a changed film enters again, one that was only touched does not', async () => {
  const bench = await watchBench();
  await bench.put('changed.mkv');
  await bench.put('touched.mkv');
  await bench.watch();
  await bench.settle();
  await bench.complete('job-1');
  await bench.complete('job-2');
  await bench.turn();
  await bench.put('changed.mkv', 'another cut', 1_650_000_000);
  await bench.put('touched.mkv', 'touched.mkv', 1_650_000_000);
  await bench.settle();
  expect(await bench.states()).toEqual(['changed.mkv: added job-3', 'touched.mkv: done job-2']);
});

test('a deleted film is missing, its job goes on, and the film that comes back is the same', async () => {
  const bench = await watchBench();
  await bench.put('film.mkv');
  await bench.put('other.mkv');
  await bench.watch();
  await bench.settle();
  await rm(join(bench.root, 'film.mkv'));
  await bench.settle();
  expect(await bench.states()).toEqual(['film.mkv: missing job-1', 'other.mkv: added job-2']);
  const job = await bench.store.db.selectFrom('job').select('state').where('id', '=', 'job-1').executeTakeFirst();
  expect(job).toEqual({ state: 'queued' });
  await bench.put('film.mkv');
  await bench.settle();
  expect(await bench.states()).toEqual(['film.mkv: added job-1', 'other.mkv: added job-2']);
  expect(bench.requests).toHaveLength(2);
});

test('a job that was added just before a crash is found again, not added twice', async () => {
  const bench = await watchBench();
  await bench.put('film.mkv');
  await bench.watch();
  await bench.settle();
  await bench.store.db.updateTable('knownFile').set({ state: 'ready', jobId: null }).execute();
  await bench.begin();
  await bench.turn();
  const [row] = await bench.store.db.selectFrom('knownFile').selectAll().execute();
  expect(row).toMatchObject({ state: 'added', jobId: 'job-1' });
  expect(bench.requests).toHaveLength(1);
});

test('what was refused is told, and tried again with the next scan', async () => {
  const bench = await watchBench();
  await bench.put('film.mkv');
  await bench.watch({ profileName: 'nobody' });
  await bench.settle();
  const [row] = await bench.store.db.selectFrom('knownFile').selectAll().execute();
  expect(row).toMatchObject({ state: 'unusable', note: 'there is no such profile' });
  await bench.store.db.updateTable('watchFolder').set({ profileName: 'draft' }).execute();
  await bench.settle();
  expect(await bench.states()).toEqual(['film.mkv: added job-1']);
});

test('a folder that is switched off is left alone', async () => {
  const bench = await watchBench();
  await bench.put('film.mkv');
  await bench.watch({ enabled: false });
  await bench.settle();
  expect(await bench.states()).toEqual([]);
});

test('the folder is looked through once an hour, also when the clock is set back a year', async () => {
  const bench = await watchBench();
  await bench.watch();
  await bench.turn();
  const finished = async () => (await findWatchFolder(bench.store.db, 'w1'))?.scanFinishedAtMs;
  const first = await finished();
  bench.clock.advance(3_599_999);
  await bench.turn();
  expect(await finished()).toBe(first);
  bench.clock.advance(1);
  await bench.turn();
  expect(await finished()).toBe(bench.clock.nowMs());
  bench.clock.jump(-31_536_000_000);
  await bench.turn();
  expect(await finished()).toBe(bench.clock.nowMs());
});

function certificateOf(path: string): Certificate {
  return {
    format: 1,
    createdAt: '2026-01-01T00:00:00.000Z',
    encrewVersion: '0.1.0',
    tools: {},
    source: null,
    profile: {},
    plan: {},
    streams: [],
    fonts: [],
    findings: [],
    files: [{ path, sizeBytes: 10, sha256: 'a'.repeat(64) }],
  };
}
