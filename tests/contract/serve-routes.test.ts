import { expect, test } from 'vitest';
import { z } from 'zod';
import { RequestRefused, route } from '#main/api/route.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { operator, serveApi, viewer } from '#tests/helpers/serve-api.ts';

const film = z.strictObject({ id: z.string(), year: z.number() });

const getFilm = route({
  method: 'get',
  path: '/films/{id}',
  tag: 'films',
  summary: 'One film.',
  role: 'viewer',
  params: z.strictObject({ id: z.string().regex(/^\d+$/) }),
  query: z.strictObject({ year: z.coerce.number().int().default(1979) }),
  answer: film,
  handle: async ({ params, query }) => ({ body: { id: params.id, year: query.year } }),
});

const addFilm = route({
  method: 'post',
  path: '/films',
  tag: 'films',
  summary: 'Adds a film.',
  role: 'operator',
  body: z.strictObject({ title: z.string().min(1), cast: z.array(z.strictObject({ name: z.string() })).default([]) }),
  badBody: 'ENC-JOB-001',
  answer: z.strictObject({ title: z.string(), cast: z.number() }),
  status: 201,
  handle: async ({ body }) => ({ body: { title: body.title, cast: body.cast.length } }),
});

const problemOf = (code: string, message: string, details: unknown) => ({
  error: { code, message, details, requestId: expect.any(String), timestamp: '2026-01-31T12:00:00.000Z' },
});

test('a row answers with what its schemas made of parameters and query', async () => {
  const api = await serveApi([getFilm]);
  expect(await api.get('/films/7?year=1982')).toMatchObject({ status: 200, body: { id: '7', year: 1982 } });
  expect(await api.get('/films/7')).toMatchObject({ status: 200, body: { id: '7', year: 1979 } });
});

test('a body goes through its schema, and the row may name its status', async () => {
  const api = await serveApi([addFilm]);
  const answer = await api.post('/films', { title: 'Stalker', cast: [{ name: 'A' }] });
  expect(answer).toMatchObject({ status: 201, body: { title: 'Stalker', cast: 1 } });
});

test('every fault of a request is told with its path', async () => {
  const api = await serveApi([getFilm, addFilm]);
  const query = await api.get('/films/7?year=soon&colour=blue');
  expect(query).toMatchObject({ status: 400 });
  expect(query.body).toEqual(
    problemOf('ENC-SYS-007', 'Invalid request', {
      faults: [
        { path: 'query.year', message: 'Invalid input: expected number, received NaN' },
        { path: 'query', message: 'Unrecognized key: "colour"' },
      ],
    }),
  );
  expect((await api.get('/films/x')).body).toMatchObject({
    error: { code: 'ENC-SYS-007', details: { faults: [{ path: 'params.id' }] } },
  });
  const body = await api.post('/films', { title: '', cast: [{ name: 'A' }, {}] });
  expect(body.body).toMatchObject({
    error: {
      code: 'ENC-JOB-001',
      message: 'Invalid job request',
      details: { faults: [{ path: 'body.title' }, { path: 'body.cast.1.name' }] },
    },
  });
});

test('what is no JSON, too large or of another type is refused before it is looked at', async () => {
  const api = await serveApi([addFilm]);
  const send = async (body: string, type = 'application/json') => {
    const answer = await api.fetch('/api/v1/films', { method: 'POST', body, headers: { 'content-type': type } });
    return [answer.status, answer.problem?.code];
  };
  expect(await send('{"title":')).toEqual([400, 'ENC-SYS-007']);
  expect(await send(JSON.stringify({ title: 'x'.repeat(1_100_000) }))).toEqual([413, 'ENC-SYS-010']);
  expect(await send('title=Stalker', 'application/x-www-form-urlencoded')).toEqual([415, 'ENC-SYS-009']);
  expect(await send('{"title":"x"}', 'application/json; charset=latin1')).toEqual([415, 'ENC-SYS-009']);
  expect((await api.post('/films')).status).toBe(400);
});

test('a path that is not there and a method that it does not take are told apart', async () => {
  const api = await serveApi([getFilm, addFilm]);
  const missing = await api.get('/actors');
  expect(missing.status).toBe(404);
  expect(missing.body).toEqual(problemOf('ENC-SYS-006', 'Not found', 'There is nothing at /api/v1/actors.'));
  expect(await api.fetch('/elsewhere')).toMatchObject({ status: 404, body: { error: { code: 'ENC-SYS-006' } } });
  const method = await api.delete('/films/7');
  expect(method).toMatchObject({ status: 405, body: { error: { code: 'ENC-SYS-011' } } });
  expect(method.headers.get('allow')).toBe('GET, HEAD');
  expect(await api.get('/films/%E0%A4%A')).toMatchObject({ status: 400, body: { error: { code: 'ENC-SYS-007' } } });
});

test('who has not signed in gets 401, and who may not do it 403', async () => {
  const stranger = await serveApi([addFilm], { actor: null });
  const answer = await stranger.post('/films', { title: 'Stalker' });
  expect(answer).toMatchObject({ status: 401, body: { error: { code: 'ENC-AUTH-001' } } });
  expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  const low = await serveApi([addFilm], { actor: viewer });
  expect(await low.post('/films', { title: 'Stalker' })).toMatchObject({
    status: 403,
    body: { error: { code: 'ENC-AUTH-004', details: 'This needs the role operator; Vera is viewer.' } },
  });
  const enough = await serveApi([addFilm], { actor: operator });
  expect(await enough.post('/films', { title: 'Stalker' })).toMatchObject({ status: 201 });
});

test('credentials that are no good are refused by their own code, save where anyone may ask', async () => {
  const open = route({
    ...getFilm,
    path: '/open',
    params: z.strictObject({}),
    role: 'anyone',
    handle: async () => ({ body: { id: 'x', year: 1 } }),
  });
  const api = await serveApi([getFilm, open], {
    authenticate: async () => ({ ok: false, code: 'ENC-AUTH-002', details: 'This token expired yesterday.' }),
  });
  expect(await api.get('/films/7')).toMatchObject({
    status: 401,
    body: { error: { code: 'ENC-AUTH-002', details: 'This token expired yesterday.' } },
  });
  expect(await api.get('/open')).toMatchObject({ status: 200 });
});

test('nothing but what the schema of the answer knows leaves the server', async () => {
  const leaky = route({
    ...getFilm,
    handle: async () => ({ body: { id: '7', year: 1979, passwordHash: 'scrypt$secret' } }),
  });
  const api = await serveApi([leaky]);
  const answer = await api.get('/films/7');
  expect(answer).toMatchObject({ status: 500, body: { error: { code: 'ENC-SYS-001' } } });
  expect(answer.text).not.toContain('secret');
  expect(String(api.errors[0])).toBe(
    'Error: get /films/{id} answers what its schema does not: : Unrecognized key: "passwordHash"',
  );
});

test('a fault that nobody foresaw is logged with its stack and told without', async () => {
  const lines: unknown[] = [];
  const log = {
    ...silentLogger,
    error: (fields: unknown, message: string) => {
      if (message === 'a request failed') lines.push(fields);
    },
  };
  const broken = route({
    ...getFilm,
    handle: async () => {
      throw new Error('cannot open /home/ada/private.db');
    },
  });
  const api = await serveApi([broken], { log });
  const answer = await api.get('/films/7');
  expect(answer.status).toBe(500);
  expect(answer.text).not.toContain('ada');
  expect(lines).toMatchObject([
    { requestId: answer.problem?.requestId, error: expect.stringContaining('serve-routes.test.ts') },
  ]);
  expect(api.errors).toHaveLength(1);
});

test('a full disk and a refusing database are told by name', async () => {
  const failing = (code: string) =>
    route({
      ...getFilm,
      path: `/${code}`,
      params: z.strictObject({}),
      handle: async () => {
        throw Object.assign(new Error('no'), { code });
      },
    });
  const api = await serveApi([failing('SQLITE_FULL'), failing('SQLITE_CORRUPT')]);
  expect(await api.get('/SQLITE_FULL')).toMatchObject({ status: 507, body: { error: { code: 'ENC-STO-003' } } });
  expect(await api.get('/SQLITE_CORRUPT')).toMatchObject({ status: 500, body: { error: { code: 'ENC-SYS-002' } } });
  expect(api.errors).toHaveLength(2);
});

test('a refusal keeps its code, its details and its headers', async () => {
  const refusing = route({
    ...getFilm,
    handle: async () => {
      throw new RequestRefused('ENC-JOB-004', 'No film 7.', { headers: { 'X-Why': 'gone' } });
    },
  });
  const answer = await (await serveApi([refusing])).get('/films/7');
  expect(answer.status).toBe(404);
  expect(answer.body).toEqual(problemOf('ENC-JOB-004', 'Job not found', 'No film 7.'));
  expect(answer.headers.get('x-why')).toBe('gone');
});

test('a fixed path goes before a parameter, and a wildcard takes the rest', async () => {
  const named = (path: `/${string}`, name: string) =>
    route({
      method: 'get',
      path,
      tag: 'films',
      summary: name,
      role: 'viewer',
      params: z.object({ rest: z.string().optional() }),
      answer: z.strictObject({ name: z.string() }),
      handle: async ({ params }) => ({ body: { name: params.rest === undefined ? name : `${name} ${params.rest}` } }),
    });
  const api = await serveApi([
    named('/{rest*}', 'rest'),
    named('/films/{id}', 'one'),
    named('/films/statistics', 'all'),
  ]);
  expect((await api.get('/films/statistics')).body).toEqual({ name: 'all' });
  expect((await api.get('/films/7')).body).toEqual({ name: 'one' });
  expect((await api.get('/a/b%2Fc/d%20e.ts')).body).toEqual({ name: 'rest a/b/c/d e.ts' });
  await expect(serveApi([getFilm, getFilm])).rejects.toThrow('two routes for get /films/{id}');
});

test('a streamed answer is the route’s own, HEAD included', async () => {
  const csv = route({
    method: 'get',
    path: '/films.csv',
    tag: 'films',
    summary: 'All films.',
    role: 'viewer',
    streams: 'text/csv',
    handle: async () => ({
      stream: async (request, response) => {
        response.setHeader('Content-Type', 'text/csv');
        response.end(request.method === 'HEAD' ? undefined : 'id,year\r\n7,1979\r\n');
      },
    }),
  });
  const api = await serveApi([csv]);
  expect(await api.get('/films.csv')).toMatchObject({ status: 200, body: 'id,year\r\n7,1979\r\n' });
  expect(await api.fetch('/api/v1/films.csv', { method: 'HEAD' })).toMatchObject({ status: 200, body: null });
});

test('an answer without a body is 204, and headers of an answer may repeat', async () => {
  const out = route({
    method: 'delete',
    path: '/session',
    tag: 'auth',
    summary: 'Signs out.',
    role: 'anyone',
    handle: async () => ({ body: undefined, headers: { 'Set-Cookie': ['a=; Max-Age=0', 'b=; Max-Age=0'] } }),
  });
  const answer = await (await serveApi([out])).delete('/session');
  expect(answer).toMatchObject({ status: 204, body: null });
  expect(answer.headers.getSetCookie()).toEqual(['a=; Max-Age=0', 'b=; Max-Age=0']);
});
