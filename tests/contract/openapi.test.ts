import { expect, test } from 'vitest';
import { z } from 'zod';
import { openApiDocument } from '#main/api/openapi.ts';
import { route } from '#main/api/route.ts';
import { pageOf, pageQuery } from '#shared/protocol/page.ts';
import { serveApi } from '#tests/helpers/serve-api.ts';

const film = z.strictObject({ id: z.string(), year: z.number().int().nullable().default(null) });

const change = route({
  method: 'put',
  path: '/films/{id}',
  tag: 'films',
  summary: 'Changes a film.',
  role: 'operator',
  params: z.strictObject({ id: z.string().describe('Of the film.') }),
  body: film,
  badBody: 'ENC-JOB-001',
  answer: film,
  problems: ['ENC-JOB-004'],
  handle: async ({ body }) => ({ body }),
});
const list = route({
  method: 'get',
  path: '/films',
  tag: 'films',
  summary: 'All films.',
  role: 'viewer',
  query: z.strictObject({ ...pageQuery, name: z.string().optional() }),
  answer: pageOf(film),
  handle: async () => ({ body: { items: [], total: 0, nextCursor: null } }),
});
const add = route({ ...change, method: 'post', path: '/films', params: z.undefined(), status: 201 });
const rename = route({
  ...change,
  method: 'patch',
  path: '/films/{id}/name',
  body: film.optional(),
  answer: z.undefined(),
  handle: async () => ({ body: undefined }),
});
const read = route({
  method: 'get',
  path: '/files/{path*}',
  tag: 'files',
  summary: 'A file.',
  role: 'anyone',
  streams: 'application/octet-stream',
  handle: async () => ({ stream: async (_request, response) => void response.end() }),
});

const facts = { version: '1.2.3', sessionCookie: 'encrew' };
const anyDocument = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), z.looseObject({}))) });

test('a row is described by the schemas that check it, with all that can go wrong', () => {
  const document = openApiDocument([change], facts);
  const refusals = (codes: string) => ({
    description: codes,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });
  expect(document['paths']).toEqual({
    '/films/{id}': {
      put: {
        operationId: 'putFilmsById',
        tags: ['films'],
        summary: 'Changes a film.',
        description: 'Needs the role operator.',
        security: [{ token: [] }, { session: [] }],
        parameters: [
          {
            in: 'path',
            name: 'id',
            required: true,
            description: 'Of the film.',
            schema: { type: 'string', description: 'Of the film.' },
          },
        ],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: {
                  id: { type: 'string' },
                  year: {
                    anyOf: [
                      { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
                      { type: 'null' },
                    ],
                    default: null,
                  },
                },
                required: ['id'],
                additionalProperties: false,
              },
            },
          },
        },
        responses: {
          '200': {
            description: 'As asked.',
            content: { 'application/json': { schema: expect.objectContaining({ required: ['id', 'year'] }) } },
          },
          '400': refusals('`ENC-JOB-001` Invalid job request; `ENC-SYS-007` Invalid request'),
          '401': refusals('`ENC-AUTH-001` Unauthorized; `ENC-AUTH-002` Token expired'),
          '403': refusals('`ENC-AUTH-003` Forbidden; `ENC-AUTH-004` Role required'),
          '404': refusals('`ENC-JOB-004` Job not found'),
          '413': refusals('`ENC-SYS-010` Request too large'),
          '415': refusals('`ENC-SYS-009` Unsupported media type'),
          '429': refusals('`ENC-SYS-005` Rate limit exceeded'),
          '500': refusals('`ENC-SYS-001` Internal server error'),
        },
      },
    },
  });
  expect(document).toMatchObject({
    openapi: '3.1.0',
    info: { title: 'Encrew', version: '1.2.3' },
    servers: [{ url: '/api/v1' }],
    tags: [{ name: 'films' }],
    components: {
      schemas: { Problem: { type: 'object', required: ['error'] } },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'encrew' },
      },
    },
  });
});

test('lists name their parameters, POSTs their key, streams their type, and each operation has its own id', () => {
  const { paths } = anyDocument.parse(openApiDocument([list, add, rename, read], facts));
  const parameters = (path: string, method: string) =>
    z
      .array(z.looseObject({ in: z.string(), name: z.string() }))
      .default([])
      .parse(paths[path]?.[method]?.['parameters'])
      .map((one) => `${one.in} ${one.name}`);
  expect(parameters('/films', 'get')).toEqual(['query limit', 'query cursor', 'query name']);
  expect(parameters('/films', 'post')).toEqual(['header Idempotency-Key']);
  expect(parameters('/files/{path}', 'get')).toEqual(['path path']);
  expect(paths['/films']?.['post']).toMatchObject({ responses: { '201': {}, '409': {}, '422': {} } });
  expect(paths['/films/{id}/name']?.['patch']).toMatchObject({ requestBody: { required: false } });
  expect(paths['/files/{path}']?.['get']).toMatchObject({
    security: [],
    responses: { '200': { content: { 'application/octet-stream': {} } } },
  });
  const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map((one) => one['operationId']));
  expect(ids).toEqual(['getFilms', 'postFilms', 'patchFilmsByIdName', 'getFilesByPath']);
});

test('the server describes its rows and itself, to anybody', async () => {
  const api = await serveApi([list, change], { actor: null, about: facts });
  const answer = await api.get('/openapi.json');
  expect(answer.status).toBe(200);
  expect(Object.keys(anyDocument.parse(answer.body).paths)).toEqual(['/films', '/films/{id}', '/openapi.json']);
  const again = await api.get('/openapi.json', { 'If-None-Match': answer.headers.get('etag') ?? '' });
  expect(again.status).toBe(304);
});
