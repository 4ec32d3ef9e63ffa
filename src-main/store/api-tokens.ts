import { type Kysely, sql } from 'kysely';
import { lesserRole, type Role, role } from '#shared/model/user.ts';
import { type Page, type PageAsk, readPage } from './page.ts';
import type { ApiTokenTable, Database } from './schema.ts';

/*
 * Tokens of scripts. A token belongs to the user who made it: it never may more than that user may now, and goes with them.
 * Tokens from the command line belong to nobody.
 */

export type ApiToken = Omit<ApiTokenTable, 'role' | 'hash'> & {
  /** What it was made for. */
  role: Role;
  userName: string | null;
};

export type NewApiToken = Omit<ApiTokenTable, 'role' | 'lastUsedAtMs' | 'revokedAtMs'> & { role: Role };

/** A token as somebody came with it. */
export type TokenInUse = {
  id: string;
  name: string;
  /** What it may now. */
  role: Role;
  lastUsedAtMs: number | null;
  expiresAtMs: number | null;
  revokedAtMs: number | null;
  userDisabled: boolean;
};

/** Whose tokens; a token of the command line has no user, and counts as the owner of itself and of what it made. */
export type TokenOwner = { userId: string } | { userId: null; tokenId: string };

/** Of one user, those that are of no use any more left out. */
export const mostTokens = 200;

type Db = Kysely<Database>;

/** False when its user has as many as there may be. Those of the command line are not counted. */
export async function addToken(db: Db, token: NewApiToken): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    if (token.userId !== null) {
      const { count } = await trx
        .selectFrom('apiToken')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('userId', '=', token.userId)
        .where('revokedAtMs', 'is', null)
        .where((where) => where.or([where('expiresAtMs', 'is', null), where('expiresAtMs', '>', token.createdAtMs)]))
        .executeTakeFirstOrThrow();
      if (count >= mostTokens) return false;
    }
    await trx
      .insertInto('apiToken')
      .values({ ...token, lastUsedAtMs: null, revokedAtMs: null })
      .execute();
    return true;
  });
}

/** Of any state; null where no token has that hash. */
export async function findTokenByHash(db: Db, hash: string): Promise<TokenInUse | null> {
  const row = await db
    .selectFrom('apiToken')
    .leftJoin('user', 'user.id', 'apiToken.userId')
    .select(['apiToken.id', 'apiToken.name', 'apiToken.role', 'apiToken.lastUsedAtMs', 'apiToken.expiresAtMs'])
    .select(['apiToken.revokedAtMs', 'user.role as userRole', 'user.disabledAtMs as userDisabledAtMs'])
    .where('apiToken.hash', '=', hash)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { userRole, userDisabledAtMs, ...token } = row;
  const made = role.parse(token.role);
  return {
    ...token,
    role: userRole === null ? made : lesserRole(made, role.parse(userRole)),
    userDisabled: userDisabledAtMs !== null,
  };
}

/** Null where there is none. */
export async function findToken(db: Db, id: string): Promise<ApiToken | null> {
  const row = await visibleTokens(db).where('apiToken.id', '=', id).executeTakeFirst();
  return row === undefined ? null : readRow(row);
}

/** The newest first; those of one owner, or all. */
export async function pageOfTokens(db: Db, owner: TokenOwner | null, ask: PageAsk): Promise<Page<ApiToken>> {
  const page = await readPage(
    ownedBy(visibleTokens(db), owner),
    { by: 'createdAtMs', id: 'id', direction: 'desc', table: 'apiToken' },
    ask,
  );
  return { ...page, rows: page.rows.map(readRow) };
}

/** It was used just now. */
export async function touchToken(db: Db, id: string, nowMs: number): Promise<void> {
  await db.updateTable('apiToken').set({ lastUsedAtMs: nowMs }).where('id', '=', id).execute();
}

/** It and what was made with it: a stolen token leaves no heirs. Answers the ids of those that were good until now. */
export async function revokeToken(db: Db, id: string, nowMs: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    WITH RECURSIVE heir (id) AS (
      VALUES (${id}) UNION SELECT apiToken.id FROM apiToken JOIN heir ON apiToken.madeWith = heir.id
    )
    UPDATE apiToken SET revokedAtMs = ${nowMs} WHERE revokedAtMs IS NULL AND id IN heir RETURNING id`.execute(db);
  return rows.map((row) => row.id);
}

function ownedBy(tokens: ReturnType<typeof visibleTokens>, owner: TokenOwner | null) {
  if (owner === null) return tokens;
  if (owner.userId !== null) return tokens.where('apiToken.userId', '=', owner.userId);
  const { tokenId } = owner;
  return tokens.where((where) =>
    where.or([where('apiToken.id', '=', tokenId), where('apiToken.madeWith', '=', tokenId)]),
  );
}

function visibleTokens(db: Db) {
  return db
    .selectFrom('apiToken')
    .leftJoin('user', 'user.id', 'apiToken.userId')
    .select(['apiToken.id', 'apiToken.name', 'apiToken.userId', 'apiToken.madeWith', 'apiToken.role', 'apiToken.hint'])
    .select(['apiToken.createdAtMs', 'apiToken.lastUsedAtMs', 'apiToken.expiresAtMs', 'apiToken.revokedAtMs'])
    .select('user.name as userName');
}

function readRow(row: Omit<ApiTokenTable, 'hash'> & { userName: string | null }): ApiToken {
  return { ...row, role: role.parse(row.role) };
}
