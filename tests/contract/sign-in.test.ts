import { expect, test } from 'vitest';
import { loginThrottle } from '#main/api/auth/login-throttle.ts';
import { setupRoutes } from '#main/api/routes/setup.ts';
import { passwordKeeper } from '#main/platform/password.ts';
import { findUser } from '#main/store/users.ts';
import { handClock } from '#tests/helpers/hand-clock.ts';
import { benchPassword, browserOf, peopleBench, quickPasswords } from '#tests/helpers/people-bench.ts';
import type { ApiAnswer } from '#tests/helpers/serve-api.ts';

const password = benchPassword;
const refusal = ({ status, problem }: ApiAnswer) => [status, problem?.code, problem?.details];
const minute = 60_000;
const day = 24 * 60 * minute;
/** What the framework allows a stranger is tested elsewhere. */
const rateLimits = { actorPerMinute: 10_000, strangerPerMinute: 10_000, failedLogins: 10_000 };

test('the first one becomes the owner, once, and is signed in', async () => {
  const { api } = await peopleBench();
  expect((await api.get('/setup')).body).toEqual({ needsOwner: true });
  const made = await api.post('/setup', { name: ' Ada Lovelace ', password });
  const me = {
    ...{ id: expect.any(String), kind: 'user', name: 'Ada Lovelace', role: 'admin' },
    csrfToken: expect.stringMatching(/^[\w-]{43}$/),
    expiresAt: '2026-02-07T12:00:00.000Z',
  };
  expect({ status: made.status, body: made.body }).toEqual({ status: 201, body: me });
  expect(made.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^encrew_session=[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/),
  ]);
  expect((await api.get('/session', { cookie: browserOf(api, made).cookie })).body).toEqual(made.body);
  expect((await api.get('/setup')).body).toEqual({ needsOwner: false });
  expect(refusal(await api.post('/setup', { name: 'Eve', password }))).toEqual([
    409,
    'ENC-SYS-008',
    'This server has an owner already: sign in, or run "encrew owner".',
  ]);
});

test('of many who set up at the same moment one becomes the owner', async () => {
  const { api, store } = await peopleBench();
  const names = ['Ada', 'Bea', 'Cid', 'Dan', 'Eve'];
  const answers = await Promise.all(names.map((name) => api.post('/setup', { name, password })));
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409, 409]);
  const users = await store.db.selectFrom('user').select('name').execute();
  expect(users.map(({ name }) => name)).toEqual(names.filter((_name, i) => answers[i]?.status === 201));
});

test('the owner is made on the machine itself, not through a proxy and not from another page', async () => {
  const { api, deps, store } = await peopleBench();
  const body = { name: 'Eve', password };
  const elsewhere =
    'The owner is made on the machine itself: open the server there by its address 127.0.0.1, or run "encrew owner".';
  for (const header of ['X-Forwarded-For', 'Forwarded', 'X-Real-IP', 'Via']) {
    expect(refusal(await api.post('/setup', body, { [header]: '127.0.0.1' }))).toEqual([
      403,
      'ENC-AUTH-003',
      elsewhere,
    ]);
  }
  expect((await api.post('/setup', body, { Origin: 'https://evil.example' })).status).toBe(403);
  // No test reaches loopback from another machine: the row is asked as if.
  const row = setupRoutes(deps).find(({ method }) => method === 'post');
  for (const address of ['192.168.1.9', '::2', '']) {
    const asked = row?.handle({
      ...{ params: undefined, query: undefined, body, actor: null, requestId: 'r', address, headers: {} },
      signal: new AbortController().signal,
    });
    await expect(asked).rejects.toMatchObject({ code: 'ENC-AUTH-003', details: elsewhere });
  }
  expect(await store.db.selectFrom('user').selectAll().execute()).toEqual([]);
});

test('a password has 8 to 256 characters, whatever they are, and a name can be read', async () => {
  const { api } = await peopleBench({ rateLimits });
  const faultOf = async (body: object) => {
    const { status, problem } = await api.post('/setup', body);
    return [status, JSON.stringify(problem?.details)];
  };
  for (const short of ['', '1234567', '🔑🔑🔑🔑🔑🔑🔑']) {
    expect(await faultOf({ name: 'Ada', password: short })).toEqual([400, expect.stringContaining('at least 8')]);
  }
  expect(await faultOf({ name: 'Ada', password: 'x'.repeat(257) })).toEqual([
    400,
    expect.stringContaining('at most 256'),
  ]);
  for (const name of ['', ' ', '-x', 'a\nb', 'a\u202eb', '=1+1', 'x'.repeat(65), '<b>']) {
    expect([name, ...(await faultOf({ name, password }))]).toEqual([name, 400, expect.stringContaining('body.name')]);
  }
  const longest = '🔑'.repeat(256);
  expect((await api.post('/setup', { name: 'Zoë O’Neil'.replace('’', "'"), password: longest })).status).toBe(201);
  expect((await api.post('/session', { name: "ZOE\u0308 o'neil", password: longest })).status).toBe(401);
  expect((await api.post('/session', { name: " zoe\u0308 O'NEIL", password: longest })).status).toBe(201);
});

test('a wrong name, a wrong password and one of somebody else get the same answer', async () => {
  const { api, addUser } = await peopleBench();
  await addUser('ada', 'admin');
  await addUser('bea', 'viewer', { passwordHash: (await quickPasswords.hash('another password')) ?? '' });
  for (const [name, given] of [
    ['ada', 'wrong password'],
    ['nobody', password],
    ['ada', 'another password'],
    ['bea', password],
  ]) {
    const answer = await api.post('/session', { name, password: given });
    expect(refusal(answer)).toEqual([401, 'ENC-AUTH-001', 'Wrong name or password.']);
    expect(answer.headers.getSetCookie()).toEqual([]);
  }
});

test('each answer that asks who it is names a way to prove it', async () => {
  const { api, addUser } = await peopleBench();
  await addUser('ada', 'admin');
  const answers = [
    await api.get('/session'),
    await api.get('/session', { authorization: 'Bearer enc_unknown' }),
    await api.get('/session', { cookie: 'encrew_session=unknown' }),
    await api.post('/session', { name: 'ada', password: 'wrong password' }),
  ];
  expect(answers.map(({ status, headers }) => [status, headers.get('www-authenticate')])).toEqual(
    answers.map(() => [401, 'Bearer']),
  );
});

test('signing in gives a new session and ends the one before; signing out ends it', async () => {
  const { api, addUser, signIn, store } = await peopleBench();
  await addUser('ada', 'admin');
  const first = await signIn('ADA');
  const second = await signIn('ada', { cookie: `theme=dark; ${first.cookie}; x=y` });
  expect(second.cookie).not.toBe(first.cookie);
  expect(refusal(await api.get('/session', { cookie: first.cookie }))).toEqual([
    401,
    'ENC-AUTH-001',
    'This session is not known: sign in again.',
  ]);
  const other = await signIn('ada');
  const out = await api.delete('/session', second.headers);
  expect([out.status, out.headers.getSetCookie()]).toEqual([
    204,
    ['encrew_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict'],
  ]);
  expect((await api.get('/session', { cookie: second.cookie })).status).toBe(401);
  expect((await api.get('/session', { cookie: other.cookie })).status).toBe(200);
  const rows = await store.db.selectFrom('session').selectAll().execute();
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain(other.cookie.split('=')[1]);
});

test('a browser that came by TLS keeps its cookie for TLS', async () => {
  const { api, addUser } = await peopleBench();
  await addUser('ada', 'admin');
  const headers = { Origin: 'https://films.example', 'Sec-Fetch-Site': 'same-origin' };
  const answer = await api.post('/session', { name: 'ada', password }, headers);
  expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/; HttpOnly; SameSite=Strict; Secure$/)]);
});

test('a change needs the token of its own session, from our own page', async () => {
  const { api, addUser, signIn } = await peopleBench();
  await addUser('ada', 'admin');
  const mine = await signIn('ada');
  const another = await signIn('ada');
  const change = (headers: Record<string, string>) => api.post('/tokens', { name: 'x', role: 'viewer' }, headers);
  const { 'x-csrf-token': _token, ...without } = mine.headers;
  for (const headers of [
    without,
    { ...mine.headers, 'x-csrf-token': another.csrf },
    { ...mine.headers, 'x-csrf-token': '' },
    { ...mine.headers, 'x-csrf-token': mine.cookie.split('=')[1] ?? '' },
    { ...mine.headers, origin: 'https://evil.example' },
  ]) {
    expect(refusal(await change(headers)).slice(0, 2)).toEqual([403, 'ENC-AUTH-003']);
  }
  expect((await change(mine.headers)).status).toBe(201);
  expect((await api.delete('/session', without)).status).toBe(403);
  expect((await api.get('/session', { cookie: mine.cookie })).status).toBe(200);
});

test('a session lives a week from its last use, a month in all, and writes that down once a minute', async () => {
  const { api, addUser, signIn, clock, store } = await peopleBench();
  await addUser('ada', 'admin');
  const { cookie } = await signIn('ada');
  const row = () => store.db.selectFrom('session').select(['lastUsedAtMs', 'expiresAtMs']).executeTakeFirst();
  const startMs = clock.nowMs();
  const statusAfter = async (ms: number) => {
    clock.advance(ms);
    return (await api.get('/session', { cookie })).status;
  };
  expect(await statusAfter(minute - 1)).toBe(200);
  expect(await row()).toEqual({ lastUsedAtMs: startMs, expiresAtMs: startMs + 7 * day });
  expect(await statusAfter(1)).toBe(200);
  expect(await row()).toEqual({ lastUsedAtMs: startMs + minute, expiresAtMs: startMs + minute + 7 * day });
  for (let week = 0; week < 4; week += 1) expect(await statusAfter(7 * day - 1)).toBe(200);
  expect(await row()).toMatchObject({ expiresAtMs: startMs + 30 * day });
  expect(await statusAfter(2 * day - minute + 3)).toBe(200);
  const ended = await statusAfter(1);
  expect(ended).toBe(401);
  expect(refusal(await api.get('/session', { cookie }))).toEqual([
    401,
    'ENC-AUTH-002',
    'This session has expired: sign in again.',
  ]);
  expect((await signIn('ada', { cookie })).cookie).not.toBe(cookie);
});

test('a clock that was set back does not keep a session from being used', async () => {
  const { api, addUser, signIn, clock, store } = await peopleBench();
  await addUser('ada', 'admin');
  const { cookie } = await signIn('ada');
  clock.advance(-3 * day);
  expect((await api.get('/session', { cookie })).status).toBe(200);
  const row = await store.db.selectFrom('session').selectAll().executeTakeFirst();
  expect(row).toMatchObject({ lastUsedAtMs: clock.nowMs(), expiresAtMs: clock.nowMs() + 7 * day });
});

test('your own password changes with the old one, and signs you out everywhere else', async () => {
  const { api, addUser, signIn, bearer } = await peopleBench();
  await addUser('ada', 'viewer');
  const [here, there] = [await signIn('ada'), await signIn('ada')];
  const change = (body: object, headers = here.headers) => api.put('/session/password', body, headers);
  expect(refusal(await change({ oldPassword: 'wrong password', newPassword: 'new password' }))).toEqual([
    403,
    'ENC-AUTH-003',
    'The old password is wrong.',
  ]);
  expect((await change({ oldPassword: password, newPassword: 'short' })).status).toBe(400);
  expect((await api.get('/session', { cookie: there.cookie })).status).toBe(200);
  expect((await change({ oldPassword: password, newPassword: 'new password' })).status).toBe(204);
  expect((await api.get('/session', { cookie: here.cookie })).status).toBe(200);
  expect((await api.get('/session', { cookie: there.cookie })).status).toBe(401);
  expect((await api.post('/session', { name: 'ada', password })).status).toBe(401);
  expect((await api.post('/session', { name: 'ada', password: 'new password' })).status).toBe(201);
  const token = await bearer('viewer', 'ada');
  const noSession = [409, 'ENC-SYS-008', 'An API token has no session: revoke it with DELETE /tokens/{id}.'];
  expect(refusal(await change({ oldPassword: 'new password', newPassword: 'stolen it' }, token))).toEqual(noSession);
  expect(refusal(await api.delete('/session', token))).toEqual(noSession);
});

test('a hash of an older cost is renewed when its user signs in', async () => {
  const { addUser, signIn, store } = await peopleBench();
  const old = await passwordKeeper({ log2N: 3, blockSize: 8, parallelism: 1 }).hash(password);
  await addUser('ada', 'viewer', { passwordHash: old ?? '' });
  await signIn('ada');
  expect((await findUser(store.db, 'ada'))?.passwordHash).toMatch(/^\$scrypt\$ln=4,/);
  await signIn('ada');
});

test('who is disabled can’t sign in, and only they are told so', async () => {
  const { api, addUser } = await peopleBench();
  await addUser('ada', 'admin');
  await addUser('bea', 'viewer', { disabledAtMs: 5 });
  expect(refusal(await api.post('/session', { name: 'bea', password }))).toEqual([
    403,
    'ENC-AUTH-003',
    'bea is disabled: ask an admin.',
  ]);
  expect((await api.post('/session', { name: 'bea', password: 'wrong password' })).status).toBe(401);
});

test('guessing gets slower from the fifth failure on, whether the name exists or not', async () => {
  const { api, addUser, clock, deps } = await peopleBench({ rateLimits });
  await addUser('ada', 'admin');
  for (const name of ['ada', 'nobody']) {
    const tryWith = async (given: string) => {
      const answer = await api.post('/session', { name, password: given });
      return answer.status === 429 ? `wait ${answer.headers.get('retry-after')}` : answer.status;
    };
    const tries = [];
    for (let i = 0; i < 6; i += 1) tries.push(await tryWith('wrong password'));
    expect(tries).toEqual([401, 401, 401, 401, 401, 'wait 1']);
    // Not even the right one is looked at.
    expect(await tryWith(password)).toBe('wait 1');
    for (const waitSec of [1, 2, 4, 8]) {
      clock.advance(waitSec * 1000 - 1);
      expect(await tryWith(password)).toBe('wait 1');
      clock.advance(1);
      expect(await tryWith('wrong password')).toBe(401);
    }
    expect(await tryWith(password)).toBe('wait 16');
    // From another network the owner gets in.
    const elsewhere = deps.throttle.begin('192.168.1.9', name);
    expect(elsewhere.ok).toBe(true);
  }
  clock.advance(16_000);
  expect((await api.post('/session', { name: 'ada', password })).status).toBe(201);
  expect((await api.post('/session', { name: 'ada', password: 'wrong password' })).status).toBe(401);
  expect((await api.post('/session', { name: 'ADA', password })).status).toBe(201);
});

test('a hundred guesses at the same moment are no more than five', async () => {
  const { api, addUser } = await peopleBench({ rateLimits });
  await addUser('ada', 'admin');
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, i) => api.post('/session', { name: 'ada', password: `guess number ${i}` })),
  );
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(95);
});

test('waits double up to a quarter of an hour, and an hour without a try forgets them', () => {
  const clock = handClock();
  const throttle = loginThrottle(clock);
  const begin = () => throttle.begin('10.0.0.1', 'ada');
  const waitsSec: number[] = [];
  for (let i = 0; i < 17 + 12; i += 1) {
    const tried = begin();
    if (tried.ok) continue;
    waitsSec.push(tried.waitMs / 1000);
    clock.advance(tried.waitMs);
  }
  expect(waitsSec).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  clock.advance(60 * minute);
  for (let i = 0; i < 5; i += 1) expect(begin().ok).toBe(true);
  expect(begin()).toEqual({ ok: false, waitMs: 1_000 });
});

test('when too many passwords are being checked, the next one is told to come again, and has not failed', async () => {
  const { api, addUser, signIn } = await peopleBench({ rateLimits });
  await addUser('ada', 'admin');
  const over = new AbortController();
  const crowd = Array.from({ length: 22 }, async () => {
    while (!over.signal.aborted) await quickPasswords.check(password, null);
  });
  // Also for a name that nobody has: its password is checked all the same.
  for (let i = 0; i < 12; i += 1) {
    const name = i % 2 === 0 ? 'ada' : 'nobody';
    const { status, problem, headers } = await api.post('/session', { name, password: 'wrong password' });
    expect([status, problem?.code, headers.get('retry-after')]).toEqual([503, 'ENC-SYS-004', '2']);
  }
  over.abort();
  await Promise.all(crowd);
  await signIn('ada');
});
