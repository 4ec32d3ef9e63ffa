import type { Kysely, Transaction } from 'kysely';
import { findNodeByKey, pairNode, type PairedNode } from './nodes.ts';
import type { Database } from './schema.ts';

/*
 * One-time codes for nodes that can't be clicked on. Of each only a hash is kept; it is good for a few minutes and a few tries.
 */

/** How long a code is good. */
export const inviteMs = 10 * 60_000;
/** How often somebody may come with it, right or wrong. */
export const mostInviteTries = 5;
/** Good ones at a time. */
const mostInvites = 20;
const forgottenAfterMs = 24 * 60 * 60_000;

export type NewInvite = { id: string; secretHash: string; createdBy: string | null };

/** What became of a code. */
export type InviteState = 'unknown' | 'expired' | 'used' | 'spent';

export type InviteTry = { ok: true; secretHash: string } | { ok: false; because: InviteState };

type Db = Kysely<Database>;

/** `taken` when there is one of that id, `full` when there are too many that are still good. */
export function addInvite(db: Db, invite: NewInvite, nowMs: number): Promise<'added' | 'taken' | 'full'> {
  return db.transaction().execute(async (trx) => {
    await trx
      .deleteFrom('invite')
      .where('expiresAtMs', '<', nowMs - forgottenAfterMs)
      .execute();
    const { count } = await trx
      .selectFrom('invite')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('expiresAtMs', '>', nowMs)
      .where('usedAtMs', 'is', null)
      .executeTakeFirstOrThrow();
    if (count >= mostInvites) return 'full';
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('invite')
      .values({ ...invite, createdAtMs: nowMs, expiresAtMs: nowMs + inviteMs, usedAtMs: null, nodeId: null })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n ? 'added' : 'taken';
  });
}

/**
 * Counts a try before it is known to be right, so that nobody has more of them by coming at the same moment. Who came with the
 * code rightly may come again, because the answer may have been lost.
 *
 * @param keyHash of who comes
 */
export function tryInvite(db: Db, id: string, keyHash: string, nowMs: number): Promise<InviteTry> {
  return db.transaction().execute(async (trx) => {
    const invite = await trx.selectFrom('invite').selectAll().where('id', '=', id).executeTakeFirst();
    if (invite === undefined) return { ok: false, because: 'unknown' };
    if (invite.usedAtMs !== null && !(await isHis(trx, invite.nodeId, keyHash))) return { ok: false, because: 'used' };
    if (invite.expiresAtMs <= nowMs) return { ok: false, because: 'expired' };
    if (invite.tries >= mostInviteTries) return { ok: false, because: 'spent' };
    await trx
      .updateTable('invite')
      .set({ tries: invite.tries + 1 })
      .where('id', '=', id)
      .execute();
    return { ok: true, secretHash: invite.secretHash };
  });
}

/** Pairs the node that came with it rightly; its id, or null where another one was faster. */
export function redeemInvite(db: Db, id: string, node: PairedNode, nowMs: number): Promise<string | null> {
  return db.transaction().execute(async (trx) => {
    const invite = await trx.selectFrom('invite').selectAll().where('id', '=', id).executeTakeFirst();
    if (invite === undefined) return null;
    if (invite.usedAtMs !== null) return (await isHis(trx, invite.nodeId, node.keyHash)) ? invite.nodeId : null;
    const nodeId = await pairNode(trx, node, nowMs);
    await trx.updateTable('invite').set({ usedAtMs: nowMs, nodeId }).where('id', '=', id).execute();
    return nodeId;
  });
}

/** A node that was removed since has to come with a new one. */
async function isHis(trx: Transaction<Database>, nodeId: string | null, keyHash: string): Promise<boolean> {
  const node = await findNodeByKey(trx, keyHash);
  return node !== null && node.id === nodeId && node.revokedAtMs === null;
}
