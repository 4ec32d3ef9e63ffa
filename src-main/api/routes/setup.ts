import { newId } from '#main/platform/ids.ts';
import { isLoopback } from '#main/platform/loopback.ts';
import { addFirstUser, hasUsers, type User } from '#main/store/users.ts';
import { newOwner, sessionView, setupState } from '#shared/protocol/session.ts';
import { type AccountDeps, hashPassword } from '../auth/account-deps.ts';
import { beginSession } from '../auth/begin-session.ts';
import { RequestRefused, type Route, route, type RouteRequest } from '../route.ts';

/** The first minutes of a server: whoever sits at the machine becomes its owner, once. */
export function setupRoutes(deps: AccountDeps): Route[] {
  const { db, clock, passwords } = deps;
  return [
    route({
      method: 'get',
      path: '/setup',
      tag: 'setup',
      summary: 'Whether the server still needs an owner',
      role: 'anyone',
      answer: setupState,
      handle: async () => ({ body: { needsOwner: !(await hasUsers(db)) } }),
    }),
    route({
      method: 'post',
      path: '/setup',
      tag: 'setup',
      summary: 'Makes the owner, the first admin, and signs them in; only from the machine itself, only once',
      role: 'anyone',
      limit: 'login',
      body: newOwner,
      answer: sessionView,
      status: 201,
      problems: ['ENC-AUTH-003', 'ENC-SYS-008'],
      replay: 'never',
      handle: async ({ body, address, headers }) => {
        demandLocal(address, headers);
        // A hash costs much: it is not made for whoever comes too late.
        if (await hasUsers(db)) throw ownedAlready();
        const passwordHash = await hashPassword(passwords, body.password);
        const nowMs = clock.nowMs();
        const owner: User = {
          id: newId(),
          name: body.name,
          role: 'admin',
          passwordHash,
          createdAtMs: nowMs,
          updatedAtMs: nowMs,
          disabledAtMs: null,
        };
        if (!(await addFirstUser(db, owner))) throw ownedAlready();
        const begun = await beginSession(deps, owner, headers);
        if (begun === null) throw new Error('the owner was changed while it was made');
        return begun;
      },
    }),
  ];
}

/** RequestRefused unless the request was made on this machine; through a proxy on it anybody's looks so. */
function demandLocal(address: string, headers: RouteRequest<unknown, unknown, unknown>['headers']): void {
  const isProxied = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => headers[name] !== undefined);
  if (isLoopback(address) && !isProxied) return;
  throw new RequestRefused(
    'ENC-AUTH-003',
    'The owner is made on the machine itself: open the server there by its address 127.0.0.1, or run "encrew owner".',
  );
}

function ownedAlready(): RequestRefused {
  return new RequestRefused('ENC-SYS-008', 'This server has an owner already: sign in, or run "encrew owner".');
}
