import type { Kysely } from 'kysely';
import type { Clock } from '#main/platform/clock.ts';
import { newId } from '#main/platform/ids.ts';
import {
  addToken,
  type ApiToken,
  findToken,
  mostTokens,
  pageOfTokens,
  revokeToken,
  type TokenOwner,
} from '#main/store/api-tokens.ts';
import type { Database } from '#main/store/schema.ts';
import {
  newToken,
  tokenList,
  tokenListQuery,
  tokenParams,
  type TokenView,
  tokenView,
  tokenWithSecret,
} from '#shared/protocol/tokens.ts';
import { demandRole } from '../admit.ts';
import { makeToken } from '../auth/make-token.ts';
import { demandActor } from '../demand-actor.ts';
import { answerPage } from '../page.ts';
import { type Actor, RequestRefused, type Route, route } from '../route.ts';

export type TokenDeps = { db: Kysely<Database>; clock: Clock };

/** API tokens: everybody has their own, admins see and revoke all. */
export function tokenRoutes(deps: TokenDeps): Route[] {
  return [...readRoutes(deps), ...writeRoutes(deps)];
}

function readRoutes({ db }: TokenDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/tokens',
      tag: 'tokens',
      summary: 'Lists API tokens, the newest first: your own, for an admin all',
      role: 'viewer',
      query: tokenListQuery,
      answer: tokenList,
      handle: async ({ query, actor }) => {
        const me = demandActor(actor);
        const owner = me.role === 'admin' ? null : await ownerOf(db, me);
        return answerPage(listName(owner), query, (ask) => pageOfTokens(db, owner, ask), tokenAnswer);
      },
    }),
    route({
      method: 'get',
      path: '/tokens/{id}',
      tag: 'tokens',
      summary: 'One API token, without its secret',
      role: 'viewer',
      params: tokenParams,
      answer: tokenView,
      problems: ['ENC-SYS-006'],
      handle: async ({ params, actor }) => ({
        body: tokenAnswer(await demandToken(db, params.id, demandActor(actor))),
      }),
    }),
  ];
}

function writeRoutes({ db, clock }: TokenDeps): Route[] {
  return [
    route({
      method: 'post',
      path: '/tokens',
      tag: 'tokens',
      summary: 'Makes an API token that may no more than you; only this answer holds it',
      role: 'viewer',
      body: newToken,
      answer: tokenWithSecret,
      status: 201,
      problems: ['ENC-AUTH-004', 'ENC-SYS-008'],
      replay: 'never',
      handle: async ({ body, actor }) => {
        const me = demandActor(actor);
        demandRole(me, body.role);
        const { userId } = await ownerOf(db, me);
        const parent = me.kind === 'token' ? await findToken(db, me.id) : null;
        const { secret, row } = makeToken({ ...body, id: newId(), userId, parent }, clock.nowMs());
        if (!(await addToken(db, row))) {
          throw new RequestRefused('ENC-SYS-008', `You have ${mostTokens} tokens already: revoke one first.`);
        }
        return { body: { ...tokenAnswer(await demandToken(db, row.id, me)), token: secret } };
      },
    }),
    route({
      method: 'delete',
      path: '/tokens/{id}',
      tag: 'tokens',
      summary: 'Revokes an API token at once, and those that were made with it',
      role: 'viewer',
      params: tokenParams,
      problems: ['ENC-SYS-006'],
      handle: async ({ params, actor }) => {
        const { id } = await demandToken(db, params.id, demandActor(actor));
        await revokeToken(db, id, clock.nowMs());
        return { body: undefined };
      },
    }),
  ];
}

/** Whose tokens the actor's are. */
async function ownerOf(db: Kysely<Database>, { kind, id }: Actor): Promise<TokenOwner> {
  if (kind === 'user') return { userId: id };
  const userId = (await findToken(db, id))?.userId ?? null;
  return userId === null ? { userId, tokenId: id } : { userId };
}

/** A cursor of one owner's list means nothing in another's. */
function listName(owner: TokenOwner | null): string {
  return owner === null ? 'tokens' : `tokens of ${owner.userId ?? owner.tokenId}`;
}

/** RequestRefused where there is none that the actor may see; to others it does not exist. */
async function demandToken(db: Kysely<Database>, id: string, me: Actor): Promise<ApiToken> {
  const token = await findToken(db, id);
  if (token !== null && (me.role === 'admin' || isOwn(token, me, await ownerOf(db, me)))) return token;
  throw new RequestRefused('ENC-SYS-006', `You have no token ${id}; GET /tokens lists them.`);
}

function isOwn({ id, userId, madeWith }: ApiToken, me: Actor, owner: TokenOwner): boolean {
  if (owner.userId !== null) return userId === owner.userId;
  return id === me.id || madeWith === me.id;
}

function tokenAnswer(token: ApiToken): TokenView {
  const { id, name, role, hint, madeWith, userId, userName } = token;
  return {
    ...{ id, name, role, hint, madeWith },
    user: userId === null ? null : { id: userId, name: userName ?? '' },
    createdAt: new Date(token.createdAtMs).toISOString(),
    lastUsedAt: isoOrNull(token.lastUsedAtMs),
    expiresAt: isoOrNull(token.expiresAtMs),
    revokedAt: isoOrNull(token.revokedAtMs),
  };
}

function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
