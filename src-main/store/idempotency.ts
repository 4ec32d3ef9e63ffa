import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';

type Db = Kysely<Database>;

/** Which request of whom, as the caller names it. */
export type IdempotencyId = { actor: string; key: string };

export type IdempotencyRecord = {
  requestHash: string;
  /** Null while the first request runs, or after it was cut off. */
  status: number | null;
  /** What was answered; null where that is not kept. */
  responseJson: string | null;
  createdAtMs: number;
};

/** Writes that a request has begun, unless its key is known: the record that was there, null when this one is the first. */
export async function beginOnce(
  db: Db,
  id: IdempotencyId,
  requestHash: string,
  nowMs: number,
): Promise<IdempotencyRecord | null> {
  const begun = await db
    .insertInto('idempotency')
    .values({ ...id, requestHash, status: null, responseJson: null, createdAtMs: nowMs })
    .onConflict((conflict) => conflict.columns(['actor', 'key']).doNothing())
    .executeTakeFirst();
  if (begun.numInsertedOrUpdatedRows === 1n) return null;
  const known = await db
    .selectFrom('idempotency')
    .select(['requestHash', 'status', 'responseJson', 'createdAtMs'])
    .where('actor', '=', id.actor)
    .where('key', '=', id.key)
    .executeTakeFirst();
  // Forgotten between the two: the key is free now.
  return known ?? beginOnce(db, id, requestHash, nowMs);
}

/** Keeps the answer of a request that `beginOnce` began. */
export async function keepAnswer(
  db: Db,
  { actor, key }: IdempotencyId,
  answer: { status: number; responseJson: string | null },
): Promise<void> {
  await db.updateTable('idempotency').set(answer).where('actor', '=', actor).where('key', '=', key).execute();
}

/** Frees a key, so that the request may be tried again. */
export async function forgetOnce(db: Db, { actor, key }: IdempotencyId): Promise<void> {
  await db.deleteFrom('idempotency').where('actor', '=', actor).where('key', '=', key).execute();
}
