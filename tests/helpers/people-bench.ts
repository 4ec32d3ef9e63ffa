import { onTestFinished } from 'vitest';
import { authenticator } from '#main/api/auth/authenticate.ts';
import type { AccountDeps } from '#main/api/auth/account-deps.ts';
import { loginThrottle } from '#main/api/auth/login-throttle.ts';
import { makeToken } from '#main/api/auth/make-token.ts';
import { keepAudit } from '#main/api/keep-audit.ts';
import { auditRoutes } from '#main/api/routes/audit.ts';
import { sessionRoutes } from '#main/api/routes/session.ts';
import { setupRoutes } from '#main/api/routes/setup.ts';
import { tokenRoutes } from '#main/api/routes/tokens.ts';
import { userRoutes } from '#main/api/routes/users.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { passwordKeeper } from '#main/platform/password.ts';
import { addToken } from '#main/store/api-tokens.ts';
import { openStore, type Store } from '#main/store/open-store.ts';
import { addUser, type User } from '#main/store/users.ts';
import type { Role } from '#shared/model/user.ts';
import { sessionView } from '#shared/protocol/session.ts';
import { type HandClock, handClock } from './hand-clock.ts';
import { type ApiAnswer, type ApiServer, type ServeApiOptions, serveApi } from './serve-api.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const benchPassword = 'correct horse battery';

/** A browser that is signed in. */
export type Browser = {
  cookie: string;
  csrf: string;
  /** As a page of the server itself sends a change. */
  headers: Record<string, string>;
};

export type PeopleBench = {
  store: Store;
  clock: HandClock;
  deps: AccountDeps;
  api: ApiServer;
  /** Adds a user with the bench's password. */
  addUser: (id: string, role: Role, change?: Partial<User>) => Promise<User>;
  signIn: (name: string, headers?: Record<string, string>) => Promise<Browser>;
  /** Headers of a token, made in the store. */
  bearer: (role: Role, userId?: string | null) => Promise<Record<string, string>>;
};

/** Hashes at a cost that takes no time. */
export const quickPasswords = passwordKeeper({ log2N: 4, blockSize: 8, parallelism: 1 });

/** A store and the real HTTP side with everything that has to do with people. */
export async function peopleBench(options: ServeApiOptions = {}): Promise<PeopleBench> {
  const store = await openStore(await temporaryFolder());
  onTestFinished(() => store.close());
  const { db } = store;
  const clock = handClock(Date.parse('2026-01-31T12:00:00.000Z'));
  const deps: AccountDeps = { db, clock, passwords: quickPasswords, throttle: loginThrottle(clock) };
  const routes = [
    ...setupRoutes(deps),
    ...sessionRoutes(deps),
    ...userRoutes(deps),
    ...tokenRoutes(deps),
    ...auditRoutes(deps),
  ];
  const authenticate = authenticator({ db, clock, log: silentLogger });
  const api = await serveApi(routes, { db, clock, authenticate, audit: keepAudit(db), ...options });
  let tokens = 0;

  return {
    ...{ store, clock, deps, api },
    addUser: async (id, role, change = {}) => {
      const passwordHash = await quickPasswords.hash(benchPassword);
      if (passwordHash === null) throw new Error('no password could be hashed');
      const times = { createdAtMs: clock.nowMs(), updatedAtMs: clock.nowMs(), disabledAtMs: null };
      const user: User = { id, name: id, role, passwordHash, ...times, ...change };
      if (!(await addUser(db, user))) throw new Error(`there is a user ${user.name} already`);
      return user;
    },
    signIn: async (name, headers = {}) =>
      browserOf(api, await api.post('/session', { name, password: benchPassword }, headers)),
    bearer: async (role, userId = null) => {
      tokens += 1;
      const wish = { id: `t${tokens}`, name: `token ${tokens}`, role, expiresInDays: null, userId, parent: null };
      const { secret, row } = makeToken(wish, clock.nowMs());
      await addToken(db, row);
      return { authorization: `Bearer ${secret}` };
    },
  };
}

/** What a browser keeps of the answer that signed it in. */
export function browserOf(api: ApiServer, answer: ApiAnswer): Browser {
  const [cookie] = answer.headers.getSetCookie().map((one) => one.split(';')[0] ?? '');
  const { csrfToken } = sessionView.parse(answer.body);
  if (cookie === undefined || csrfToken === null) throw new Error('nobody was signed in');
  return { cookie, csrf: csrfToken, headers: { cookie, 'x-csrf-token': csrfToken, origin: api.url } };
}
