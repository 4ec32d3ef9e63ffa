import { expect, test } from 'vitest';
import { z } from 'zod';
import type { AuditEntry } from '#main/api/audit-entry.ts';
import { redact } from '#main/platform/redact.ts';
import { type Route, RequestRefused, route } from '#main/api/route.ts';
import { operator, serveApi, viewer } from '#tests/helpers/serve-api.ts';

const rename = route({
  method: 'patch',
  path: '/hooks/{id}',
  tag: 'webhooks',
  summary: 'Changes a hook.',
  role: 'operator',
  params: z.strictObject({ id: z.string() }),
  body: z.strictObject({ url: z.string(), secret: z.string() }),
  handle: async ({ params }) => {
    if (params.id === 'gone') throw new RequestRefused('ENC-SYS-006', 'No such hook.');
    return { body: undefined };
  },
});
const make = route({
  method: 'post',
  path: '/hooks',
  tag: 'webhooks',
  summary: 'Makes a hook.',
  role: 'operator',
  answer: z.strictObject({ id: z.string() }),
  handle: async () => ({ body: { id: 'h9' } }),
});
const list: Route = route({ ...make, method: 'get' });

async function serveAudited(actor: typeof viewer | null) {
  const entries: AuditEntry[] = [];
  const api = await serveApi([rename, make, list], { actor, audit: (entry) => void entries.push(entry) });
  return { api, entries };
}

test('every change is told with who made it, to what, and without its secrets', async () => {
  const { api, entries } = await serveAudited(operator);
  await api.patch(
    '/hooks/h7?why=new',
    { url: 'https://ada:pw@hooks.example/x', secret: 's3cret' },
    { 'X-Request-Id': 'r1' },
  );
  await api.post('/hooks');
  await api.get('/hooks');
  expect(entries).toEqual([
    {
      atMs: Date.parse('2026-01-31T12:00:00.000Z'),
      actor: operator,
      action: 'PATCH /hooks/{id}',
      resourceType: 'webhooks',
      resourceId: 'h7',
      result: 'success',
      requestId: 'r1',
      address: '127.0.0.1',
      details: {
        status: 204,
        code: null,
        params: { id: 'h7' },
        query: { why: 'new' },
        body: { url: 'https://[redacted]@hooks.example/x', secret: '[redacted]' },
      },
    },
    expect.objectContaining({ action: 'POST /hooks', resourceId: 'h9', result: 'success' }),
  ]);
});

test('what was refused is told too, with its code', async () => {
  const failed = async (actor: typeof viewer | null, path: string, body: unknown) => {
    const { api, entries } = await serveAudited(actor);
    await api.patch(path, body);
    return entries.map((entry) => [
      entry.actor?.name,
      entry.resourceId,
      entry.result,
      entry.details.status,
      entry.details.code,
    ]);
  };
  const body = { url: 'https://hooks.example', secret: 's' };
  expect(await failed(operator, '/hooks/gone', body)).toEqual([['Otto', 'gone', 'failure', 404, 'ENC-SYS-006']]);
  expect(await failed(operator, '/hooks/h7', {})).toEqual([['Otto', 'h7', 'failure', 400, 'ENC-SYS-007']]);
  expect(await failed(viewer, '/hooks/h7', body)).toEqual([['Vera', 'h7', 'failure', 403, 'ENC-AUTH-004']]);
  expect(await failed(null, '/hooks/h7', body)).toEqual([[undefined, 'h7', 'failure', 401, 'ENC-AUTH-001']]);
});

test('an audit that can’t be written does not undo what was done', async () => {
  const api = await serveApi([make], {
    audit: async () => {
      throw new Error('the disk is full');
    },
  });
  expect(await api.post('/hooks')).toMatchObject({ status: 200, body: { id: 'h9' } });
  expect(api.errors.map(String)).toEqual(['Error: the disk is full']);
});

test('secrets are covered by their names, at any depth, and long parts are cut', () => {
  expect(
    redact({
      name: 'Ada',
      newPassword: 'x',
      nested: [{ apiKey: 'x', 'X-CSRF-Token': 'x' }, { Authorization: ['x'] }],
      tokenHint: null,
      hasToken: true,
      long: 'y'.repeat(501),
      many: Array.from({ length: 52 }, () => 1),
      url: 'Get https://me:word@films.example/a.mkv?key=x#at and http://b.example/c',
      deep: { a: { b: { c: { d: { e: { f: 1 } } } } } },
    }),
  ).toEqual({
    name: 'Ada',
    newPassword: '[redacted]',
    nested: [{ apiKey: '[redacted]', 'X-CSRF-Token': '[redacted]' }, { Authorization: '[redacted]' }],
    tokenHint: null,
    hasToken: true,
    long: `${'y'.repeat(500)}[1 more]`,
    many: [...Array.from({ length: 50 }, () => 1), '[2 more]'],
    url: 'Get https://[redacted]@films.example/a.mkv?[redacted]#at and http://b.example/c',
    deep: { a: { b: { c: { d: { e: '[deeper]' } } } } },
  });
});
