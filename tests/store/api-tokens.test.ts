import { expect, onTestFinished, test } from 'vitest';
import {
  addToken,
  findToken,
  findTokenByHash,
  mostTokens,
  type NewApiToken,
  pageOfTokens,
  revokeToken,
  touchToken,
} from '#main/store/api-tokens.ts';
import { openStore } from '#main/store/open-store.ts';
import { hasOwner } from '#main/store/owner.ts';
import { addUser, changeUser, deleteUser } from '#main/store/users.ts';
import type { Role } from '#shared/model/user.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

async function storeWithUsers() {
  const store = await openStore(await temporaryFolder());
  onTestFinished(() => store.close());
  const { db } = store;
  const times = { createdAtMs: 1, updatedAtMs: 1, disabledAtMs: null };
  const roles: Record<string, Role> = { ada: 'admin', otto: 'operator' };
  for (const [id, role] of Object.entries(roles))
    await addUser(db, { id, name: id, role, passwordHash: 'h', ...times });
  return db;
}

const token = (id: string, change: Partial<NewApiToken> = {}): NewApiToken => ({
  ...{ id, name: `name of ${id}`, userId: null, madeWith: null, role: 'operator', hash: `hash of ${id}` },
  ...{ hint: 'enc_abcd', createdAtMs: 1, expiresAtMs: null },
  ...change,
});

test('a token is found by its hash, may no more than its user may now, and never shows the hash', async () => {
  const db = await storeWithUsers();
  await addToken(db, token('t1', { userId: 'otto' }));
  await addToken(db, token('t2', { role: 'admin', expiresAtMs: 9 }));
  const unused = { lastUsedAtMs: null, expiresAtMs: null, revokedAtMs: null };
  const found = { id: 't1', name: 'name of t1', ...unused, userDisabled: false };
  expect(await findTokenByHash(db, 'hash of t1')).toEqual({ ...found, role: 'operator' });
  await changeUser(db, 'otto', { role: 'viewer' }, 2);
  await touchToken(db, 't1', 7);
  expect(await findTokenByHash(db, 'hash of t1')).toEqual({ ...found, role: 'viewer', lastUsedAtMs: 7 });
  await changeUser(db, 'otto', { role: 'admin', enabled: false }, 2);
  expect(await findTokenByHash(db, 'hash of t1')).toMatchObject({ role: 'operator', userDisabled: true });
  expect(await findTokenByHash(db, 'hash of t2')).toMatchObject({ role: 'admin', expiresAtMs: 9, userDisabled: false });
  expect(await findTokenByHash(db, 't1')).toBeNull();
  const { hash: _hash, ...visible } = token('t1', { userId: 'otto' });
  expect(await findToken(db, 't1')).toEqual({ ...visible, ...unused, lastUsedAtMs: 7, userName: 'otto' });
  await deleteUser(db, 'otto');
  expect(await findTokenByHash(db, 'hash of t1')).toBeNull();
  expect(await findToken(db, 't1')).toBeNull();
});

test('revoking a token revokes what was made with it, and what was made with that', async () => {
  const db = await storeWithUsers();
  await addToken(db, token('a'));
  await addToken(db, token('ab', { madeWith: 'a' }));
  await addToken(db, token('abc', { madeWith: 'ab' }));
  await addToken(db, token('abd', { madeWith: 'ab' }));
  await addToken(db, token('e'));
  expect(await revokeToken(db, 'abd', 5)).toEqual(['abd']);
  expect((await revokeToken(db, 'a', 6)).sort()).toEqual(['a', 'ab', 'abc']);
  expect(await revokeToken(db, 'a', 7)).toEqual([]);
  const rows = await db.selectFrom('apiToken').select(['id', 'revokedAtMs']).orderBy('id').execute();
  expect(rows.map(({ id, revokedAtMs }) => [id, revokedAtMs])).toEqual([
    ['a', 6],
    ['ab', 6],
    ['abc', 6],
    ['abd', 5],
    ['e', null],
  ]);
});

test('tokens are listed for all, for one user, or for one token of the command line', async () => {
  const db = await storeWithUsers();
  await addToken(db, token('t1', { userId: 'ada' }));
  await addToken(db, token('t2', { userId: 'otto', createdAtMs: 2 }));
  await addToken(db, token('t3', { createdAtMs: 3 }));
  await addToken(db, token('t4', { createdAtMs: 4, madeWith: 't3' }));
  await addToken(db, token('t5', { createdAtMs: 5 }));
  const idsOf = async (owner: Parameters<typeof pageOfTokens>[1]) => {
    const { rows, total } = await pageOfTokens(db, owner, { limit: 9, after: null });
    expect(total).toBe(rows.length);
    return rows.map(({ id }) => id);
  };
  expect(await idsOf(null)).toEqual(['t5', 't4', 't3', 't2', 't1']);
  expect(await idsOf({ userId: 'otto' })).toEqual(['t2']);
  expect(await idsOf({ userId: null, tokenId: 't3' })).toEqual(['t4', 't3']);
});

test('a user has as many good tokens as there may be, and no more', async () => {
  const db = await storeWithUsers();
  const own = { userId: 'otto', createdAtMs: 10 };
  await addToken(db, token('over', { ...own, expiresAtMs: 10 }));
  for (let i = 0; i < mostTokens; i += 1) await addToken(db, token(`t${i}`, own));
  expect(await addToken(db, token('more', own))).toBe(false);
  expect(await addToken(db, token('others', { userId: 'ada' }))).toBe(true);
  await revokeToken(db, 't0', 11);
  expect(await addToken(db, token('more', own))).toBe(true);
});

test('a server has an owner while an admin can sign in: a person, or a token of the command line that is still good', async () => {
  const store = await openStore(await temporaryFolder());
  onTestFinished(() => store.close());
  const { db } = store;
  expect(await hasOwner(db, 1)).toBe(false);
  await addToken(db, token('reads'));
  await addToken(db, token('ended', { role: 'admin', expiresAtMs: 9 }));
  expect([await hasOwner(db, 8), await hasOwner(db, 9)]).toEqual([true, false]);
  await addToken(db, token('revoked', { role: 'admin' }));
  expect(await hasOwner(db, 9)).toBe(true);
  await revokeToken(db, 'revoked', 9);
  expect(await hasOwner(db, 9)).toBe(false);
  const ada = { id: 'ada', name: 'ada', role: 'admin', passwordHash: 'h', createdAtMs: 1, updatedAtMs: 1 } as const;
  await addUser(db, { ...ada, disabledAtMs: null });
  expect(await hasOwner(db, 9)).toBe(true);
});
