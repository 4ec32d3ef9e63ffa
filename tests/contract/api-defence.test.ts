import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Route, RequestRefused, route } from '#main/api/route.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { handClock } from '#tests/helpers/hand-clock.ts';
import { admin, serveApi, viewer } from '#tests/helpers/serve-api.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';

const done = z.strictObject({ done: z.boolean() });

const change = route({
  method: 'post',
  path: '/change',
  tag: 'test',
  summary: 'Changes something.',
  role: 'viewer',
  body: z.strictObject({ name: z.string() }).optional(),
  answer: done,
  handle: async () => ({ body: { done: true } }),
});
const look: Route = route({ ...change, method: 'get', path: '/look', body: z.undefined() });
const signIn = route({
  ...change,
  path: '/sign-in',
  role: 'anyone',
  limit: 'login',
  body: z.strictObject({ password: z.string() }),
  handle: async ({ body }) => {
    if (body.password !== 'right') throw new RequestRefused('ENC-AUTH-001', 'Wrong name or password.');
    return { body: { done: true } };
  },
});

test('a request id is echoed where it can do no harm, and made where not', async () => {
  const api = await serveApi([look]);
  const idFor = async (asked: string) =>
    (await api.get('/look', { 'X-Request-Id': asked })).headers.get('x-request-id');
  expect(await idFor('job-7.retry_2')).toBe('job-7.retry_2');
  const made = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/;
  expect(await idFor('a b')).toMatch(made);
  expect(await idFor('x'.repeat(101))).toMatch(made);
  const refused = await api.get('/nowhere', { 'X-Request-Id': 'mine' });
  expect([refused.headers.get('x-request-id'), refused.problem?.requestId]).toEqual(['mine', 'mine']);
});

test('answers tell browsers to be strict, and nothing of what serves them', async () => {
  const { headers } = await (await serveApi([look])).get('/look');
  expect(headers.get('content-security-policy')).toBe(
    "default-src 'self';img-src 'self' data:;object-src 'none';base-uri 'none';form-action 'self';frame-ancestors 'none'",
  );
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('cache-control')).toBe('private, no-cache');
  expect(headers.get('x-powered-by')).toBeNull();
  expect(headers.get('strict-transport-security')).toBeNull();
});

test('every GET has its HEAD, and an ETag that saves sending it again', async () => {
  const api = await serveApi([look, change]);
  const get = await api.get('/look');
  const tag = get.headers.get('etag') ?? '';
  expect(tag).toMatch(/^"[\w-]{43}"$/);
  const head = await api.fetch('/api/v1/look', { method: 'HEAD' });
  expect([head.status, head.text, head.headers.get('etag')]).toEqual([200, '', tag]);
  expect(head.headers.get('content-length')).toBe(String(get.text.length));
  for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
    const again = await api.get('/look', { 'If-None-Match': known });
    expect([known, again.status, again.text, again.headers.get('etag')]).toEqual([known, 304, '', tag]);
  }
  expect((await api.get('/look', { 'If-None-Match': '"other"' })).status).toBe(200);
  const posted = await api.post('/change', undefined, { 'If-None-Match': '*' });
  expect([posted.status, posted.headers.get('etag')]).toEqual([200, null]);
});

test('a name that is not this machine’s is refused, so that no page can pass for our own', async () => {
  const api = await serveApi([look], { allowedOrigins: () => ['https://films.example'] });
  const { port } = new URL(api.url);
  const statusFor = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const asked = httpRequest(`${api.url}/api/v1/look`, { headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on('error', reject);
      asked.end();
    });
  const own = hostname();
  for (const host of [
    `127.0.0.1:${port}`,
    `localhost:${port}`,
    '[::1]:7420',
    '192.168.1.7',
    'films.example',
    own,
    `${own.split('.')[0]}.local`,
  ]) {
    expect([host, await statusFor(host)]).toEqual([host, 200]);
  }
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    `${own.split('.')[0]}.evil.example`,
    'films.example.evil.example',
    '127.0.0.1.evil.example',
    'a@localhost',
  ]) {
    expect([host, await statusFor(host)]).toEqual([host, 403]);
  }
});

test('a change that a cookie proves needs our own page and its token', async () => {
  const api = await serveApi([change, look], {
    authenticate: async () => ({ ok: true, actor: viewer, csrfMatches: (token) => token === 'right' }),
    allowedOrigins: () => ['https://films.example'],
  });
  const statusWith = async (headers: Record<string, string>) => (await api.post('/change', undefined, headers)).status;
  const token = { 'X-CSRF-Token': 'right' };
  expect(await statusWith({ ...token, Origin: api.url })).toBe(200);
  expect(
    await statusWith({ ...token, 'Sec-Fetch-Site': 'same-origin', Origin: 'https://behind-a-proxy.example' }),
  ).toBe(200);
  expect(await statusWith({ ...token, Origin: 'https://films.example' })).toBe(200);
  for (const headers of [
    { Origin: api.url },
    { Origin: api.url, 'X-CSRF-Token': 'wrong' },
    { ...token, Origin: 'https://evil.example' },
    { ...token, Origin: 'null' },
    { ...token, Origin: api.url.replace('127.0.0.1', 'localhost') },
    { ...token, 'Sec-Fetch-Site': 'cross-site' },
    { ...token, 'Sec-Fetch-Site': 'same-site', Origin: api.url },
    token,
  ]) {
    expect([headers, await statusWith(headers)]).toEqual([headers, 403]);
  }
  expect((await api.get('/look', { Origin: 'https://evil.example' })).status).toBe(200);
});

test('a bearer token needs no cross-site proof, and signing in must not come from another page', async () => {
  const api = await serveApi([change, signIn]);
  expect((await api.post('/change', undefined, { Origin: 'https://evil.example' })).status).toBe(200);
  const signInFrom = async (headers: Record<string, string>) =>
    (await api.post('/sign-in', { password: 'right' }, headers)).status;
  expect(await signInFrom({})).toBe(200);
  expect(await signInFrom({ Origin: api.url })).toBe(200);
  expect(await signInFrom({ Origin: 'https://evil.example' })).toBe(403);
  expect(await signInFrom({ 'Sec-Fetch-Site': 'cross-site' })).toBe(403);
});

test('other pages may read answers only where the owner allows their origin', async () => {
  let allowed = ['https://films.example'];
  const api = await serveApi([look, change], { allowedOrigins: () => allowed });
  const preflight = (origin: string) =>
    api.fetch('/api/v1/change', {
      method: 'OPTIONS',
      headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
    });
  const allowedFor = async (origin: string) =>
    (await api.get('/look', { Origin: origin })).headers.get('access-control-allow-origin');
  expect(await allowedFor('https://films.example')).toBe('https://films.example');
  expect(await allowedFor('https://evil.example')).toBeNull();
  const good = await preflight('https://films.example');
  expect([good.status, good.headers.get('access-control-allow-methods')]).toEqual([
    204,
    'GET, HEAD, POST, PUT, PATCH, DELETE',
  ]);
  expect(good.headers.get('access-control-allow-credentials')).toBeNull();
  expect((await preflight('https://evil.example')).headers.get('access-control-allow-methods')).toBeNull();
  allowed = [];
  expect(await allowedFor('https://films.example')).toBeNull();
});

test('too many requests are told when to come back', async () => {
  const clock = handClock();
  const rateLimits = { actorPerMinute: 3, strangerPerMinute: 1, failedLogins: 2 };
  const api = await serveApi([look], {
    ...{ clock, rateLimits },
    actor: ({ headers }) =>
      headers.authorization === undefined ? null : headers.authorization === 'a' ? admin : viewer,
  });
  const statusOf = async (authorization?: string) =>
    (await api.get('/look', authorization === undefined ? {} : { authorization })).status;
  expect([await statusOf('a'), await statusOf('a'), await statusOf('a'), await statusOf('a')]).toEqual([
    200, 200, 200, 429,
  ]);
  expect(await statusOf('b')).toBe(200);
  expect([await statusOf(), await statusOf()]).toEqual([401, 429]);
  clock.advance(18_500);
  const refused = await api.get('/look', { authorization: 'a' });
  expect([refused.problem?.code, refused.headers.get('retry-after')]).toEqual(['ENC-SYS-005', '42']);
  clock.advance(41_500);
  expect(await statusOf('a')).toBe(200);
});

test('only failed tries count against signing in', async () => {
  const clock = handClock();
  const rateLimits = { actorPerMinute: 1000, strangerPerMinute: 1000, failedLogins: 2 };
  const api = await serveApi([signIn], { clock, rateLimits, actor: null });
  const tryWith = async (password: string) => (await api.post('/sign-in', { password })).status;
  const tries = [];
  for (const password of ['right', 'right', 'right', 'wrong', 'wrong', 'wrong', 'right'])
    tries.push(await tryWith(password));
  expect(tries).toEqual([200, 200, 200, 401, 401, 429, 429]);
  clock.advance(5 * 60_000);
  expect(await tryWith('right')).toBe(200);
});

test('a body that does not come is not waited for', async () => {
  const clock = handClock();
  const api = await serveApi([change], { clock });
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (part) => {
    answer += part.toString();
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(
    'POST /api/v1/change HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{"name"',
  );
  await waitUntil('the server reads the body', () => clock.pendingMs().length === 1);
  clock.advance(30_000);
  await closed;
  expect(answer).toMatch(/^HTTP\/1.1 400 /);
  expect(answer).toContain('The body did not come within 30 s.');
});

test('each request leaves one line, without its secrets', async () => {
  const lines: unknown[] = [];
  const keep = (level: string) => (fields: object, message: string) => lines.push({ level, message, ...fields });
  const log = { ...silentLogger, info: keep('info'), warn: keep('warn'), error: keep('error') };
  const api = await serveApi([look, signIn], { log });
  await api.get('/look?token=secret-1', { Authorization: 'Bearer secret-2', 'X-Request-Id': 'one' });
  await api.post('/sign-in', { password: 'secret-3' }, { Cookie: 'session=secret-4', 'X-Request-Id': 'two' });
  await waitUntil('both lines are there', () => lines.length === 2);
  const facts = { message: 'request', durationMs: 0, who: 'user:u-admin', address: '127.0.0.1' };
  expect(lines).toEqual([
    { ...facts, level: 'info', requestId: 'one', method: 'GET', path: '/api/v1/look', status: 200 },
    { ...facts, level: 'warn', requestId: 'two', method: 'POST', path: '/api/v1/sign-in', status: 401 },
  ]);
  expect(JSON.stringify(lines)).not.toContain('secret');
});
