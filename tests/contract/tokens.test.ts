import { expect, test } from 'vitest';
import { authenticateHeaders } from '#main/api/auth/authenticate.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { secretHash } from '#main/platform/secret-text.ts';
import { tokenList, tokenWithSecret } from '#shared/protocol/tokens.ts';
import { peopleBench, type PeopleBench } from '#tests/helpers/people-bench.ts';
import type { ApiAnswer } from '#tests/helpers/serve-api.ts';

const refusal = ({ status, problem }: ApiAnswer) => [status, problem?.code, problem?.details];
const minute = 60_000;
const day = 24 * 60 * minute;

async function made({ api }: PeopleBench, body: object, headers: Record<string, string>) {
  const answer = await api.post('/tokens', { name: 'nightly', role: 'viewer', ...body }, headers);
  expect(answer.problem).toBeNull();
  const view = tokenWithSecret.parse(answer.body);
  return { ...view, bearer: { authorization: `Bearer ${view.token}` } };
}

test('a token is shown once, works, and is never seen again', async () => {
  const bench = await peopleBench();
  const { api, addUser, signIn, store } = bench;
  await addUser('otto', 'operator');
  const otto = await signIn('otto');
  const answer = await api.post('/tokens', { name: ' nightly ', role: 'operator', expiresInDays: 30 }, otto.headers);
  const { token, ...view } = tokenWithSecret.parse(answer.body);
  expect(token).toMatch(/^enc_[\w-]{43}$/);
  expect({ status: answer.status, view }).toEqual({
    status: 201,
    view: {
      ...{ id: expect.any(String), name: 'nightly', role: 'operator', hint: token.slice(0, 8) },
      ...{ user: { id: 'otto', name: 'otto' }, madeWith: null, lastUsedAt: null, revokedAt: null },
      ...{ createdAt: '2026-01-31T12:00:00.000Z', expiresAt: '2026-03-02T12:00:00.000Z' },
    },
  });
  for (const scheme of ['Bearer', 'bearer', 'BEARER ']) {
    expect((await api.get('/session', { authorization: `${scheme} ${token}` })).body).toEqual({
      ...{ id: view.id, kind: 'token', name: 'nightly', role: 'operator', csrfToken: null, expiresAt: null },
    });
  }
  const seen = [await api.get('/tokens', otto.headers), await api.get(`/tokens/${view.id}`, otto.headers)];
  expect(seen[1]?.body).toEqual({ ...view, lastUsedAt: '2026-01-31T12:00:00.000Z' });
  const kept = JSON.stringify(await store.db.selectFrom('apiToken').selectAll().execute());
  for (const text of [...seen.map((one) => one.text), kept]) expect(text).not.toContain(token);
  for (const one of seen) expect(one.text).not.toContain(secretHash(token));
});

test('nobody makes a token that may more than they may', async () => {
  const { api, bearer, addUser, signIn } = await peopleBench();
  await addUser('vera', 'viewer');
  const wish = (role: string) => ({ name: 'x', role });
  const statuses = async (headers: Record<string, string>) => {
    const answers = [];
    for (const role of ['viewer', 'operator', 'admin']) answers.push(await api.post('/tokens', wish(role), headers));
    return answers.map(({ status }) => status);
  };
  expect(await statuses((await signIn('vera')).headers)).toEqual([201, 403, 403]);
  expect(await statuses(await bearer('operator'))).toEqual([201, 201, 403]);
  expect(await statuses(await bearer('admin'))).toEqual([201, 201, 201]);
  expect(refusal(await api.post('/tokens', wish('admin'), await bearer('operator')))).toEqual([
    403,
    'ENC-AUTH-004',
    'This needs the role admin; token 3 is operator.',
  ]);
  for (const body of [{ ...wish('viewer'), expiresInDays: 0 }, { ...wish('viewer'), name: ' ' }, wish('owner')]) {
    expect((await api.post('/tokens', body, await bearer('admin'))).status).toBe(400);
  }
});

test('a token that has ended or was revoked says so, and is good until then', async () => {
  const bench = await peopleBench();
  const { api, bearer, clock } = bench;
  const admin = await bearer('admin');
  const dated = await made(bench, { name: 'dated', expiresInDays: 1 }, admin);
  const revoked = await made(bench, { name: 'revoked' }, admin);
  clock.advance(day - 1);
  expect((await api.get('/session', dated.bearer)).status).toBe(200);
  clock.advance(1);
  expect(refusal(await api.get('/session', dated.bearer))).toEqual([
    401,
    'ENC-AUTH-002',
    'The API token dated has expired.',
  ]);
  expect((await api.delete(`/tokens/${revoked.id}`, admin)).status).toBe(204);
  const ended = [401, 'ENC-AUTH-002', 'The API token revoked was revoked.'];
  expect(refusal(await api.get('/session', revoked.bearer))).toEqual(ended);
  // Twice is once: when it was revoked stays.
  clock.advance(1_000);
  expect((await api.delete(`/tokens/${revoked.id}`, admin)).status).toBe(204);
  expect((await api.get(`/tokens/${revoked.id}`, admin)).body).toMatchObject({ revokedAt: '2026-02-01T12:00:00.000Z' });
});

test('what a token made ends with it: revoked, or when its time is over', async () => {
  const bench = await peopleBench();
  const { api, bearer } = bench;
  const admin = await bearer('admin');
  const parent = await made(bench, { role: 'operator', expiresInDays: 2 }, admin);
  const child = await made(bench, { expiresInDays: 30 }, parent.bearer);
  expect([child.madeWith, child.expiresAt]).toEqual([parent.id, parent.expiresAt]);
  const grandchild = await made(bench, { expiresInDays: 1 }, child.bearer);
  expect(grandchild.expiresAt).toBe('2026-02-01T12:00:00.000Z');
  await api.delete(`/tokens/${parent.id}`, admin);
  for (const one of [parent, child, grandchild]) {
    expect((await api.get('/session', one.bearer)).problem?.code).toBe('ENC-AUTH-002');
  }
  expect((await api.get('/session', admin)).status).toBe(200);
});

test('everybody sees and revokes their own tokens, an admin those of all', async () => {
  const bench = await peopleBench();
  const { api, bearer, addUser, signIn } = bench;
  await addUser('otto', 'operator');
  await addUser('vera', 'viewer');
  const [otto, vera] = [await signIn('otto'), await signIn('vera')];
  const ottos = await made(bench, { name: 'of Otto' }, otto.headers);
  const veras = await made(bench, { name: 'of Vera' }, vera.headers);
  const script = await bearer('operator');
  const scripts = await made(bench, { name: 'of a script' }, script);
  const namesFor = async (headers: Record<string, string>) =>
    tokenList
      .parse((await api.get('/tokens', headers)).body)
      .items.map(({ name }) => name)
      .toSorted((a, b) => a.localeCompare(b));
  expect(await namesFor(otto.headers)).toEqual(['of Otto']);
  expect(await namesFor(veras.bearer)).toEqual(['of Vera']);
  expect(await namesFor(script)).toEqual(['of a script', 'token 1']);
  expect(await namesFor(await bearer('admin'))).toEqual(['of a script', 'of Otto', 'of Vera', 'token 1', 'token 2']);
  const unseen = [404, 'ENC-SYS-006', `You have no token ${ottos.id}; GET /tokens lists them.`];
  for (const headers of [vera.headers, veras.bearer, script]) {
    expect(refusal(await api.get(`/tokens/${ottos.id}`, headers))).toEqual(unseen);
    expect(refusal(await api.delete(`/tokens/${ottos.id}`, headers))).toEqual(unseen);
  }
  expect((await api.get('/session', ottos.bearer)).status).toBe(200);
  expect((await api.delete(`/tokens/${scripts.id}`, script)).status).toBe(204);
  expect((await api.delete(`/tokens/${ottos.id}`, otto.headers)).status).toBe(204);
  expect((await api.delete(`/tokens/${veras.id}`, await bearer('admin'))).status).toBe(204);
});

test('the use of a token is written down once a minute, and that it can’t be keeps nobody out', async () => {
  const { bearer, store, clock } = await peopleBench();
  const headers = await bearer('viewer');
  const warned: string[] = [];
  const log = { ...silentLogger, warn: (_fields: object, message: string) => void warned.push(message) };
  const ask = () => authenticateHeaders(headers, { db: store.db, clock, log });
  const lastUsed = async () =>
    (await store.db.selectFrom('apiToken').select('lastUsedAtMs').executeTakeFirst())?.lastUsedAtMs;
  const startMs = clock.nowMs();
  await ask();
  clock.advance(minute - 1);
  await ask();
  expect(await lastUsed()).toBe(startMs);
  clock.advance(1);
  await ask();
  expect(await lastUsed()).toBe(startMs + minute);
  clock.advance(minute);
  store.sqlite.pragma('query_only = ON');
  expect(await ask()).toMatchObject({ ok: true, actor: { name: 'token 1' } });
  expect(warned).toEqual(['the last use of a session or token could not be written down']);
});

test('a token goes before a cookie, and what is neither proves nothing', async () => {
  const { bearer, addUser, signIn, store, clock } = await peopleBench();
  await addUser('ada', 'admin');
  const { cookie, csrf } = await signIn('ada');
  const { authorization = '' } = await bearer('viewer');
  const ask = (headers: { authorization?: string; cookie?: string }) =>
    authenticateHeaders(headers, { db: store.db, clock, log: silentLogger });
  const nobody = { ok: true, actor: null, csrfMatches: null };
  expect(await ask({})).toEqual(nobody);
  expect(await ask({ authorization: 'Basic YTpi', cookie: 'theme=dark' })).toEqual(nobody);
  expect(await ask({ authorization, cookie })).toMatchObject({ actor: { kind: 'token' }, csrfMatches: null });
  // A proxy in front of us may ask for a password of its own.
  const found = await ask({ authorization: 'Basic YTpi', cookie });
  if (!found.ok) throw new Error(found.details);
  expect([found.actor?.name, found.csrfMatches?.(csrf), found.csrfMatches?.('')]).toEqual(['ada', true, false]);
  for (const bad of ['Bearer', 'Bearer ', 'Bearer x', `Bearer ${authorization}`]) {
    expect([bad, await ask({ authorization: bad, cookie })]).toEqual([bad, expect.objectContaining({ ok: false })]);
  }
  for (const bad of ['encrew_session=', 'encrew_session=x', `encrew_session=${'x'.repeat(43)}`]) {
    expect([bad, await ask({ cookie: bad })]).toEqual([bad, expect.objectContaining({ code: 'ENC-AUTH-001' })]);
  }
});
