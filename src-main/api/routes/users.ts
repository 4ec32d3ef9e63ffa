import { newId } from '#main/platform/ids.ts';
import { addUser, changeUser, deleteUser, findUser, pageOfUsers, type User } from '#main/store/users.ts';
import {
  newUser,
  userChange,
  userList,
  userListQuery,
  userParams,
  type UserView,
  userView,
} from '#shared/protocol/users.ts';
import { type AccountDeps, hashPassword } from '../auth/account-deps.ts';
import { demandActor } from '../demand-actor.ts';
import { answerPage } from '../page.ts';
import { RequestRefused, type Route, route } from '../route.ts';

/** People: who may sign in, and what they may. */
export function userRoutes(deps: AccountDeps): Route[] {
  return [...readRoutes(deps), ...writeRoutes(deps)];
}

function readRoutes({ db }: AccountDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/users',
      tag: 'users',
      summary: 'Lists users by name',
      role: 'admin',
      query: userListQuery,
      answer: userList,
      handle: ({ query }) => answerPage('users', query, (ask) => pageOfUsers(db, ask), userAnswer),
    }),
    route({
      method: 'get',
      path: '/users/{id}',
      tag: 'users',
      summary: 'One user',
      role: 'admin',
      params: userParams,
      answer: userView,
      problems: ['ENC-SYS-006'],
      handle: async ({ params }) => {
        const user = await findUser(db, params.id);
        if (user === null) throw refused('missing', params.id);
        return { body: userAnswer(user) };
      },
    }),
  ];
}

function writeRoutes({ db, clock, passwords }: AccountDeps): Route[] {
  return [
    route({
      method: 'post',
      path: '/users',
      tag: 'users',
      summary: 'Adds a user',
      role: 'admin',
      body: newUser,
      answer: userView,
      status: 201,
      problems: ['ENC-SYS-004', 'ENC-SYS-008'],
      handle: async ({ body: { password, ...wanted } }) => {
        const passwordHash = await hashPassword(passwords, password);
        const nowMs = clock.nowMs();
        const times = { createdAtMs: nowMs, updatedAtMs: nowMs, disabledAtMs: null };
        const user: User = { id: newId(), ...wanted, passwordHash, ...times };
        if (!(await addUser(db, user))) throw refused('name-taken', user.id);
        return { body: userAnswer(user) };
      },
    }),
    route({
      method: 'patch',
      path: '/users/{id}',
      tag: 'users',
      summary: 'Changes a user; a lowered role counts at once, a new password signs them out everywhere',
      role: 'admin',
      params: userParams,
      body: userChange,
      answer: userView,
      problems: ['ENC-SYS-004', 'ENC-SYS-006', 'ENC-SYS-008'],
      handle: async ({ params: { id }, body: { password, ...change }, actor }) => {
        if (password !== undefined && id === demandActor(actor).id) {
          // Whoever finds an open browser must not be able to keep its owner out.
          throw new RequestRefused('ENC-SYS-008', 'Change your own password by PUT /session/password.');
        }
        if ((await findUser(db, id)) === null) throw refused('missing', id);
        const passwordHash = password === undefined ? undefined : await hashPassword(passwords, password);
        const changed = await changeUser(db, id, { ...change, passwordHash }, clock.nowMs());
        if (!changed.ok) throw refused(changed.because, id);
        return { body: userAnswer(changed.user) };
      },
    }),
    route({
      method: 'delete',
      path: '/users/{id}',
      tag: 'users',
      summary: 'Deletes a user with their sessions and tokens',
      role: 'admin',
      params: userParams,
      problems: ['ENC-SYS-006', 'ENC-SYS-008'],
      handle: async ({ params: { id } }) => {
        const deleted = await deleteUser(db, id);
        if (!deleted.ok) throw refused(deleted.because, id);
        return { body: undefined };
      },
    }),
  ];
}

function userAnswer({ passwordHash: _hash, createdAtMs, updatedAtMs, disabledAtMs, ...rest }: User): UserView {
  return {
    ...rest,
    enabled: disabledAtMs === null,
    createdAt: new Date(createdAtMs).toISOString(),
    updatedAt: new Date(updatedAtMs).toISOString(),
  };
}

function refused(because: 'missing' | 'name-taken' | 'last-admin', id: string): RequestRefused {
  switch (because) {
    case 'missing':
      return new RequestRefused('ENC-SYS-006', `There is no user ${id}; GET /users lists them.`);
    case 'name-taken':
      return new RequestRefused('ENC-SYS-008', 'Another user has this name already: choose another one.');
    case 'last-admin':
      return new RequestRefused('ENC-SYS-008', 'This is the last admin who can sign in: make another one first.');
  }
}
