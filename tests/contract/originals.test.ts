import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { originalRoutes } from '#main/api/routes/originals.ts';
import { profileRoutes } from '#main/api/routes/profiles.ts';
import { type Route, RequestRefused } from '#main/api/route.ts';
import { builtInProfiles } from '#main/media/profile/built-in.ts';
import { readProfile } from '#main/media/profile/profile-faults.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { openOriginals, type Originals } from '#main/stages/originals/originals.ts';
import { openStore, type Store } from '#main/store/open-store.ts';
import { problem } from '#shared/protocol/problem.ts';
import { type HandClock, handClock } from '#tests/helpers/hand-clock.ts';
import { completedJob, filesBelow, publishedFilm } from '#tests/helpers/published-film.ts';
import { type ApiServer, serveApi, viewer } from '#tests/helpers/serve-api.ts';
import { canMount, makeReadOnly, smallDisk } from '#tests/helpers/small-disk.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

let api: ApiServer;
let store: Store;
let clock: HandClock;
let originals: Originals;
let routes: Route[];
let films = '';
beforeEach(async () => {
  store = await openStore(await temporaryFolder());
  onTestFinished(() => store.close());
  films = await temporaryFolder();
  clock = handClock(Date.parse('2026-01-31T12:00:00.000Z'));
  const shared = { db: store.db, clock, rules: { builtIn: builtInProfiles, read: readProfile } };
  originals = openOriginals({ ...shared, log: silentLogger });
  const allowFolder = async (_actor: unknown, folder: string) => {
    if (folder.startsWith('/forbidden')) throw new RequestRefused('ENC-STO-002', `${folder} is outside.`);
    return folder;
  };
  routes = [...profileRoutes(shared), ...originalRoutes({ ...shared, log: silentLogger, originals, allowFolder })];
  api = await serveApi(routes);
});

async function inQuarantine(jobId: string): Promise<void> {
  const [source, output] = [join(films, `${jobId}.mkv`), join(films, 'out', `${jobId}.mp4`)];
  await publishedFilm(source, output);
  const policy = { policy: 'quarantine', days: 30 } as const;
  await completedJob(store, jobId, { source, output, originals: policy, nowMs: clock.nowMs() });
  await originals.continueAll();
  clock.advance(1000);
}

describe('originals', () => {
  test('are listed, shown and brought back', async () => {
    await inQuarantine('one');
    await inQuarantine('two');
    const list = await api.get('/originals?state=held');
    expect(list.body).toMatchObject({ total: 2, items: [{ jobId: 'two' }, { jobId: 'one' }], nextCursor: null });
    expect((await api.get('/originals?jobId=one&limit=1')).body).toMatchObject({ total: 1 });
    const one = await api.get('/originals/one-original');
    expect(one.body).toEqual({
      ...{ id: 'one-original', jobId: 'one', policy: 'quarantine', state: 'held', error: null, restorable: true },
      sourcePath: join(films, 'one.mkv'),
      outputPath: join(films, 'out', 'one.mp4'),
      heldPath: join(films, '.encrew-originals', 'one', 'one.mkv'),
      keptUntil: '2026-03-02T12:00:00.000Z',
      createdAt: '2026-01-31T12:00:00.000Z',
      updatedAt: '2026-01-31T12:00:00.000Z',
    });
    const back = await api.post('/originals/one-original/restore');
    expect(back).toMatchObject({ status: 200, body: { state: 'restored', heldPath: null, restorable: false } });
    expect((await filesBelow(films))['one.mkv']).toBe('film');
    expect((await api.get('/originals?state=held')).body).toMatchObject({ total: 1 });
  });

  test('that can’t be brought back say why', async () => {
    await inQuarantine('one');
    await writeFile(join(films, 'one.mkv'), 'theirs');
    const refused = await api.post('/originals/one-original/restore');
    expect(problem.parse(refused.body).error).toMatchObject({
      code: 'ENC-SYS-008',
      details: expect.stringContaining('is taken by another file'),
    });
    expect(await api.post('/originals/none/restore')).toMatchObject({ status: 404 });
    expect(await api.get('/originals/none')).toMatchObject({ status: 404 });
    const watcher = await serveApi(routes, { actor: viewer });
    expect(await watcher.post('/originals/one-original/restore')).toMatchObject({ status: 403 });
    expect(await watcher.get('/originals')).toMatchObject({ status: 200 });
  });

  test('of watch folders are brought back the same way', async () => {
    await inQuarantine('one');
    await store.db.updateTable('original').set({ policy: 'trash' }).where('id', '=', 'one-original').execute();
    expect(await api.post('/originals/one-original/restore')).toMatchObject({ body: { state: 'restored' } });
    expect(await api.post('/originals/one-original/restore')).toMatchObject({ status: 409 });
  });
});

describe('trying a folder', () => {
  const recipe = { ...builtInProfiles.find(({ name }) => name === 'mp4-1080p'), name: 'mine' };
  const trial = async (originalsOf: object, folder: string) => {
    await api.delete('/profiles/mine');
    await api.post('/profiles', { recipe: { ...recipe, originals: originalsOf } });
    return (await api.post('/profiles/mine/check-originals', { folder })).body;
  };

  test('says that a rule can be kept, and leaves nothing behind', async () => {
    await writeFile(join(films, 'Film.mkv'), new Uint8Array(5000));
    expect(await trial({ policy: 'replace' }, films)).toMatchObject({
      ...{ ok: true, policy: 'replace', writable: true, hardLinks: true, neededBytes: 5000, problems: [] },
    });
    expect(await trial({ policy: 'quarantine' }, films)).toMatchObject({ ok: true, neededBytes: 0 });
    expect(await readdir(films)).toEqual(['Film.mkv']);
  });

  test('writes nothing where the film stays as it is', async () => {
    expect(await trial({ policy: 'separate' }, films)).toMatchObject({ ok: true, writable: null });
    expect(await trial({ policy: 'separate' }, join(films, 'none'))).toMatchObject({
      ok: false,
      problems: [expect.stringContaining('is no folder')],
    });
  });

  test.runIf(canMount)('finds a read-only disk and one without room', async () => {
    const disk = await smallDisk(1024);
    expect(await trial({ policy: 'quarantine' }, disk)).toMatchObject({
      ...{ ok: false, writable: true, problems: [expect.stringContaining('free, and')] },
    });
    await makeReadOnly(disk);
    expect(await trial({ policy: 'quarantine' }, disk)).toMatchObject({
      ok: false,
      writable: false,
      problems: expect.arrayContaining([expect.stringContaining('the disk is read-only')]),
    });
  });

  test.skipIf(process.getuid?.() === 0)('finds a folder without rights', async () => {
    await mkdir(join(films, 'locked'));
    await chmod(join(films, 'locked'), 0o500);
    expect(await trial({ policy: 'quarantine' }, join(films, 'locked'))).toMatchObject({ ok: false, writable: false });
  });

  test('is only done in folders that are allowed', async () => {
    const refused = await api.post('/profiles/mp4-1080p/check-originals', { folder: '/forbidden/films' });
    expect(refused).toMatchObject({ status: 403 });
    expect(await api.post('/profiles/none/check-originals', { folder: films })).toMatchObject({ status: 404 });
  });
});
