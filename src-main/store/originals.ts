import type { Kysely, Selectable } from 'kysely';
import { type Page, type PageAsk, readPage } from './page.ts';
import type { Database, OriginalTable } from './schema.ts';

/*
 * The journal of what becomes of films after their packages were published. Written before anything is done to a file, so
 * that whatever a crash leaves can be gone on with.
 */

export type OriginalRow = Selectable<OriginalTable>;

export type OriginalFilter = {
  state?: string | undefined;
  policy?: string | undefined;
  jobId?: string | undefined;
};

type Db = Kysely<Database>;

/** Notes that something is to be done, before it is done. */
export async function addOriginal(db: Db, row: OriginalRow): Promise<void> {
  await db.insertInto('original').values(row).execute();
}

/** Null when there is none of that id. */
export async function findOriginal(db: Db, id: string): Promise<OriginalRow | null> {
  return (await db.selectFrom('original').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

/** One page, the newest first. */
export async function originalPage(db: Db, filter: OriginalFilter, ask: PageAsk): Promise<Page<OriginalRow>> {
  let query = db.selectFrom('original').selectAll();
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.policy !== undefined) query = query.where('policy', '=', filter.policy);
  if (filter.jobId !== undefined) query = query.where('jobId', '=', filter.jobId);
  return readPage(query, { by: 'createdAtMs', id: 'id', direction: 'desc' }, ask);
}

/** What the profiles ask for and is not done yet, the oldest first; not what was tried after `triedBeforeMs` in vain. */
export async function unfinishedOriginals(db: Db, triedBeforeMs: number): Promise<OriginalRow[]> {
  return byProfile(db)
    .where('state', '=', 'pending')
    .where((row) => row.or([row('error', 'is', null), row('updatedAtMs', '<=', triedBeforeMs)]))
    .orderBy('createdAtMs')
    .execute();
}

/** Films in quarantine for longer than they are kept. */
export async function outlivedOriginals(db: Db, nowMs: number): Promise<OriginalRow[]> {
  return byProfile(db)
    .where('policy', '=', 'quarantine')
    .where('state', '=', 'held')
    .where('keptUntilMs', '<=', nowMs)
    .orderBy('keptUntilMs')
    .execute();
}

/** Notes what has come of it, unless its state is another one by now. False when it is. */
export async function changeOriginal(
  db: Db,
  row: Pick<OriginalRow, 'id' | 'state'>,
  change: Partial<Pick<OriginalRow, 'state' | 'error' | 'heldPath' | 'outputPath' | 'keptUntilMs'>>,
  nowMs: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('original')
    .set({ ...change, updatedAtMs: nowMs })
    .where('id', '=', row.id)
    .where('state', '=', row.state)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** What profiles ask for; watch folders have their own (watched-originals.ts). */
function byProfile(db: Db) {
  return db.selectFrom('original').selectAll().where('policy', 'in', ['quarantine', 'replace']);
}
