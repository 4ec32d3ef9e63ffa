import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Database } from './schema.ts';

/*
 * Takes away what nobody will ask for any more, at most `limit` rows a call: each is one short transaction, so that a server
 * answers between them. Jobs, originals, known files and the audit stay: they say what was done.
 */

type Db = Kysely<Database>;

/** Rows of which table go, and how many there were; fewer than `limit` means that no more are old enough. */
export type Pruning = (db: Db, nowMs: number, limit: number) => Promise<number>;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What is pruned by its age alone, which an index has. */
export const prunings: Readonly<Record<'idempotency' | 'session' | 'webhookDelivery' | 'errorEvent', Pruning>> = {
  /** Answers are remembered for a day (see api/idempotency.ts). */
  idempotency: async (db, nowMs, limit) => {
    const old = sql`SELECT rowid FROM idempotency WHERE createdAtMs < ${nowMs - dayMs} ORDER BY createdAtMs LIMIT ${limit}`;
    return deleted(await sql`DELETE FROM idempotency WHERE rowid IN (${old})`.execute(db));
  },
  session: async (db, nowMs, limit) => {
    const old = db.selectFrom('session').select('idHash').where('expiresAtMs', '<=', nowMs).orderBy('expiresAtMs');
    return deleted(await db.deleteFrom('session').where('idHash', 'in', old.limit(limit)).executeTakeFirst());
  },
  webhookDelivery: async (db, nowMs, limit) => {
    const old = db
      .selectFrom('webhookDelivery')
      .select('id')
      .where('finishedAtMs', '<', nowMs - 30 * dayMs);
    const first = old.orderBy('finishedAtMs').limit(limit);
    return deleted(await db.deleteFrom('webhookDelivery').where('id', 'in', first).executeTakeFirst());
  },
  errorEvent: async (db, nowMs, limit) => {
    const old = db.selectFrom('errorEvent').select('id').where('resolved', '=', 1);
    const first = old
      .where('lastAtMs', '<', nowMs - 90 * dayMs)
      .orderBy('lastAtMs')
      .limit(limit);
    return deleted(await db.deleteFrom('errorEvent').where('id', 'in', first).executeTakeFirst());
  },
};

export type EventPortion = {
  deleted: number;
  /** The last event that was looked at; null when there are no more. */
  lastId: number | null;
};

/**
 * Takes the timelines of jobs that have been final for `keptMs`. Looks at `limit` events after `afterId`, since most of them
 * may have to stay. No event goes that one of its readers (`cursor`) has still to read.
 */
export async function pruneJobEvents(
  db: Db,
  { nowMs, keptMs, afterId, limit }: { nowMs: number; keptMs: number; afterId: number; limit: number },
): Promise<EventPortion> {
  return db.transaction().execute(async (trx) => {
    const { readUpTo } = await trx
      .selectFrom('cursor')
      .select(({ fn }) => fn.min<number | null>('value').as('readUpTo'))
      .executeTakeFirstOrThrow();
    const portion = await trx
      .selectFrom('jobEvent')
      .select('id')
      .where('id', '>', afterId)
      .where('id', '<=', readUpTo ?? 0)
      .orderBy('id')
      .limit(limit)
      .execute();
    const lastId = portion.at(-1)?.id ?? null;
    if (lastId === null) return { deleted: 0, lastId };
    const gone = await trx
      .deleteFrom('jobEvent')
      .where('id', '>', afterId)
      .where('id', '<=', lastId)
      .where((row) =>
        row.exists(
          row
            .selectFrom('job')
            .select('job.id')
            .whereRef('job.id', '=', 'jobEvent.jobId')
            .where('job.state', 'in', ['completed', 'failed', 'cancelled'])
            .where('job.finishedAtMs', '<', nowMs - keptMs),
        ),
      )
      .executeTakeFirst();
    return { deleted: deleted(gone), lastId: portion.length < limit ? null : lastId };
  });
}

function deleted(result: { numDeletedRows?: bigint; numAffectedRows?: bigint }): number {
  return Number(result.numDeletedRows ?? result.numAffectedRows ?? 0n);
}
