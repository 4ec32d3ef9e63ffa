import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { RequestRefused, route } from '#main/api/route.ts';
import { openStore, type Store } from '#main/store/open-store.ts';
import { handClock } from '#tests/helpers/hand-clock.ts';
import { admin, operator, serveApi } from '#tests/helpers/serve-api.ts';
import { prunings } from '#main/store/prune.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

const dayMs = 24 * 60 * 60_000;

/** A route that counts how often it really ran; `next` decides what a run does. */
function countingRoute(next: (run: number) => Promise<void> = async () => {}) {
  let runs = 0;
  const add = route({
    method: 'post',
    path: '/films',
    tag: 'films',
    summary: 'Adds a film.',
    role: 'operator',
    body: z.strictObject({ title: z.string() }),
    answer: z.strictObject({ id: z.string(), title: z.string() }),
    status: 201,
    handle: async ({ body }) => {
      runs += 1;
      const run = runs;
      await next(run);
      return { body: { id: `f${run}`, title: body.title }, headers: { Location: `/api/v1/films/f${run}` } };
    },
  });
  return { add, runs: () => runs };
}

async function emptyStore(): Promise<Store> {
  const store = await openStore(await temporaryFolder());
  onTestFinished(() => store.close());
  return store;
}

const withKey = (key: string) => ({ 'Idempotency-Key': key });

test('a POST that is sent again under its key is answered again and not done again', async () => {
  const { db } = await emptyStore();
  const { add, runs } = countingRoute();
  const api = await serveApi([add], { db });
  const first = await api.post('/films', { title: 'Stalker' }, withKey('"k-1"'));
  const again = await api.post('/films', { title: 'Stalker' }, withKey('k-1'));
  expect([first, again].map(({ status, text }) => [status, text])).toEqual([
    [201, '{"id":"f1","title":"Stalker"}'],
    [201, '{"id":"f1","title":"Stalker"}'],
  ]);
  expect([first, again].map(({ headers }) => headers.get('location'))).toEqual([
    '/api/v1/films/f1',
    '/api/v1/films/f1',
  ]);
  expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
  expect(runs()).toBe(1);
});

test('a key of another request is refused, another key or none is another request', async () => {
  const { db } = await emptyStore();
  const { add, runs } = countingRoute();
  const api = await serveApi([add], { db });
  await api.post('/films', { title: 'Stalker' }, withKey('k-1'));
  const other = await api.post('/films', { title: 'Solaris' }, withKey('k-1'));
  expect([other.status, other.problem?.code]).toEqual([422, 'ENC-SYS-012']);
  expect((await api.post('/films', { title: 'Stalker' }, withKey('k-2'))).body).toMatchObject({ id: 'f2' });
  expect((await api.post('/films', { title: 'Stalker' })).body).toMatchObject({ id: 'f3' });
  expect(runs()).toBe(3);
});

test('two people may use the same key', async () => {
  const { db } = await emptyStore();
  const { add } = countingRoute();
  const api = await serveApi([add], { db, actor: ({ headers }) => (headers['x-who'] === 'ada' ? admin : operator) });
  await api.post('/films', { title: 'Stalker' }, withKey('k'));
  const other = await api.post('/films', { title: 'Solaris' }, { ...withKey('k'), 'x-who': 'ada' });
  expect([other.status, other.body]).toEqual([201, { id: 'f2', title: 'Solaris' }]);
});

test('a second request is told to wait while the first runs', async () => {
  const { db } = await emptyStore();
  const started = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const { add, runs } = countingRoute(async () => {
    started.resolve();
    await goOn.promise;
  });
  const api = await serveApi([add], { db });
  const first = api.post('/films', { title: 'Stalker' }, withKey('k'));
  await started.promise;
  const second = await api.post('/films', { title: 'Stalker' }, withKey('k'));
  expect([second.status, second.problem?.code, second.headers.get('retry-after')]).toEqual([409, 'ENC-SYS-008', '1']);
  goOn.resolve();
  expect((await first).status).toBe(201);
  expect(runs()).toBe(1);
});

test('a fault of ours frees the key, a refusal is kept like any answer', async () => {
  const { db } = await emptyStore();
  const { add, runs } = countingRoute(async (run) => {
    if (run === 1) throw new Error('the disk stumbled');
    if (run === 2) throw new RequestRefused('ENC-JOB-002', 'No such file.');
  });
  const api = await serveApi([add], { db });
  const statuses = [];
  for (let n = 0; n < 3; n += 1) statuses.push((await api.post('/films', { title: 'x' }, withKey('k'))).status);
  expect(statuses).toEqual([500, 400, 400]);
  expect(runs()).toBe(2);
});

test('a request that never got as far as its work leaves the key free', async () => {
  const { db } = await emptyStore();
  const { add } = countingRoute();
  const api = await serveApi([add], { db });
  expect((await api.post('/films', { name: 'x' }, withKey('k'))).status).toBe(400);
  expect((await api.post('/films', { title: 'x' }, withKey('k'))).status).toBe(201);
});

test('a request that a crash cut off may be sent again', async () => {
  const { db } = await emptyStore();
  const before = countingRoute(() => new Promise(() => {}));
  const crashed = await serveApi([before.add], { db });
  const lost = crashed.post('/films', { title: 'x' }, withKey('k')).catch(() => 'lost');
  await expect.poll(async () => before.runs()).toBe(1);
  await crashed.close();
  expect(await lost).toBe('lost');

  const after = countingRoute();
  const restarted = await serveApi([after.add], { db });
  const other = await restarted.post('/films', { title: 'y' }, withKey('k'));
  expect(other.status).toBe(422);
  expect((await restarted.post('/films', { title: 'x' }, withKey('k'))).status).toBe(201);
  const replayed = await restarted.post('/films', { title: 'x' }, withKey('k'));
  expect([replayed.status, replayed.headers.get('idempotency-replayed'), after.runs()]).toEqual([201, 'true', 1]);
});

test('a key is free again after a day, and no request waits until a million others are forgotten', async () => {
  const { db } = await emptyStore();
  const clock = handClock(Date.parse('2026-01-31T12:00:00Z'));
  const { add, runs } = countingRoute();
  const api = await serveApi([add], { db, clock });
  await api.post('/films', { title: 'x' }, withKey('old'));
  await api.post('/films', { title: 'x' }, withKey('gone'));
  clock.advance(dayMs);
  await api.post('/films', { title: 'x' }, withKey('old'));
  expect(runs()).toBe(2);
  clock.advance(1);
  await api.post('/films', { title: 'x' }, withKey('old'));
  expect(runs()).toBe(3);
  const keys = async () =>
    (await db.selectFrom('idempotency').select('key').orderBy('key').execute()).map(({ key }) => key);
  clock.advance(dayMs);
  await api.post('/films', { title: 'x' }, withKey('new'));
  expect(await keys()).toEqual(['gone', 'new', 'old']);
  // The housekeeping does it, so many at a time.
  expect(await prunings.idempotency(db, clock.nowMs() + 1, 1)).toBe(1);
  expect(await keys()).toEqual(['new', 'old']);
});

test('an answer with a secret is never stored, and not given twice', async () => {
  const { db, sqlite } = await emptyStore();
  const newToken = route({
    method: 'post',
    path: '/tokens',
    tag: 'tokens',
    summary: 'Makes a token.',
    role: 'admin',
    replay: 'never',
    answer: z.strictObject({ token: z.string() }),
    handle: async () => ({ body: { token: 'enc_3f9a' } }),
  });
  const api = await serveApi([newToken], { db });
  expect((await api.post('/tokens', undefined, withKey('k'))).body).toEqual({ token: 'enc_3f9a' });
  const again = await api.post('/tokens', undefined, withKey('k'));
  expect([again.status, again.problem?.code]).toEqual([409, 'ENC-SYS-008']);
  expect(sqlite.serialize().includes('enc_3f9a')).toBe(false);
});

test('a key that is no key is refused', async () => {
  const { db } = await emptyStore();
  const { add } = countingRoute();
  const api = await serveApi([add], { db });
  for (const key of ['', '""', 'a b', 'x'.repeat(201)]) {
    const answer = await api.post('/films', { title: 'x' }, withKey(key));
    expect([key, answer.status, answer.problem?.code]).toEqual([key, 400, 'ENC-SYS-007']);
  }
});
