import type { Kysely, Updateable } from 'kysely';
import { type Role, role } from '#shared/model/user.ts';
import { type Page, type PageAsk, readPage } from './page.ts';
import type { Database, UserTable } from './schema.ts';
import { endSessions } from './sessions.ts';

/*
 * Who may sign in. From the first user on there is always an admin who can: no change takes the last one away.
 */

export type User = {
  id: string;
  /** Unique, whatever its case. */
  name: string;
  role: Role;
  passwordHash: string;
  createdAtMs: number;
  updatedAtMs: number;
  disabledAtMs: number | null;
};

/** What is left out stays. */
export type UserChange = {
  name?: string | undefined;
  role?: Role | undefined;
  passwordHash?: string | undefined;
  enabled?: boolean | undefined;
};

export type UserChanged = { ok: true; user: User } | { ok: false; because: 'missing' | 'name-taken' | 'last-admin' };

type Db = Kysely<Database>;

/** Whether the server has an owner: users never become none again. */
export async function hasUsers(db: Db): Promise<boolean> {
  return (await db.selectFrom('user').select('id').limit(1).executeTakeFirst()) !== undefined;
}

/** Null where there is none. */
export async function findUser(db: Db, id: string): Promise<User | null> {
  const row = await db.selectFrom('user').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : readRow(row);
}

/** Whatever the case of its ASCII letters; null where there is none. */
export async function findUserByName(db: Db, name: string): Promise<User | null> {
  const row = await db.selectFrom('user').selectAll().where('name', '=', name).executeTakeFirst();
  return row === undefined ? null : readRow(row);
}

/** By name. */
export async function pageOfUsers(db: Db, ask: PageAsk): Promise<Page<User>> {
  const page = await readPage(db.selectFrom('user').selectAll(), { by: 'name', id: 'id', direction: 'asc' }, ask);
  return { ...page, rows: page.rows.map(readRow) };
}

/** Adds the first user; false when there is one, also where two come at the same moment. */
export async function addFirstUser(db: Db, user: User): Promise<boolean> {
  return db.transaction().execute(async (trx) => ((await hasUsers(trx)) ? false : addUser(trx, user)));
}

/** False when the name is taken. */
export async function addUser(db: Db, user: User): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('user')
    .values(user)
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Whoever is disabled or gets another password is signed out everywhere, but for the session `keptSession` (its hash). */
export async function changeUser(
  db: Db,
  id: string,
  { enabled, ...rest }: UserChange,
  nowMs: number,
  keptSession: string | null = null,
): Promise<UserChanged> {
  return db.transaction().execute(async (trx): Promise<UserChanged> => {
    const before = await findUser(trx, id);
    if (before === null) return { ok: false, because: 'missing' };
    const namesake = rest.name === undefined ? null : await findUserByName(trx, rest.name);
    if (namesake !== null && namesake.id !== id) return { ok: false, because: 'name-taken' };
    const set: Updateable<UserTable> = {
      // Kysely leaves out what is undefined.
      ...rest,
      ...(enabled === undefined ? {} : { disabledAtMs: enabled ? null : (before.disabledAtMs ?? nowMs) }),
      updatedAtMs: nowMs,
    };
    const steppedDown = enabled === false || (rest.role !== undefined && rest.role !== 'admin');
    if (steppedDown && (await isLastAdmin(trx, before))) return { ok: false, because: 'last-admin' };
    await trx.updateTable('user').set(set).where('id', '=', id).execute();
    if (enabled === false || rest.passwordHash !== undefined) await endSessions(trx, id, keptSession);
    const user = await findUser(trx, id);
    return user === null ? { ok: false, because: 'missing' } : { ok: true, user };
  });
}

/** Sessions and tokens go too. */
export async function deleteUser(
  db: Db,
  id: string,
): Promise<{ ok: true } | { ok: false; because: 'missing' | 'last-admin' }> {
  return db.transaction().execute(async (trx) => {
    const user = await findUser(trx, id);
    if (user === null) return { ok: false, because: 'missing' };
    if (await isLastAdmin(trx, user)) return { ok: false, because: 'last-admin' };
    await trx.deleteFrom('user').where('id', '=', id).execute();
    return { ok: true };
  });
}

/** Keeps the same password under another hash, unless it was changed meanwhile. */
export async function renewHash(db: Db, { id, passwordHash }: User, newHash: string): Promise<void> {
  await db
    .updateTable('user')
    .set({ passwordHash: newHash })
    .where('id', '=', id)
    .where('passwordHash', '=', passwordHash)
    .execute();
}

async function isLastAdmin(trx: Db, user: User): Promise<boolean> {
  if (user.role !== 'admin' || user.disabledAtMs !== null) return false;
  const another = await trx
    .selectFrom('user')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabledAtMs', 'is', null)
    .where('id', '!=', user.id)
    .limit(1)
    .executeTakeFirst();
  return another === undefined;
}

function readRow(row: UserTable): User {
  return { ...row, role: role.parse(row.role) };
}
