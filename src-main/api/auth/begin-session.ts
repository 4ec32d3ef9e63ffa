import { newSecret, secretHash } from '#main/platform/secret-text.ts';
import { addSession, endSession } from '#main/store/sessions.ts';
import type { User } from '#main/store/users.ts';
import type { SessionView } from '#shared/protocol/session.ts';
import type { AccountDeps } from './account-deps.ts';
import { cameByTls, csrfTokenOf, readSessionCookie, sessionCookie } from './session-cookie.ts';
import { longestSessionMs, sessionEndMs } from './session-life.ts';

export type BegunSession = { body: SessionView; headers: { 'Set-Cookie': string } };

/**
 * Signs a browser in, in a session that nobody can have known before, and ends the one that it had. Null when the user may not
 * sign in any more: disabled, deleted or with another password since it was checked.
 */
export async function beginSession(
  { db, clock }: Pick<AccountDeps, 'db' | 'clock'>,
  user: User,
  headers: Readonly<Record<string, string | undefined>>,
): Promise<BegunSession | null> {
  const secret = newSecret('');
  const nowMs = clock.nowMs();
  const expiresAtMs = sessionEndMs(nowMs, nowMs);
  const session = {
    idHash: secretHash(secret),
    userId: user.id,
    createdAtMs: nowMs,
    lastUsedAtMs: nowMs,
    expiresAtMs,
    userAgent: headers['user-agent']?.slice(0, 300) ?? null,
  };
  if (!(await addSession(db, session, user.passwordHash, nowMs))) return null;
  const before = readSessionCookie(headers['cookie']);
  if (before !== null) await endSession(db, secretHash(before));
  const { id, name, role } = user;
  return {
    body: {
      ...{ id, name, role },
      kind: 'user',
      csrfToken: csrfTokenOf(secret),
      expiresAt: new Date(expiresAtMs).toISOString(),
    },
    headers: {
      'Set-Cookie': sessionCookie(secret, { maxAgeSec: longestSessionMs / 1000, secure: cameByTls(headers) }),
    },
  };
}
