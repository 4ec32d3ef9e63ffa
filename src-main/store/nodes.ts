import type { Kysely, Selectable, Transaction } from 'kysely';
import { newId } from '#main/platform/ids.ts';
import type { NodeLimits, PathMap } from '#shared/model/node.ts';
import type { Database, NodeTable } from './schema.ts';

/*
 * Nodes as they were paired, and what people set for them. A removed node keeps its row: its work is part of many timelines,
 * and its key must stay refused.
 */

export type NodeRow = Selectable<NodeTable>;

/** What a node says of itself when it is paired; what it can do comes with its first greeting. */
export type PairedNode = {
  keyHash: string;
  name: string;
  version: string;
  protocol: number;
};

/** What people set for a node; what is left out stays. */
export type NodeChange = {
  givenName?: string | null | undefined;
  limits?: NodeLimits | undefined;
  tags?: readonly string[] | undefined;
  pathMaps?: readonly PathMap[] | undefined;
};

type Db = Kysely<Database>;

/** Also a removed one; null where nobody was paired with that key. */
export async function findNodeByKey(db: Db, keyHash: string): Promise<NodeRow | null> {
  return (await db.selectFrom('node').selectAll().where('keyHash', '=', keyHash).executeTakeFirst()) ?? null;
}

/** Null where there is none, or it was removed. */
export async function findNode(db: Db, id: string): Promise<NodeRow | null> {
  const node = db.selectFrom('node').selectAll().where('id', '=', id).where('revokedAtMs', 'is', null);
  return (await node.executeTakeFirst()) ?? null;
}

/**
 * Remembers a node that has proven its key, and that people want. One that was known before, also a removed one, is the same
 * again, with all that was set for it. Answers its id.
 */
export async function pairNode(trx: Transaction<Database>, node: PairedNode, nowMs: number): Promise<string> {
  const { keyHash, ...facts } = node;
  const paired = { ...facts, pairedAtMs: nowMs, revokedAtMs: null, lastSeenAtMs: nowMs };
  const fresh = { id: newId(), isLocal: 0, offerJson: 'null', draining: 0, failuresInRow: 0, createdAtMs: nowMs };
  const row = await trx
    .insertInto('node')
    .values({ ...fresh, ...paired, keyHash })
    .onConflict((conflict) => conflict.column('keyHash').where('keyHash', 'is not', null).doUpdateSet(paired))
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

/** Refuses it from now on; false where there is none, it was removed before, or is the server's own. */
export async function revokeNode(db: Db, id: string, nowMs: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('node')
    .set({ revokedAtMs: nowMs })
    .where('id', '=', id)
    .where('isLocal', '=', 0)
    .where('revokedAtMs', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Null where there is none, or it was removed. */
export async function changeNode(db: Db, id: string, change: NodeChange): Promise<NodeRow | null> {
  const { givenName, limits, tags, pathMaps } = change;
  const set = {
    ...(givenName === undefined ? {} : { givenName }),
    ...(limits === undefined ? {} : { limitsJson: JSON.stringify(limits) }),
    ...(tags === undefined ? {} : { tagsJson: JSON.stringify([...new Set(tags)]) }),
    ...(pathMaps === undefined ? {} : { pathMapsJson: JSON.stringify(pathMaps) }),
  };
  if (Object.keys(set).length > 0) {
    await db.updateTable('node').set(set).where('id', '=', id).where('revokedAtMs', 'is', null).execute();
  }
  return findNode(db, id);
}
