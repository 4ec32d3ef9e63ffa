import { z } from 'zod';
import {
  createDocument,
  type ZodObjectInput,
  type ZodOpenApiOperationObject,
  type ZodOpenApiParameters,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import { type ProblemCode, problem, problems } from '#shared/protocol/problem.ts';
import { type Route, route } from './route.ts';

export type ApiFacts = {
  /** Encrew's own. */
  version: string;
  /** Name of the cookie that holds a session. */
  sessionCookie: string;
};

/** `/openapi.json` for these rows and itself: made when it is first asked for. */
export function openApiRoute(rows: readonly Route[], facts: ApiFacts): Route {
  let made: Record<string, unknown> | null = null;
  const own: Route = route({
    method: 'get',
    path: '/openapi.json',
    tag: 'server',
    summary: 'This description of the API (OpenAPI 3.1).',
    role: 'anyone',
    answer: z.record(z.string(), z.unknown()),
    handle: async () => {
      made ??= openApiDocument([...rows, own], facts);
      return { body: made };
    },
  });
  return own;
}

/** OpenAPI 3.1 of the rows: the schemas that check a request also describe it. */
export function openApiDocument(rows: readonly Route[], { version, sessionCookie }: ApiFacts): Record<string, unknown> {
  const paths: ZodOpenApiPathsObject = {};
  for (const row of rows) {
    const path = row.path.replaceAll('*}', '}');
    paths[path] = { ...paths[path], [row.method]: operationOf(row) };
  }
  const document = createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Encrew',
      version,
      description:
        'Every list takes `limit` and `cursor`; every GET knows ETag, If-None-Match and HEAD; a POST with an ' +
        '`Idempotency-Key` is done once. What goes wrong is told by a code of the catalogue.',
    },
    servers: [{ url: '/api/v1' }],
    tags: [...new Set(rows.map(({ tag }) => tag))].sort().map((name) => ({ name })),
    security: signedIn,
    paths,
    components: {
      schemas: { Problem: problem },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API token.' },
        session: {
          ...{ type: 'apiKey', in: 'cookie', name: sessionCookie },
          description: 'A session of the web pages; changes also need its X-CSRF-Token.',
        },
      },
    },
  });
  return { ...document };
}

const signedIn = [{ token: [] }, { session: [] }];

function operationOf(row: Route): ZodOpenApiOperationObject {
  const isOpen = row.role === 'anyone';
  return {
    operationId: operationId(row),
    tags: [row.tag],
    summary: row.summary,
    description: isOpen ? 'Needs no sign-in.' : `Needs the role ${row.role}.`,
    security: isOpen ? [] : signedIn,
    requestParams: parametersOf(row),
    ...bodyOf(row),
    responses: { [String(goodStatus(row))]: goodAnswer(row), ...badAnswers(row) },
  };
}

/** `getJobsById` of `GET /jobs/{id}`: stays the same as long as the path does. */
function operationId({ method, path }: Route): string {
  const words = path
    .split(/[/._-]/)
    .filter((part) => part !== '')
    .map((part) =>
      part.replace(/^\{(\w+)\*?\}$/, 'by-$1').replaceAll(/(?:^|-)(\w)/g, (_, first: string) => first.toUpperCase()),
    );
  return [method, ...words].join('');
}

function parametersOf(row: Route): ZodOpenApiParameters {
  const path =
    objectIn(row.params) ?? z.object(Object.fromEntries(namesIn(row.path).map((name) => [name, z.string()])));
  const query = objectIn(row.query);
  const header = mayRepeat(row) ? idempotencyHeader : null;
  return {
    ...(namesIn(row.path).length > 0 && { path }),
    ...(query !== null && { query }),
    ...(header !== null && { header }),
  };
}

const idempotencyHeader = z.object({
  'Idempotency-Key': z
    .string()
    .max(200)
    .optional()
    .describe('Sent again with the same request within a day, the first answer comes back and nothing is done twice.'),
});

function mayRepeat(row: Route): boolean {
  return row.method === 'post' && row.role !== 'anyone' && row.uploads === undefined && row.streams === undefined;
}

function namesIn(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\*?\}/g)].map(([, name]) => name ?? '');
}

/** What a caller writes: the object before any transformation. */
function objectIn(schema: z.core.$ZodType | undefined): ZodObjectInput | null {
  if (schema instanceof z.ZodObject) return schema;
  return schema instanceof z.ZodPipe ? objectIn(schema.in) : null;
}

function bodyOf(row: Route): Pick<ZodOpenApiOperationObject, 'requestBody'> {
  if (row.uploads !== undefined) {
    return { requestBody: { content: { [row.uploads]: { schema: { type: 'string', format: 'binary' } } } } };
  }
  if (row.body === undefined || row.body instanceof z.ZodUndefined) return {};
  const required = !row.body.safeParse(undefined).success;
  return { requestBody: { required, content: { 'application/json': { schema: row.body } } } };
}

function goodStatus(row: Route): number {
  return row.status ?? (row.answer === undefined && row.streams === undefined ? 204 : 200);
}

function goodAnswer(row: Route): ZodOpenApiResponseObject {
  if (row.streams !== undefined) {
    return { description: 'As asked.', content: { [row.streams]: { schema: { type: 'string', format: 'binary' } } } };
  }
  if (row.answer === undefined) return { description: 'Done.' };
  return { description: 'As asked.', content: { 'application/json': { schema: row.answer } } };
}

/** One answer a status, with the codes that it may stand for. */
function badAnswers(row: Route): Record<`4${string}` | `5${string}`, ZodOpenApiResponseObject> {
  const codesByStatus = Map.groupBy(problemsOf(row), (code) => problems[code].status);
  return Object.fromEntries(
    [...codesByStatus].map(([status, codes]) => [
      String(status),
      {
        description: codes.map((code) => `\`${code}\` ${problems[code].message}`).join('; '),
        content: { 'application/json': { schema: problem } },
      },
    ]),
  );
}

/** The row's own, and those that the framework answers with. */
function problemsOf(row: Route): ProblemCode[] {
  const takesInput = row.params !== undefined || row.query !== undefined || row.body !== undefined;
  const found: ProblemCode[] = [
    ...(row.problems ?? []),
    ...(row.badBody === undefined ? [] : [row.badBody]),
    ...(takesInput ? (['ENC-SYS-007'] as const) : []),
    ...(row.body === undefined ? [] : (['ENC-SYS-009', 'ENC-SYS-010'] as const)),
    ...(row.role === 'anyone' ? [] : (['ENC-AUTH-001', 'ENC-AUTH-002', 'ENC-AUTH-003', 'ENC-AUTH-004'] as const)),
    ...(mayRepeat(row) ? (['ENC-SYS-008', 'ENC-SYS-012'] as const) : []),
    'ENC-SYS-005',
    'ENC-SYS-001',
  ];
  return [...new Set(found)].sort();
}
