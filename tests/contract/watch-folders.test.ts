import { mkdir, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { RequestRefused } from '#main/api/route.ts';
import { watchFolderRoutes } from '#main/api/routes/watch-folders.ts';
import { builtInProfiles } from '#main/media/profile/built-in.ts';
import { knownFileList, savedWatchFolder, watchFolderPreview } from '#shared/protocol/watch-folders.ts';
import { operator, serveApi, viewer } from '#tests/helpers/serve-api.ts';
import { canMount, makeReadOnly, smallDisk } from '#tests/helpers/small-disk.ts';
import { type WatchBench, watchBench } from '#tests/helpers/watch-bench.ts';

test('a watch folder is made, read, changed and forgotten', async () => {
  const { api, bench, body } = await begin();
  const made = await api.post('/watch-folders', body);
  expect(made.status).toBe(201);
  const { id, places, ...view } = savedWatchFolder.parse(made.body);
  expect(view).toEqual({
    path: bench.root,
    name: 'in',
    enabled: true,
    profile: 'draft',
    profileId: null,
    outputDir: join(bench.folder, 'out'),
    afterwards: 'keep',
    moveDir: null,
    rules: { settleSec: 10, rescanSec: 3600, minBytes: 0, exclude: [], priority: null },
    root: { state: 'unknown', note: null },
    watchNote: null,
    scan: { state: 'waiting', files: 0, startedAt: null, finishedAt: null },
    createdAt: new Date(bench.clock.nowMs()).toISOString(),
    updatedAt: new Date(bench.clock.nowMs()).toISOString(),
  });
  expect(places).toEqual([{ field: 'outputDir', freeBytes: expect.any(Number) }]);
  // Only tried: the folder for packages is made when there is one.
  expect(await readdir(bench.folder)).not.toContain('out');

  const changed = await api.patch(`/watch-folders/${id}`, { enabled: false, name: 'Films' });
  expect(changed.body).toMatchObject({ name: 'Films', enabled: false, profile: 'draft', places: [] });
  expect((await api.get('/watch-folders')).body).toMatchObject({ total: 1, items: [{ id, name: 'Films' }] });
  const none = { growing: 0, ready: 0, added: 0, done: 0, skipped: 0, unusable: 0, missing: 0 };
  expect((await api.get(`/watch-folders/${id}`)).body).toMatchObject({ id, files: none });
  expect((await api.delete(`/watch-folders/${id}`)).status).toBe(204);
  expect((await api.get(`/watch-folders/${id}`)).problem?.code).toBe('ENC-SYS-006');
  expect(bench.told()).toBe(3);
});

test('only admins make rules, operators scan, viewers look', async () => {
  const { bench, body, serve } = await begin();
  await bench.watch({}, 'w1');
  const [asOperator, asViewer] = [await serve(operator), await serve(viewer)];
  expect((await asOperator.post('/watch-folders', body)).status).toBe(403);
  expect((await asOperator.delete('/watch-folders/w1')).status).toBe(403);
  expect((await asOperator.post('/watch-folders/w1/scan')).status).toBe(202);
  expect((await asViewer.post('/watch-folders/w1/scan')).status).toBe(403);
  expect((await asViewer.post('/watch-folders/w1/preview', {})).status).toBe(403);
  expect((await asViewer.get('/watch-folders/w1/files')).status).toBe(200);
});

test('a rule that could not be kept is refused with every fault', async () => {
  const { api, bench, body } = await begin();
  const { root, folder } = bench;
  await writeFile(join(folder, 'file'), '');
  await mkdir(join(root, 'inner'));
  await symlink(join(root, 'inner'), join(folder, 'link'));
  const faultsOf = async (change: object) => {
    const { status, problem } = await api.post('/watch-folders', { ...body, ...change });
    expect(status).toBe(400);
    return z.object({ faults: z.unknown() }).parse(problem?.details).faults;
  };
  const fault = (path: string, message: string) => ({ path: `body.${path}`, message });
  expect(await faultsOf({ path: join(folder, 'none') })).toEqual([
    fault('path', `${folder}/none is not there: make it, or check the path`),
  ]);
  expect(await faultsOf({ path: join(folder, 'file') })).toEqual([
    fault('path', `${folder}/file is not a folder: name one`),
  ]);
  expect(await faultsOf({ outputDir: root })).toEqual([
    fault('outputDir', `${root} is in the watch folder, which would feed itself: choose another folder`),
  ]);
  const feeds = (path: string, inner: string) =>
    `${path} is in the watch folder, which would feed itself: add ${inner} to the excluded folders, or choose another`;
  // Where it leads counts, not how it is written.
  expect(
    await faultsOf({ outputDir: join(folder, 'link/out'), afterwards: 'move', moveDir: join(root, 'done') }),
  ).toEqual([
    fault('outputDir', feeds(join(folder, 'link/out'), 'inner/out')),
    fault('moveDir', feeds(join(root, 'done'), 'done')),
  ]);
  await symlink(root, join(folder, 'way'));
  expect(await faultsOf({ path: join(folder, 'way'), outputDir: join(root, 'out') })).toEqual([
    fault('outputDir', feeds(join(root, 'out'), 'out')),
  ]);
  expect(await faultsOf({ afterwards: 'move' })).toEqual([
    fault('moveDir', 'is needed where films are moved: name a folder'),
  ]);
  expect(await faultsOf({ outputDir: join(folder, 'file/out') })).toEqual([
    fault('outputDir', `${folder}/file/out goes through a file: check the path`),
  ]);
  expect(await readdir(join(root, 'inner'))).toEqual([]);
});

test('an output folder inside the watch folder is fine where it is excluded', async () => {
  const { api, bench, body } = await begin();
  const inside = { ...body, outputDir: join(bench.root, 'out/hls'), rules: { exclude: ['out'] } };
  expect((await api.post('/watch-folders', inside)).status).toBe(201);
});

test('no watch folder lies in another', async () => {
  const { api, bench, body } = await begin();
  await mkdir(join(bench.root, 'inner'));
  expect((await api.post('/watch-folders', body)).status).toBe(201);
  for (const path of [bench.root, join(bench.root, 'inner'), bench.folder]) {
    const { problem } = await api.post('/watch-folders', { ...body, path, outputDir: join(bench.folder, '.out') });
    expect(problem?.code).toBe('ENC-SYS-007');
  }
});

test.runIf(canMount)('a place that can not be written is told when the rule is saved', async () => {
  const { api, body } = await begin();
  const disk = await smallDisk(64);
  await makeReadOnly(disk);
  const { problem } = await api.post('/watch-folders', { ...body, outputDir: disk });
  expect(problem?.details).toEqual({
    faults: [{ path: 'body.outputDir', message: `${disk} is on a disk that is read-only` }],
  });
});

test('paths outside the roots and unknown profiles are refused', async () => {
  const { api, body } = await begin();
  expect((await api.post('/watch-folders', { ...body, path: '/etc' })).problem?.code).toBe('ENC-STO-002');
  expect((await api.post('/watch-folders', { ...body, outputDir: '/etc' })).problem?.code).toBe('ENC-STO-002');
  expect((await api.post('/watch-folders', { ...body, profile: 'nobody' })).problem?.code).toBe('ENC-PRO-001');
});

test('a rule can be switched off while its disk is away, and not on again before it is back', async () => {
  const { api, bench } = await begin();
  await bench.watch({ path: join(bench.folder, 'away') }, 'w1');
  expect((await api.patch('/watch-folders/w1', { enabled: true })).status).toBe(400);
  expect((await api.patch('/watch-folders/w1', { enabled: false })).status).toBe(200);
});

test('known files come in pages, by state and by a part of their path', async () => {
  const { api, bench } = await begin();
  for (const name of ['a.mkv', 'B 100%.mkv', 'sub/c.mkv', 'empty.mkv']) {
    await bench.put(name, name === 'empty.mkv' ? '' : name);
  }
  await bench.watch({}, 'w1');
  await bench.settle();
  const paths = (answer: { body: unknown }) => knownFileList.parse(answer.body).items.map(({ path }) => path);
  const first = await api.get('/watch-folders/w1/files?limit=3');
  expect(paths(first)).toEqual(['B 100%.mkv', 'a.mkv', 'empty.mkv']);
  const { total, nextCursor } = knownFileList.parse(first.body);
  expect(total).toBe(4);
  expect(paths(await api.get(`/watch-folders/w1/files?limit=3&cursor=${nextCursor}`))).toEqual(['sub/c.mkv']);
  expect((await api.get('/watch-folders/w1/files?state=unusable')).body).toMatchObject({
    total: 1,
    items: [{ path: 'empty.mkv', state: 'unusable', note: 'is empty', jobId: null, isCopy: false }],
  });
  const search = async (part: string) =>
    paths(await api.get(`/watch-folders/w1/files?search=${encodeURIComponent(part)}`));
  expect(await search('SUB/')).toEqual(['sub/c.mkv']);
  expect(await search('c')).toEqual(['sub/c.mkv']);
  // What people type is no pattern.
  expect([await search('100%'), await search('1_0%'), await search('%')]).toEqual([['B 100%.mkv'], [], ['B 100%.mkv']]);
  await rename(join(bench.root, 'a.mkv'), join(bench.root, 'renamed.mkv'));
  await bench.settle();
  expect([await search('a.mkv'), await search('renamed')]).toEqual([[], ['renamed.mkv']]);
  await api.delete('/watch-folders/w1');
  expect(await bench.store.db.selectFrom('knownFile').select('id').execute()).toEqual([]);
});

test('a preview tells what would be added and why the rest would not, and changes nothing', async () => {
  const { api, bench } = await begin();
  await bench.put('done.mkv', 'one');
  await bench.watch(
    { rules: { settleSec: 10, rescanSec: 3600, minBytes: 2, exclude: ['skip'], priority: null } },
    'w1',
  );
  await bench.settle();
  await bench.complete('job-1');
  await bench.turn();
  for (const [path, content] of [
    ['Show/new.mkv', 'new'],
    ['Show/twin.mkv', 'new'],
    ['copy.mkv', 'one'],
    ['skip/x.mkv', 'x'],
    ['small.mkv', '1'],
    ['notes.txt', 'n'],
  ] as const) {
    await bench.put(path, content);
  }
  const before = await bench.states();
  const answer = await api.post('/watch-folders/w1/preview', {});
  expect(answer.status).toBe(200);
  const { others, ...rest } = watchFolderPreview.parse(answer.body);
  expect(rest).toEqual({
    wouldAdd: [{ path: 'Show/new.mkv', sizeBytes: 3, outputDir: join(bench.folder, 'out/Show'), batch: 'Films: Show' }],
    isComplete: true,
  });
  expect(others.map(({ path, because }) => `${path}: ${because}`).sort()).toEqual([
    'Show/twin.mkv: it has the content of Show/new.mkv',
    `copy.mkv: it has the content of ${join(bench.root, 'done.mkv')}, done by job job-1`,
    'done.mkv: it is done by job job-1',
    'notes.txt: it is no film by its name',
    'skip: the rule leaves it out',
    'small.mkv: it is smaller than 2 bytes',
  ]);
  expect(await bench.states()).toEqual(before);
  const short = await api.post('/watch-folders/w1/preview', { limit: 2 });
  expect(short.body).toMatchObject({ isComplete: false });
});

test('a rule is tried before it is kept: what it would do is told, its faults at their fields, and nothing is changed', async () => {
  const { api, bench, body, serve } = await begin();
  await bench.put('Show/new.mkv', 'new');
  await bench.put('small.mkv', '1');
  const rules = { minBytes: 2 };
  const tried = await api.post('/watch-folders/dry-run', { ...body, enabled: false, rules });
  expect(tried.status).toBe(200);
  expect(watchFolderPreview.parse(tried.body)).toEqual({
    wouldAdd: [{ path: 'Show/new.mkv', sizeBytes: 3, outputDir: join(bench.folder, 'out/Show'), batch: 'in: Show' }],
    others: [{ path: 'small.mkv', because: 'it is smaller than 2 bytes' }],
    isComplete: true,
  });
  const wrong = await api.post('/watch-folders/dry-run', { ...body, outputDir: bench.root });
  expect(wrong.problem?.details).toMatchObject({ faults: [{ path: 'body.outputDir' }] });
  expect((await api.get('/watch-folders')).body).toMatchObject({ total: 0 });
  expect(bench.told()).toBe(0);

  // A folder does not stand in the way of its own next rule, and what it has done is known.
  await bench.watch({}, 'w1');
  await bench.settle();
  const again = await api.post('/watch-folders/dry-run', { ...body, rules, id: 'w1' });
  expect(again.body).toMatchObject({
    wouldAdd: [],
    others: [{ path: 'Show/new.mkv' }, { path: 'small.mkv' }],
  });
  expect((await (await serve(operator)).post('/watch-folders/dry-run', body)).status).toBe(403);
});

test('a changed rule judges again what the old one kept out', async () => {
  const { api, bench } = await begin();
  await bench.put('small.mkv', '12');
  await bench.watch({ rules: { settleSec: 10, rescanSec: 3600, minBytes: 3, exclude: [], priority: null } }, 'w1');
  await bench.settle();
  expect(await bench.states()).toEqual(['small.mkv: skipped']);
  expect((await api.patch('/watch-folders/w1', { rules: {} })).status).toBe(200);
  await bench.settle();
  expect(await bench.states()).toEqual(['small.mkv: added job-1']);
});

async function begin() {
  const plain = await watchBench();
  let told = 0;
  const bench: WatchBench & { told(): number } = { ...plain, told: () => told };
  const routes = watchFolderRoutes({
    db: bench.store.db,
    clock: bench.clock,
    rules: { builtIn: builtInProfiles, read: () => ({ ok: false, faults: [] }) },
    allowFolder: async (_actor, path) => {
      if (path.startsWith('/etc')) throw new RequestRefused('ENC-STO-002', `${path} is outside`);
      return path;
    },
    changed: () => {
      told += 1;
    },
  });
  const body = { path: bench.root, profile: 'draft', outputDir: join(bench.folder, 'out') };
  const serve = (actor: typeof viewer) => serveApi(routes, { actor });
  return { api: await serveApi(routes), bench, body, serve };
}
