import type { IncomingHttpHeaders } from 'node:http';
import type { RequestHandler } from 'express';
import type { Authentication } from './authentication.ts';
import { RequestRefused, type Route } from './route.ts';

/**
 * CORS for the pages that the owner allows. They send a token of their own: cookies are never shared with them. A preflight
 * is answered here.
 */
export function allowOrigins(allowedOrigins: () => readonly string[]): RequestHandler {
  return (request, response, next) => {
    const { origin } = request.headers;
    response.vary('Origin');
    const isAllowed = origin !== undefined && allowedOrigins().includes(origin);
    if (isAllowed) {
      response.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': exposedHeaders });
    }
    const isPreflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
    if (!isPreflight) {
      next();
      return;
    }
    if (isAllowed) {
      response.set({
        'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
        'Access-Control-Allow-Headers': `Authorization, Content-Type, Idempotency-Key, If-None-Match, X-Request-Id, ${uploadHeaders}`,
        'Access-Control-Max-Age': '600',
      });
    }
    response.status(204).end();
  };
}

/** Of tus, which uploads speak. */
const uploadHeaders = 'Tus-Resumable, Upload-Length, Upload-Metadata, Upload-Offset';
const exposedHeaders = `ETag, Idempotency-Replayed, Location, Retry-After, X-Request-Id, ${uploadHeaders}`;

/**
 * RequestRefused for a change that a page of somebody else could have sent in its visitor's name: one that a cookie proves must
 * come from our own pages and carry X-CSRF-Token; one that needs no proof (signing in) must not come from elsewhere.
 */
export function demandSameSite(
  row: Route,
  headers: IncomingHttpHeaders,
  found: Authentication,
  allowedOrigins: readonly string[],
): void {
  if (row.method === 'get') return;
  const csrfMatches = found.ok ? found.csrfMatches : null;
  const origin = originOf(headers, allowedOrigins);
  if (row.role === 'anyone') {
    if (origin === 'foreign') throw refusedOrigin();
    return;
  }
  if (csrfMatches === null) return;
  if (origin !== 'own') throw refusedOrigin();
  const token = headers['x-csrf-token'];
  if (typeof token !== 'string' || !csrfMatches(token)) {
    throw new RequestRefused('ENC-AUTH-003', 'Send the X-CSRF-Token that came with the session.');
  }
}

/** Where a request was made, as the browser tells it and no page can forge; `untold` by programs. */
export function originOf(
  headers: IncomingHttpHeaders,
  allowedOrigins: readonly string[],
): 'own' | 'foreign' | 'untold' {
  const { origin, host } = headers;
  if (origin !== undefined && allowedOrigins.includes(origin)) return 'own';
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' ? 'own' : 'foreign';
  // Sec-Fetch-Site is only sent to localhost and over HTTPS (Fetch Metadata 2).
  if (origin === undefined) return 'untold';
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase() ? 'own' : 'foreign';
}

function refusedOrigin(): RequestRefused {
  return new RequestRefused('ENC-AUTH-003', 'This request came from a page of another origin.');
}
