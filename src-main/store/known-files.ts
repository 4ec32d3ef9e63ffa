import { setImmediate } from 'node:timers/promises';
import { type Insertable, type Kysely, type Selectable, sql, type Updateable } from 'kysely';
import { type KnownFileState, knownFileState } from '#shared/model/watch-folder.ts';
import type { Database, KnownFileTable } from './schema.ts';

/*
 * Files of watch folders. A row outlives its file and its name: it is what tells that a film was done already.
 */

export type KnownFile = Omit<Selectable<KnownFileTable>, 'state'> & { state: KnownFileState };

type Db = Kysely<Database>;
type KnownFileChange = Omit<Updateable<KnownFileTable>, 'id' | 'watchFolderId' | 'state'> & { state?: KnownFileState };

/** Rows of the paths behind `after`, up to `upTo` (null: to the end), in the order of their bytes. */
export async function knownFilesBetween(
  db: Db,
  watchFolderId: string,
  { after, upTo, limit }: { after: string; upTo: string | null; limit: number },
): Promise<KnownFile[]> {
  let query = db
    .selectFrom('knownFile')
    .selectAll()
    .where('watchFolderId', '=', watchFolderId)
    .where('path', '>', after)
    .orderBy('path')
    .limit(limit);
  if (upTo !== null) query = query.where('path', '<=', upTo);
  return (await query.execute()).map(readKnownFile);
}

/** Null when the path is not known. */
export async function knownFileAt(db: Db, watchFolderId: string, path: string): Promise<KnownFile | null> {
  const row = await db
    .selectFrom('knownFile')
    .selectAll()
    .where('watchFolderId', '=', watchFolderId)
    .where('path', '=', path)
    .executeTakeFirst();
  return row === undefined ? null : readKnownFile(row);
}

/** Those that have looked the same at least since `sinceMs`, the longest first. */
export async function stillGrowing(
  db: Db,
  watchFolderId: string,
  sinceMs: number,
  limit: number,
): Promise<KnownFile[]> {
  const rows = await db
    .selectFrom('knownFile')
    .selectAll()
    .where('watchFolderId', '=', watchFolderId)
    // As a literal: SQLite uses a partial index only where it sees its condition.
    .where(sql<boolean>`state = 'growing'`)
    .where('stableSinceMs', '<=', sinceMs)
    .orderBy('stableSinceMs')
    .limit(limit)
    .execute();
  return rows.map(readKnownFile);
}

/** How many files of a folder are in which state. */
export async function countFiles(db: Db, watchFolderId: string): Promise<Record<KnownFileState, number>> {
  const rows = await db
    .selectFrom('knownFile')
    .select(['state', sql<number>`count(*)`.as('files')])
    .where('watchFolderId', '=', watchFolderId)
    .groupBy('state')
    .execute();
  const files = (state: KnownFileState): number => rows.find((row) => row.state === state)?.files ?? 0;
  return {
    growing: files('growing'),
    ready: files('ready'),
    added: files('added'),
    done: files('done'),
    skipped: files('skipped'),
    unusable: files('unusable'),
    missing: files('missing'),
  };
}

/** In the order of their paths. */
export async function filesInState(
  db: Db,
  watchFolderId: string,
  state: KnownFileState,
  limit: number,
): Promise<KnownFile[]> {
  const rows = await db
    .selectFrom('knownFile')
    .selectAll()
    .where('watchFolderId', '=', watchFolderId)
    .where('state', '=', state)
    .orderBy('path')
    .limit(limit)
    .execute();
  return rows.map(readKnownFile);
}

/** Every row of that content, of whatever watch folder. */
export async function filesOfContent(
  db: Db,
  { fingerprint, sizeBytes }: { fingerprint: string; sizeBytes: number },
  limit: number,
): Promise<KnownFile[]> {
  const rows = await db
    .selectFrom('knownFile')
    .selectAll()
    .where('fingerprint', '=', fingerprint)
    .where('sizeBytes', '=', sizeBytes)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(readKnownFile);
}

/** The files that a job was made of, and copies of them. */
export async function filesOfJob(db: Db, jobId: string): Promise<KnownFile[]> {
  const rows = await db.selectFrom('knownFile').selectAll().where('jobId', '=', jobId).orderBy('id').execute();
  return rows.map(readKnownFile);
}

/** Rows that are written at a time: the server answers others in between. */
const rowsAtOnce = 200;

/** Leaves a path that is known as it is. */
export async function addKnownFiles(db: Db, files: readonly Insertable<KnownFileTable>[]): Promise<void> {
  for (let i = 0; i < files.length; i += rowsAtOnce) {
    await db
      .insertInto('knownFile')
      .values(files.slice(i, i + rowsAtOnce))
      .onConflict((conflict) => conflict.columns(['watchFolderId', 'path']).doNothing())
      .execute();
    await setImmediate();
  }
}

/** Forgets what is known of a folder's files, a few at a time. */
export async function dropKnownFiles(db: Db, watchFolderId: string): Promise<void> {
  for (;;) {
    const { numDeletedRows } = await db
      .deleteFrom('knownFile')
      .where('id', 'in', (some) =>
        some.selectFrom('knownFile').select('id').where('watchFolderId', '=', watchFolderId).limit(rowsAtOnce),
      )
      .executeTakeFirst();
    if (numDeletedRows === 0n) return;
    await setImmediate();
  }
}

/** Changes a row that is still at the path and in the state in which it was read; false where it isn't. */
export async function changeKnownFile(db: Db, file: KnownFile, change: KnownFileChange): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('knownFile')
    .set(change)
    .where('id', '=', file.id)
    .where('path', '=', file.path)
    .where('state', '=', file.state)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Forgets a row, as when its file turned out to be another one under a new name. */
export async function dropKnownFile(db: Db, id: number): Promise<void> {
  await db.deleteFrom('knownFile').where('id', '=', id).execute();
}

/** Whether the folder holds, or held when it was last seen, any file. */
export async function hasFilesPresent(db: Db, watchFolderId: string): Promise<boolean> {
  const states = knownFileState.options.filter((state) => state !== 'missing');
  const row = await db
    .selectFrom('knownFile')
    .select('id')
    .where('watchFolderId', '=', watchFolderId)
    .where('state', 'in', states)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** After the clock was set: nobody waits for a time that is years away. */
export async function forgetFutureLooks(db: Db, nowMs: number): Promise<void> {
  await db
    .updateTable('knownFile')
    .set({ stableSinceMs: nowMs })
    .where(sql<boolean>`state = 'growing'`)
    .where('stableSinceMs', '>', nowMs)
    .execute();
}

/** After a rule was changed: what it kept out is judged again. */
export async function judgeAgain(db: Db, watchFolderId: string, nowMs: number): Promise<void> {
  await db
    .updateTable('knownFile')
    .set({ state: 'growing', stableSinceMs: nowMs, note: null, seenAtMs: nowMs })
    .where('watchFolderId', '=', watchFolderId)
    .where('state', 'in', ['skipped', 'unusable'])
    .execute();
}

/** Parses its state. */
export function readKnownFile(row: Selectable<KnownFileTable>): KnownFile {
  return { ...row, state: knownFileState.parse(row.state) };
}
