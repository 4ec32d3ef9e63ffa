import { secretHash } from '#main/platform/secret-text.ts';
import { endSession, findSession } from '#main/store/sessions.ts';
import { changeUser } from '#main/store/users.ts';
import { passwordChange, sessionView, signIn } from '#shared/protocol/session.ts';
import { type AccountDeps, hashPassword } from '../auth/account-deps.ts';
import { beginSession } from '../auth/begin-session.ts';
import { checkPassword, wrongPassword } from '../auth/check-password.ts';
import { cameByTls, csrfTokenOf, forgottenCookie, readSessionCookie } from '../auth/session-cookie.ts';
import { demandActor } from '../demand-actor.ts';
import { type Actor, RequestRefused, type Route, route } from '../route.ts';

/** Signing in and out, and what people do with their own account. */
export function sessionRoutes(deps: AccountDeps): Route[] {
  return [...cookieRoutes(deps), whoAmI(deps), ownPassword(deps)];
}

function cookieRoutes(deps: AccountDeps): Route[] {
  return [
    route({
      method: 'post',
      path: '/session',
      tag: 'session',
      summary: 'Signs in: the answer sets a cookie, and holds the token that changes must carry as X-CSRF-Token',
      role: 'anyone',
      limit: 'login',
      body: signIn,
      answer: sessionView,
      status: 201,
      problems: ['ENC-AUTH-001', 'ENC-AUTH-003', 'ENC-SYS-004'],
      replay: 'never',
      handle: async ({ body, address, headers }) => {
        const name = body.name.normalize('NFKC').trim();
        const user = await checkPassword(deps, { name, password: body.password, address });
        const begun = await beginSession(deps, user, headers);
        if (begun === null) throw wrongPassword();
        return begun;
      },
    }),
    route({
      method: 'delete',
      path: '/session',
      tag: 'session',
      summary: 'Signs out',
      role: 'viewer',
      problems: ['ENC-SYS-008'],
      handle: async ({ actor, headers }) => {
        const { idHash } = demandSession(actor, headers['cookie']);
        await endSession(deps.db, idHash);
        return { body: undefined, headers: { 'Set-Cookie': forgottenCookie(cameByTls(headers)) } };
      },
    }),
  ];
}

function whoAmI({ db }: AccountDeps): Route {
  return route({
    method: 'get',
    path: '/session',
    tag: 'session',
    summary: 'Who asks: the user who is signed in, or the API token',
    role: 'viewer',
    answer: sessionView,
    handle: async ({ actor, headers }) => {
      const me = demandActor(actor);
      if (me.kind === 'token') return { body: { ...me, csrfToken: null, expiresAt: null } };
      const { secret, idHash } = demandSession(me, headers['cookie']);
      const session = await findSession(db, idHash);
      if (session === null) throw new RequestRefused('ENC-AUTH-001', 'This session has just ended: sign in again.');
      const expiresAt = new Date(session.expiresAtMs).toISOString();
      return { body: { ...me, csrfToken: csrfTokenOf(secret), expiresAt } };
    },
  });
}

function ownPassword(deps: AccountDeps): Route {
  const { db, clock, passwords } = deps;
  return route({
    method: 'put',
    path: '/session/password',
    tag: 'session',
    summary: 'Changes your own password, and signs you out everywhere else',
    role: 'viewer',
    limit: 'login',
    body: passwordChange,
    problems: ['ENC-AUTH-003', 'ENC-SYS-004', 'ENC-SYS-008'],
    replay: 'never',
    handle: async ({ actor, body, address, headers }) => {
      const { name, idHash } = demandSession(actor, headers['cookie']);
      const user = await checkPassword(deps, { name, password: body.oldPassword, address }).catch((error: unknown) => {
        if (!(error instanceof RequestRefused) || error.code !== 'ENC-AUTH-001') throw error;
        // Not 401: the session is good, and a page must not take this for its end.
        throw new RequestRefused('ENC-AUTH-003', 'The old password is wrong.', { cause: error });
      });
      const passwordHash = await hashPassword(passwords, body.newPassword);
      const changed = await changeUser(db, user.id, { passwordHash }, clock.nowMs(), idHash);
      if (!changed.ok) throw new RequestRefused('ENC-AUTH-001', 'This user was deleted meanwhile.');
      return { body: undefined };
    },
  });
}

/** RequestRefused for an API token: it has no session. */
function demandSession(actor: Actor | null, cookie: string | undefined) {
  const { kind, name } = demandActor(actor);
  const secret = readSessionCookie(cookie);
  if (kind === 'user' && secret !== null) return { name, secret, idHash: secretHash(secret) };
  throw new RequestRefused('ENC-SYS-008', 'An API token has no session: revoke it with DELETE /tokens/{id}.');
}
