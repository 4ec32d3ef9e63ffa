import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import type { Role } from '#shared/model/user.ts';

/*
 * One table row a route: what it takes, who may use it, what it answers. The same row makes the Express handler, the check of
 * request and answer, and the OpenAPI document, so that none of them can say something else.
 */

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Who asks, as `auth/` found out. */
export type Actor =
  | { kind: 'user'; id: string; name: string; role: Role }
  | { kind: 'token'; id: string; name: string; role: Role };

export type RouteRequest<P, Q, B> = {
  params: P;
  query: Q;
  body: B;
  /** Null only on routes for `anyone`. */
  actor: Actor | null;
  requestId: string;
  /** Of the peer, without a port. */
  address: string;
  headers: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
};

export type RouteAnswer<A> =
  | {
      /** 503 is for health alone: an answer that is bad news. */
      status?: 200 | 201 | 202 | 204 | 503;
      body: A;
      headers?: AnswerHeaders;
    }
  | StreamedAnswer;

export type AnswerHeaders = Readonly<Record<string, string | readonly string[]>>;

/** What is no JSON: a file with ranges, a CSV export, an upload. The route writes it and ends it, also for HEAD. */
export type StreamedAnswer = { stream(request: IncomingMessage, response: ServerResponse): Promise<void> };

export type RouteSpec<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType> = {
  method: Method;
  /** Below `/api/v1`, OpenAPI's way: `/jobs/{id}`; `{path*}` at the end takes the rest, slashes and all, as one string. */
  path: `/${string}`;
  /** Groups routes in the document: `jobs`. */
  tag: string;
  summary: string;
  /** The least that the actor must be. */
  role: Role | 'anyone';
  params?: P;
  query?: Q;
  body?: B;
  /** Of a good answer; left out where there is no body (204). */
  answer?: A;
  /** Of a good answer, 200 when left out; `handle` may give another. */
  /** 503 is for health alone: an answer that is bad news. */
  status?: 200 | 201 | 202 | 204 | 503;
  /** Of the faults that the caller should expect, beside those that every route has. */
  problems?: readonly ProblemCode[];
  /** What a body that does not fit its schema is called, where that is not ENC-SYS-007. */
  badBody?: ProblemCode;
  /** Content type of a streamed answer: `text/csv`. */
  streams?: string;
  /** Content type of a body that the streamed answer reads by itself. */
  uploads?: string;
  /** A stricter rate: routes that check a password or a code. */
  limit?: 'login';
  /** The answer holds a secret that is shown once: a repeated Idempotency-Key is refused instead of answered again. */
  replay?: 'never';
  /** It changes nothing that anybody would ask for later, and may come often. */
  audit?: 'never';
  handle(request: RouteRequest<z.output<P>, z.output<Q>, z.output<B>>): Promise<RouteAnswer<z.input<A>>>;
};

/** A row of the table, with its types put away. */
export type Route = RouteSpec<z.ZodType, z.ZodType, z.ZodType, z.ZodType>;

/** Checks a row's types against each other and puts them away. */
export function route<
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
  A extends z.ZodType = z.ZodUndefined,
>(spec: RouteSpec<P, Q, B, A>): Route {
  // The handler is only ever called with what the row's own schemas gave.
  return spec;
}

/** Ends a request with a line of the catalogue. `details` is for people: what happened and what to do. */
export class RequestRefused extends Error {
  readonly code: ProblemCode;
  readonly details: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, details: unknown, options: ErrorOptions & { headers?: Record<string, string> } = {}) {
    super(`${code}: ${typeof details === 'string' ? details : JSON.stringify(details)}`, options);
    this.name = 'RequestRefused';
    this.code = code;
    this.details = details;
    this.headers = options.headers ?? {};
  }
}
