import type { Insertable, Kysely, Selectable, Updateable } from 'kysely';
import type { Database, OriginalTable } from './schema.ts';

/*
 * What became of the films of watch folders after their packages were published: the rows of `original` with the policies
 * `move` and `trash`.
 */

export type WatchedOriginal = Selectable<OriginalTable>;

type Db = Kysely<Database>;

/** Those never tried, and those last tried at `triedBeforeMs` or before; the longest untouched first. */
export async function pendingOriginals(db: Db, triedBeforeMs: number, limit: number): Promise<WatchedOriginal[]> {
  return watched(db)
    .where('state', '=', 'pending')
    .where((where) =>
      where.or([where('updatedAtMs', '<=', triedBeforeMs), where('updatedAtMs', '=', where.ref('createdAtMs'))]),
    )
    .orderBy('updatedAtMs')
    .limit(limit)
    .execute();
}

/** Of one job. */
export async function originalsOfJob(db: Db, jobId: string): Promise<WatchedOriginal[]> {
  return watched(db).where('jobId', '=', jobId).orderBy('createdAtMs').execute();
}

/** In the trash for longer than they are kept. */
export async function outlivedTrash(db: Db, nowMs: number, limit: number): Promise<WatchedOriginal[]> {
  return watched(db)
    .where('policy', '=', 'trash')
    .where('state', '=', 'held')
    .where('keptUntilMs', '<=', nowMs)
    .limit(limit)
    .execute();
}

/** Null when there is none of that id. */
export async function findWatchedOriginal(db: Db, id: string): Promise<WatchedOriginal | null> {
  return (await watched(db).where('id', '=', id).executeTakeFirst()) ?? null;
}

/** Places of these jobs' sources that we moved away ourselves. */
export async function heldOriginals(db: Db, jobIds: readonly string[]): Promise<ReadonlySet<string>> {
  const paths = new Set<string>();
  for (let i = 0; i < jobIds.length; i += 500) {
    const rows = await watched(db)
      .where('jobId', 'in', jobIds.slice(i, i + 500))
      .where('state', 'in', ['held', 'expired'])
      .execute();
    for (const { sourcePath } of rows) paths.add(sourcePath);
  }
  return paths;
}

/** Notes what is to be done, before it is done. */
export async function addWatchedOriginal(db: Db, original: Insertable<OriginalTable>): Promise<void> {
  await db.insertInto('original').values(original).execute();
}

/** Notes what has become of it, unless somebody else did; false where they did. */
export async function changeWatchedOriginal(
  db: Db,
  { id, state, heldPath }: WatchedOriginal,
  change: Updateable<OriginalTable>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('original')
    .set(change)
    .where('id', '=', id)
    .where('state', '=', state)
    .where('heldPath', 'is', heldPath)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

function watched(db: Db) {
  return db.selectFrom('original').selectAll().where('policy', 'in', ['move', 'trash']);
}
