import type { Kysely } from 'kysely';
import { type Role, role } from '#shared/model/user.ts';
import type { Database, SessionTable } from './schema.ts';

/*
 * Who is signed in, in which browser. A row is found by the hash of the cookie: whoever reads the database can't sign in.
 */

export type Session = SessionTable;

/** A session and who its user is at this moment. */
export type SessionOfUser = Pick<Session, 'idHash' | 'createdAtMs' | 'lastUsedAtMs' | 'expiresAtMs'> & {
  user: { id: string; name: string; role: Role; disabledAtMs: number | null };
};

/** Of one user; the ones used longest ago end first. */
const mostSessions = 50;

type Db = Kysely<Database>;

/**
 * Begins a session, and clears away what has ended by `nowMs` and what is too much. False when its user may not sign in any
 * more with the password that `passwordHash` is of: checking it took a while.
 */
export async function addSession(db: Db, session: Session, passwordHash: string, nowMs: number): Promise<boolean> {
  const { userId } = session;
  return db.transaction().execute(async (trx) => {
    const user = await trx
      .selectFrom('user')
      .select('id')
      .where('id', '=', userId)
      .where('passwordHash', '=', passwordHash)
      .where('disabledAtMs', 'is', null)
      .executeTakeFirst();
    if (user === undefined) return false;
    await trx.deleteFrom('session').where('expiresAtMs', '<=', nowMs).execute();
    const others = trx
      .selectFrom('session')
      .select('idHash')
      .where('userId', '=', userId)
      .orderBy('lastUsedAtMs', 'desc')
      .orderBy('idHash')
      .limit(mostSessions - 1);
    await trx.deleteFrom('session').where('userId', '=', userId).where('idHash', 'not in', others).execute();
    await trx.insertInto('session').values(session).execute();
    return true;
  });
}

/** Expired or not; null where there is none. */
export async function findSession(db: Db, idHash: string): Promise<SessionOfUser | null> {
  const row = await db
    .selectFrom('session')
    .innerJoin('user', 'user.id', 'session.userId')
    .select(['session.idHash', 'session.createdAtMs', 'session.lastUsedAtMs', 'session.expiresAtMs'])
    .select(['user.id', 'user.name', 'user.role', 'user.disabledAtMs'])
    .where('session.idHash', '=', idHash)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { id, name, role: itsRole, disabledAtMs, ...session } = row;
  return { ...session, user: { id, name, role: role.parse(itsRole), disabledAtMs } };
}

/** It was used, and so lives on. */
export async function prolongSession(
  db: Db,
  idHash: string,
  use: { lastUsedAtMs: number; expiresAtMs: number },
): Promise<void> {
  await db.updateTable('session').set(use).where('idHash', '=', idHash).execute();
}

/** Signs one browser out. */
export async function endSession(db: Db, idHash: string): Promise<void> {
  await db.deleteFrom('session').where('idHash', '=', idHash).execute();
}

/** Signs a user out everywhere, but for one session. */
export async function endSessions(db: Db, userId: string, keptIdHash: string | null): Promise<void> {
  const all = db.deleteFrom('session').where('userId', '=', userId);
  await (keptIdHash === null ? all : all.where('idHash', '!=', keptIdHash)).execute();
}
