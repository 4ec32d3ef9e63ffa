import type { Kysely } from 'kysely';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import { sameSecret, secretHash } from '#main/platform/secret-text.ts';
import { findTokenByHash, touchToken } from '#main/store/api-tokens.ts';
import type { Database } from '#main/store/schema.ts';
import { findSession, prolongSession } from '#main/store/sessions.ts';
import type { Authenticate, Authentication } from '../authentication.ts';
import { csrfTokenOf, readSessionCookie } from './session-cookie.ts';
import { isTouchDue, sessionEndMs } from './session-life.ts';

export type AuthenticateDeps = { db: Kysely<Database>; clock: Clock; log: Logger };

/** What proves who asks: header values, of a request or of a socket's handshake. */
export type ProofHeaders = { authorization?: string | undefined; cookie?: string | undefined };

/** Finds out who asks, by the store as it is at this moment: a lowered role or a revoked token counts at once. */
export function authenticator(deps: AuthenticateDeps): Authenticate {
  return ({ headers }) => authenticateHeaders(headers, deps);
}

/** A bearer token goes before a cookie: whoever sends one means it, cookies come by themselves. */
export async function authenticateHeaders(headers: ProofHeaders, deps: AuthenticateDeps): Promise<Authentication> {
  const token = bearerToken(headers.authorization);
  if (token !== null) return byToken(token, deps);
  const session = readSessionCookie(headers.cookie);
  if (session !== null) return bySession(session, deps);
  return { ok: true, actor: null, csrfMatches: null };
}

/** RFC 6750 2.1. Null for other schemes, which may be meant for a proxy in front of us. */
function bearerToken(authorization: string | undefined): string | null {
  return /^bearer(?: +(.*))?$/i.exec(authorization ?? '')?.map((part) => part ?? '')[1] ?? null;
}

async function byToken(secret: string, deps: AuthenticateDeps): Promise<Authentication> {
  const token = await findTokenByHash(deps.db, secretHash(secret.trim()));
  if (token === null) return unknown('This API token is not known: make one with POST /tokens or "encrew token".');
  const { id, name, role } = token;
  const nowMs = deps.clock.nowMs();
  if (token.revokedAtMs !== null) return ended(`The API token ${name} was revoked.`);
  if (token.expiresAtMs !== null && token.expiresAtMs <= nowMs) return ended(`The API token ${name} has expired.`);
  if (token.userDisabled) return unknown(`The user of the API token ${name} is disabled.`);
  if (isTouchDue(token.lastUsedAtMs, nowMs)) await noteUse(deps, () => touchToken(deps.db, id, nowMs));
  return { ok: true, actor: { kind: 'token', id, name, role }, csrfMatches: null };
}

async function bySession(secret: string, deps: AuthenticateDeps): Promise<Authentication> {
  const session = await findSession(deps.db, secretHash(secret));
  if (session === null) return unknown('This session is not known: sign in again.');
  const { idHash, createdAtMs, lastUsedAtMs, user } = session;
  const nowMs = deps.clock.nowMs();
  if (session.expiresAtMs <= nowMs) return ended('This session has expired: sign in again.');
  if (user.disabledAtMs !== null) return unknown(`The user ${user.name} is disabled.`);
  if (isTouchDue(lastUsedAtMs, nowMs)) {
    const use = { lastUsedAtMs: nowMs, expiresAtMs: sessionEndMs(createdAtMs, nowMs) };
    await noteUse(deps, () => prolongSession(deps.db, idHash, use));
  }
  return {
    ok: true,
    actor: { kind: 'user', id: user.id, name: user.name, role: user.role },
    csrfMatches: (token) => sameSecret(token, csrfTokenOf(secret)),
  };
}

/** That a use can't be written down (a full disk) keeps nobody out. */
async function noteUse({ log }: AuthenticateDeps, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    log.warn({ error: String(error) }, 'the last use of a session or token could not be written down');
  }
}

function unknown(details: string): Authentication {
  return { ok: false, code: 'ENC-AUTH-001', details };
}

function ended(details: string): Authentication {
  return { ok: false, code: 'ENC-AUTH-002', details };
}
