import { expect, onTestFinished, test } from 'vitest';
import { openStore, type Store } from '#main/store/open-store.ts';
import { addSession, endSession, findSession, prolongSession } from '#main/store/sessions.ts';
import {
  addFirstUser,
  addUser,
  changeUser,
  deleteUser,
  findUser,
  findUserByName,
  hasUsers,
  pageOfUsers,
  renewHash,
  type User,
} from '#main/store/users.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

async function newStore(): Promise<Store> {
  const store = await openStore(await temporaryFolder());
  onTestFinished(() => store.close());
  return store;
}

const user = (id: string, change: Partial<User> = {}): User => ({
  ...{ id, name: id, role: 'admin', passwordHash: `hash of ${id}` },
  ...{ createdAtMs: 1, updatedAtMs: 1, disabledAtMs: null },
  ...change,
});
const session = (idHash: string, userId: string, lastUsedAtMs = 1) => ({
  ...{ idHash, userId, lastUsedAtMs },
  ...{ createdAtMs: 1, expiresAtMs: 1_000, userAgent: null },
});

test('a store has no users, then one owner, and of those who come at once only one becomes it', async () => {
  const { db } = await newStore();
  expect(await hasUsers(db)).toBe(false);
  const won = await Promise.all(['ada', 'bea', 'cid'].map((id) => addFirstUser(db, user(id))));
  expect(won).toEqual([true, false, false]);
  expect(await hasUsers(db)).toBe(true);
  expect(await pageOfUsers(db, { limit: 9, after: null })).toEqual({ rows: [user('ada')], total: 1, next: null });
});

test('names are one whatever their case, and are listed without regard to it', async () => {
  const { db } = await newStore();
  expect(await addUser(db, user('u1', { name: 'Bea' }))).toBe(true);
  expect(await addUser(db, user('u2', { name: 'bEA' }))).toBe(false);
  expect(await addUser(db, user('u3', { name: 'ada' }))).toBe(true);
  expect(await addUser(db, user('u4', { name: 'Cid' }))).toBe(true);
  expect(await findUserByName(db, 'BEA')).toEqual(user('u1', { name: 'Bea' }));
  expect(await findUserByName(db, 'nobody')).toBeNull();
  const first = await pageOfUsers(db, { limit: 2, after: null });
  const second = await pageOfUsers(db, { limit: 2, after: first.next });
  expect([first, second].map(({ rows }) => rows.map(({ name }) => name))).toEqual([['ada', 'Bea'], ['Cid']]);
  expect(await changeUser(db, 'u3', { name: 'BEA' }, 2)).toEqual({ ok: false, because: 'name-taken' });
  expect(await changeUser(db, 'u3', { name: 'ADA' }, 2)).toEqual({
    ok: true,
    user: user('u3', { name: 'ADA', updatedAtMs: 2 }),
  });
  expect(await changeUser(db, 'u9', { name: 'Eve' }, 2)).toEqual({ ok: false, because: 'missing' });
  expect(await deleteUser(db, 'u9')).toEqual({ ok: false, because: 'missing' });
});

test('the last admin who can sign in is neither demoted, disabled nor deleted', async () => {
  const { db } = await newStore();
  await addUser(db, user('ada'));
  await addUser(db, user('bea', { disabledAtMs: 5 }));
  await addUser(db, user('cid', { role: 'operator' }));
  const last = { ok: false, because: 'last-admin' };
  expect(await changeUser(db, 'ada', { role: 'operator' }, 2)).toEqual(last);
  expect(await changeUser(db, 'ada', { enabled: false }, 2)).toEqual(last);
  expect(await changeUser(db, 'ada', { enabled: false, role: 'admin' }, 2)).toEqual(last);
  expect(await deleteUser(db, 'ada')).toEqual(last);
  expect(await findUser(db, 'ada')).toEqual(user('ada'));
  expect(await changeUser(db, 'bea', { role: 'viewer' }, 2)).toMatchObject({ ok: true, user: { disabledAtMs: 5 } });
  expect(await changeUser(db, 'cid', { role: 'admin' }, 2)).toMatchObject({ ok: true });
  expect(await deleteUser(db, 'ada')).toEqual({ ok: true });
  expect(await changeUser(db, 'cid', { role: 'viewer' }, 2)).toEqual(last);
});

test('of two admins who demote each other at the same moment one stays', async () => {
  const { db } = await newStore();
  await addUser(db, user('ada'));
  await addUser(db, user('bea'));
  const both = await Promise.all(['ada', 'bea'].map((id) => changeUser(db, id, { role: 'viewer' }, 2)));
  expect(both.map(({ ok }) => ok)).toEqual([true, false]);
});

test('who is disabled or gets another password is signed out, save where it was changed', async () => {
  const { db } = await newStore();
  await addUser(db, user('ada'));
  await addUser(db, user('bea', { role: 'viewer' }));
  const beginAll = async () => {
    for (const id of ['a1', 'a2'])
      await addSession(db, session(id, 'ada'), (await findUser(db, 'ada'))?.passwordHash ?? '', 1);
    await addSession(db, session('b1', 'bea'), 'hash of bea', 1);
  };
  const left = async () =>
    (await db.selectFrom('session').select('idHash').orderBy('idHash').execute()).map(({ idHash }) => idHash);
  await beginAll();
  await changeUser(db, 'ada', { passwordHash: 'new' }, 2, 'a2');
  expect(await left()).toEqual(['a2', 'b1']);
  await changeUser(db, 'bea', { role: 'operator' }, 2);
  expect(await left()).toEqual(['a2', 'b1']);
  await changeUser(db, 'bea', { enabled: false }, 2);
  expect(await left()).toEqual(['a2']);
  expect(await addSession(db, session('b2', 'bea'), 'hash of bea', 1)).toBe(false);
  await changeUser(db, 'bea', { enabled: true }, 2);
  expect(await addSession(db, session('b2', 'bea'), 'old hash', 1)).toBe(false);
  expect(await addSession(db, session('b2', 'bea'), 'hash of bea', 1)).toBe(true);
  expect(await deleteUser(db, 'bea')).toEqual({ ok: true });
  expect(await left()).toEqual(['a2']);
});

test('a session tells who its user is at this moment, lives on with use, and ends', async () => {
  const { db } = await newStore();
  await addUser(db, user('ada'));
  await addUser(db, user('bea', { role: 'operator' }));
  await addSession(db, session('s1', 'bea'), 'hash of bea', 1);
  const before = {
    ...{ idHash: 's1', createdAtMs: 1, lastUsedAtMs: 1, expiresAtMs: 1_000 },
    user: { id: 'bea', name: 'bea', role: 'operator', disabledAtMs: null },
  };
  expect(await findSession(db, 's1')).toEqual(before);
  await changeUser(db, 'bea', { role: 'viewer', name: 'Bee' }, 2);
  await prolongSession(db, 's1', { lastUsedAtMs: 5, expiresAtMs: 1_005 });
  expect(await findSession(db, 's1')).toEqual({
    ...{ idHash: 's1', createdAtMs: 1, lastUsedAtMs: 5, expiresAtMs: 1_005 },
    user: { id: 'bea', name: 'Bee', role: 'viewer', disabledAtMs: null },
  });
  await endSession(db, 's1');
  expect(await findSession(db, 's1')).toBeNull();
});

test('fifty sessions of one user are kept, those used last, and none that has ended', async () => {
  const { db } = await newStore();
  await addUser(db, user('ada'));
  await addUser(db, user('bea'));
  await addSession(db, { ...session('over', 'bea'), expiresAtMs: 50 }, 'hash of bea', 1);
  await addSession(db, session('other', 'bea'), 'hash of bea', 1);
  for (let i = 0; i < 52; i += 1) await addSession(db, session(`s${i}`, 'ada', 100 - i), 'hash of ada', 1);
  const kept = async () =>
    (await db.selectFrom('session').select(['idHash', 'userId']).execute()).map(({ idHash }) => idHash);
  expect((await kept()).sort()).toEqual(
    ['other', 'over', ...Array.from({ length: 49 }, (_, i) => `s${i}`), 's51'].sort(),
  );
  await addSession(db, session('last', 'bea'), 'hash of bea', 50);
  expect((await kept()).includes('over')).toBe(false);
});

test('a renewed hash does not bring back a password that was changed meanwhile', async () => {
  const { db } = await newStore();
  await addUser(db, user('ada'));
  await renewHash(db, user('ada'), 'same password, dearer');
  expect(await findUser(db, 'ada')).toEqual(user('ada', { passwordHash: 'same password, dearer' }));
  await renewHash(db, user('ada'), 'too late');
  expect((await findUser(db, 'ada'))?.passwordHash).toBe('same password, dearer');
});
