import express, { type RequestHandler, type Router } from 'express';
import { answerRequest, type RequestServices } from './answer-request.ts';
import { RequestRefused, type Route } from './route.ts';

/** Binds the rows below one path. Throws for two rows of the same method and path. */
export function serveRoutes(rows: readonly Route[], services: RequestServices): Router {
  const router = express.Router({ caseSensitive: true });
  const methodsByPath = new Map<string, Set<string>>();
  for (const row of rows.toSorted(bySpecificity)) {
    const path = expressPath(row.path);
    const methods = methodsByPath.get(path) ?? new Set();
    if (methods.has(row.method)) throw new Error(`two routes for ${row.method} ${row.path}`);
    methodsByPath.set(path, methods.add(row.method));
    router[row.method](path, (request, response) => answerRequest(row, request, response, services));
  }
  for (const [path, methods] of methodsByPath) router.all(path, refuseMethod([...methods]));
  return router;
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
