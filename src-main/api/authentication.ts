import type { IncomingHttpHeaders } from 'node:http';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import type { Actor } from './route.ts';

/*
 * What `auth/` is asked, and what it answers. The API decides what follows from it: roles, cross-site checks, limits.
 */

/** What may prove who asks: of an HTTP request or of a socket's handshake. */
export type Credentials = {
  headers: IncomingHttpHeaders;
  /** Of the peer, without a port. */
  address: string;
};

export type Authentication =
  | {
      ok: true;
      /** Null where no credentials came. */
      actor: Actor | null;
      /**
       * Compares the X-CSRF-Token header with the session's, in constant time. Null unless a cookie proved who asks: a browser
       * sends cookies by itself, also for a page of somebody else; a bearer token it never does.
       */
      csrfMatches: ((token: string) => boolean) | null;
    }
  /** Credentials came and are no good: unknown, expired, revoked. */
  | { ok: false; code: ProblemCode; details: string };

export type Authenticate = (credentials: Credentials) => Promise<Authentication>;
