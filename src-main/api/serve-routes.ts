import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { type Role, roleSuffices } from '#shared/model/user.ts';
import { exchangeOf } from './exchange.ts';
import { demandJson, parseRequest } from './parse-request.ts';
import { type Actor, RequestRefused, type Route, type RouteRequest } from './route.ts';
import { sendJson, setHeaders } from './send-answer.ts';

export type RouteServices = {
  /** Finds out who asks and whether the row lets them: the actor, or RequestRefused. */
  admit(row: Route, request: Request): Promise<Actor | null>;
};

/** Binds the rows below one path. Throws for two rows of the same method and path. */
export function serveRoutes(rows: readonly Route[], services: RouteServices): Router {
  const router = express.Router({ caseSensitive: true });
  const methodsByPath = new Map<string, Set<string>>();
  for (const row of rows.toSorted(bySpecificity)) {
    const path = expressPath(row.path);
    const methods = methodsByPath.get(path) ?? new Set();
    if (methods.has(row.method)) throw new Error(`two routes for ${row.method} ${row.path}`);
    methodsByPath.set(path, methods.add(row.method));
    router[row.method](path, ...routeHandlers(row, services));
  }
  for (const [path, methods] of methodsByPath) router.all(path, refuseMethod([...methods]));
  return router;
}

/** Throws where the actor may not use what asks for `needed`. */
export function demandRole(actor: Actor | null, needed: Role | 'anyone'): void {
  if (needed === 'anyone') return;
  if (actor === null) {
    throw new RequestRefused('ENC-AUTH-001', 'Sign in, or send an API token as "Authorization: Bearer ...".', {
      headers: { 'WWW-Authenticate': 'Bearer' },
    });
  }
  if (!roleSuffices(actor.role, needed)) {
    throw new RequestRefused('ENC-AUTH-004', `This needs the role ${needed}; ${actor.name} is ${actor.role}.`);
  }
}

function routeHandlers(row: Route, services: RouteServices): RequestHandler[] {
  const admit: RequestHandler = async (request, _response, next) => {
    const exchange = exchangeOf(request);
    exchange.template = row.path;
    exchange.actor = await services.admit(row, request);
    if (row.body !== undefined) demandJson(request);
    next();
  };
  const answer: RequestHandler = async (request, response) => {
    await answerRequest(row, request, response);
  };
  // The body is only read for those who may send it.
  return row.body === undefined ? [admit, answer] : [admit, readJson, answer];
}

const readJson = express.json({ limit: '1mb' });

async function answerRequest(row: Route, request: Request, response: Response): Promise<void> {
  const { params, query, body } = parseRequest(row, {
    params: wholeParams(request),
    query: request.query,
    body: request.body,
  });
  const answer = await row.handle({ params, query, body, ...circumstances(request, response) });
  if ('stream' in answer) {
    await answer.stream(request, response);
    return;
  }
  setHeaders(response, answer.headers ?? {});
  const status = answer.status ?? row.status ?? (row.answer === undefined ? 204 : 200);
  sendJson(request, response, { status, json: status === 204 ? null : answerJson(row, answer.body) });
}

function circumstances(
  request: Request,
  response: Response,
): Omit<RouteRequest<unknown, unknown, unknown>, 'params' | 'query' | 'body'> {
  const { actor, requestId, address } = exchangeOf(request);
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  return { actor, requestId, address, headers, signal: gone.signal };
}

/** Only what the schema knows leaves the server: a strict one turns a leaked column into an error here. */
function answerJson(row: Route, body: unknown): string {
  if (row.answer === undefined)
    throw new Error(`${row.method} ${row.path} answers with a body that it has no schema for`);
  const checked = row.answer.safeParse(body);
  if (checked.success) return JSON.stringify(checked.data);
  const faults = checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`${row.method} ${row.path} answers what its schema does not: ${faults.join('; ')}`);
}

/** Express 5 gives the parts that a wildcard took; rows see the path as it was. */
function wholeParams(request: Request): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.params).map(([name, value]) => [name, Array.isArray(value) ? value.join('/') : value]),
  );
}

/** OpenAPI's `/jobs/{id}` as `/jobs/:id`, and `/{path*}` as `/*path`. */
function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)(\*?)\}/g, (_whole, name: string, rest: string) =>
    rest === '' ? `:${name}` : `*${name}`,
  );
}

/** `/jobs/statistics` before `/jobs/{id}`, whichever file names it first. */
function bySpecificity(a: Route, b: Route): number {
  const keyOf = (row: Route) =>
    row.path
      .split('/')
      .map((part) => (part.includes('*') ? '2' : part.includes('{') ? '1' : '0'))
      .join('');
  return keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0;
}

function refuseMethod(methods: string[]): RequestHandler {
  const allow = methods.flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()])).join(', ');
  return (request, response, next) => {
    if (request.method === 'OPTIONS') {
      response.status(204).set('Allow', allow).end();
      return;
    }
    next(new RequestRefused('ENC-SYS-011', `This path takes ${allow}.`, { headers: { Allow: allow } }));
  };
}
