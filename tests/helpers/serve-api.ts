import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import { type ApiOptions, createApi } from '#main/api/create-api.ts';
import type { Credentials } from '#main/api/authentication.ts';
import { limitSlowClients } from '#main/api/limit-slow-clients.ts';
import type { Actor, Route } from '#main/api/route.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { type Problem, problem } from '#shared/protocol/problem.ts';
import { handClock } from './hand-clock.ts';

/** An answer, read to its end. */
export type ApiAnswer = {
  status: number;
  headers: Headers;
  /** Parsed JSON; text where it is none; null where there was nothing. */
  body: unknown;
  text: string;
  /** Of an answer from 400 on. */
  problem: Problem['error'] | null;
};

export type ApiServer = {
  /** `http://127.0.0.1:{port}`. */
  url: string;
  /** Below `/api/v1`; a body is sent as JSON. */
  get(path: string, headers?: Record<string, string>): Promise<ApiAnswer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
  put(path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
  patch(path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
  delete(path: string, headers?: Record<string, string>): Promise<ApiAnswer>;
  /** Any path of the server, whatever is to be sent. */
  fetch(path: string, init?: RequestInit): Promise<ApiAnswer>;
  /** What nobody foresaw so far. */
  errors: unknown[];
  close(): Promise<void>;
};

export type ServeApiOptions = Partial<Omit<ApiOptions, 'routes' | 'onError'>> & {
  /** Who asks; an admin when left out. */
  actor?: Actor | null | ((credentials: Credentials) => Actor | null);
};

export const admin: Actor = { kind: 'user', id: 'u-admin', name: 'Ada', role: 'admin' };
export const operator: Actor = { kind: 'user', id: 'u-operator', name: 'Otto', role: 'operator' };
export const viewer: Actor = { kind: 'token', id: 't-viewer', name: 'Vera', role: 'viewer' };

/** The real HTTP side with these routes, on a free port of loopback; ends with the test. */
export async function serveApi(
  routes: readonly Route[],
  { actor = admin, ...options }: ServeApiOptions = {},
): Promise<ApiServer> {
  const errors: unknown[] = [];
  const app = createApi({
    routes,
    clock: handClock(Date.parse('2026-01-31T12:00:00.000Z')),
    log: silentLogger,
    authenticate: async (credentials) => ({
      ok: true,
      actor: typeof actor === 'function' ? actor(credentials) : actor,
      csrfMatches: null,
    }),
    onError: (error) => errors.push(error),
    ...options,
  });
  const server = createServer(app);
  limitSlowClients(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const url = `http://127.0.0.1:${address.port}`;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  onTestFinished(close);

  const send = async (path: string, init: RequestInit = {}): Promise<ApiAnswer> => {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    const body: unknown = text === '' ? null : isJson ? JSON.parse(text) : text;
    // HEAD has the headers of an answer without it.
    const refused = response.status >= 400 && isJson && body !== null;
    return {
      status: response.status,
      headers: response.headers,
      body,
      text,
      problem: refused ? problem.parse(body).error : null,
    };
  };
  const sendBody =
    (method: string): ApiServer['post'] =>
    (path, body, headers = {}) =>
      send(`/api/v1${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      });
  return {
    url,
    get: (path, headers = {}) => send(`/api/v1${path}`, { headers }),
    post: sendBody('POST'),
    put: sendBody('PUT'),
    patch: sendBody('PATCH'),
    delete: (path, headers = {}) => send(`/api/v1${path}`, { method: 'DELETE', headers }),
    fetch: send,
    errors,
    close,
  };
}
