import { expect, test } from 'vitest';
import { userList, userView } from '#shared/protocol/users.ts';
import { benchPassword, peopleBench } from '#tests/helpers/people-bench.ts';
import type { ApiAnswer } from '#tests/helpers/serve-api.ts';

const password = benchPassword;
const refusal = ({ status, problem }: ApiAnswer) => [status, problem?.code, problem?.details];

test('users are added, found, listed, changed and deleted, and no answer holds a hash', async () => {
  const { api, bearer, clock } = await peopleBench();
  const admin = await bearer('admin');
  const answer = await api.post('/users', { name: 'Bea', password, role: 'operator' }, admin);
  const bea = {
    ...{ id: expect.any(String), name: 'Bea', role: 'operator', enabled: true },
    ...{ createdAt: '2026-01-31T12:00:00.000Z', updatedAt: '2026-01-31T12:00:00.000Z' },
  };
  expect(answer).toMatchObject({ status: 201, body: bea });
  const { id } = userView.parse(answer.body);
  await api.post('/users', { name: 'ada', password, role: 'admin' }, admin);
  expect((await api.get(`/users/${id}`, admin)).body).toEqual(bea);
  const listed = userList.parse((await api.get('/users', admin)).body);
  expect(listed.items.map(({ name }) => name)).toEqual(['ada', 'Bea']);

  clock.advance(1_000);
  const changed = await api.patch(`/users/${id}`, { name: 'Bee', role: 'viewer', enabled: false }, admin);
  const after = { ...bea, name: 'Bee', role: 'viewer', enabled: false, updatedAt: '2026-01-31T12:00:01.000Z' };
  expect(changed).toMatchObject({ status: 200, body: after });
  expect(JSON.stringify([answer, listed, changed])).not.toMatch(/scrypt|hash/i);

  expect((await api.delete(`/users/${id}`, admin)).status).toBe(204);
  const missing = [404, 'ENC-SYS-006', `There is no user ${id}; GET /users lists them.`];
  expect(refusal(await api.get(`/users/${id}`, admin))).toEqual(missing);
  expect(refusal(await api.patch(`/users/${id}`, { enabled: true }, admin))).toEqual(missing);
  expect(refusal(await api.delete(`/users/${id}`, admin))).toEqual(missing);
});

test('what a user can’t be is refused, with the reason', async () => {
  const { api, bearer, addUser } = await peopleBench();
  const admin = await bearer('admin');
  await addUser('ada', 'admin');
  const taken = [409, 'ENC-SYS-008', 'Another user has this name already: choose another one.'];
  const last = [409, 'ENC-SYS-008', 'This is the last admin who can sign in: make another one first.'];
  expect(refusal(await api.post('/users', { name: 'ADA', password, role: 'viewer' }, admin))).toEqual(taken);
  await addUser('bea', 'viewer');
  expect(refusal(await api.patch('/users/bea', { name: 'Ada' }, admin))).toEqual(taken);
  expect(refusal(await api.patch('/users/ada', { role: 'operator' }, admin))).toEqual(last);
  expect(refusal(await api.patch('/users/ada', { enabled: false }, admin))).toEqual(last);
  expect(refusal(await api.delete('/users/ada', admin))).toEqual(last);
  for (const body of [
    { name: 'Cid', password, role: 'owner' },
    { name: 'Cid', password: 'short', role: 'viewer' },
    { name: 'Cid', role: 'viewer' },
    { name: 'Cid', password, role: 'viewer', passwordHash: 'x' },
  ]) {
    expect([body, (await api.post('/users', body, admin)).status]).toEqual([body, 400]);
  }
});

test('each role may do what is its own and nothing more', async () => {
  const { api, bearer, addUser } = await peopleBench();
  await addUser('ada', 'admin');
  await addUser('bea', 'viewer');
  const requests = [
    ['get', '/users'],
    ['get', '/users/bea'],
    ['post', '/users'],
    ['patch', '/users/bea'],
    ['delete', '/users/bea'],
    ['get', '/audit'],
    ['get', '/audit.csv'],
    ['get', '/session'],
    ['get', '/tokens'],
  ] as const;
  const codesOf = async (headers: Record<string, string>) => {
    const codes = [];
    for (const [method, path] of requests) {
      const send =
        method === 'get' || method === 'delete' ? api[method](path, headers) : api[method](path, {}, headers);
      codes.push((await send).problem?.code ?? null);
    }
    return codes;
  };
  const nobody = requests.map(() => 'ENC-AUTH-001');
  const little = [...requests.slice(2).map(() => 'ENC-AUTH-004'), null, null];
  expect(await codesOf({})).toEqual(nobody);
  expect(await codesOf({ authorization: 'Bearer enc_made-up' })).toEqual(nobody);
  expect(await codesOf({ cookie: `encrew_session=${'x'.repeat(43)}` })).toEqual(nobody);
  expect(await codesOf(await bearer('viewer'))).toEqual(little);
  expect(await codesOf(await bearer('operator'))).toEqual(little);
  expect(await codesOf(await bearer('admin'))).toEqual([null, null, 'ENC-SYS-007', ...Array(6).fill(null)]);
});

test('a lowered role, a new password, a disabled and a deleted user count at once', async () => {
  const { api, bearer, addUser, signIn } = await peopleBench();
  await addUser('ada', 'admin');
  await addUser('bea', 'admin');
  const admin = await bearer('admin');
  const token = await bearer('admin', 'bea');
  const bea = await signIn('bea');
  const statuses = async (): Promise<unknown[]> => {
    const answers = [await api.get('/users', bea.headers), await api.get('/users', token)];
    return answers.map(({ status, problem }) => problem?.code ?? status);
  };
  expect(await statuses()).toEqual([200, 200]);
  await api.patch('/users/bea', { role: 'operator' }, admin);
  expect(await statuses()).toEqual(['ENC-AUTH-004', 'ENC-AUTH-004']);
  await api.patch('/users/bea', { role: 'admin' }, admin);
  expect(await statuses()).toEqual([200, 200]);
  await api.patch('/users/bea', { password: 'another password' }, admin);
  expect(await statuses()).toEqual(['ENC-AUTH-001', 200]);
  await api.patch('/users/bea', { enabled: false }, admin);
  expect(await statuses()).toEqual(['ENC-AUTH-001', 'ENC-AUTH-001']);
  await api.patch('/users/bea', { enabled: true }, admin);
  expect(await statuses()).toEqual(['ENC-AUTH-001', 200]);
  await api.delete('/users/bea', admin);
  expect(await statuses()).toEqual(['ENC-AUTH-001', 'ENC-AUTH-001']);
});

test('an admin gives others a new password, but themselves only with the old one', async () => {
  const { api, addUser, signIn } = await peopleBench();
  await addUser('ada', 'admin');
  await addUser('bea', 'viewer');
  const ada = await signIn('ada');
  expect(refusal(await api.patch('/users/ada', { password: 'new password' }, ada.headers))).toEqual([
    409,
    'ENC-SYS-008',
    'Change your own password by PUT /session/password.',
  ]);
  expect((await api.patch('/users/bea', { password: 'new password' }, ada.headers)).status).toBe(200);
  expect((await api.post('/session', { name: 'bea', password })).status).toBe(401);
  expect((await api.post('/session', { name: 'bea', password: 'new password' })).status).toBe(201);
});
