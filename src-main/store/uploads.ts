import type { Kysely, Selectable } from 'kysely';
import { type Page, type PageAsk, readPage } from './page.ts';
import type { Database, UploadTable } from './schema.ts';

export type UploadRow = Selectable<UploadTable>;

/** Writes down that an upload is coming. */
export async function insertUpload(db: Kysely<Database>, upload: UploadRow): Promise<void> {
  await db.insertInto('upload').values(upload).execute();
}

/** The upload, or null when there is none of that id. */
export async function findUpload(db: Kysely<Database>, id: string): Promise<UploadRow | null> {
  return (await db.selectFrom('upload').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

/** A page of uploads, the newest first: of one sender, or of all. */
export function uploadPage(db: Kysely<Database>, createdBy: string | null, ask: PageAsk): Promise<Page<UploadRow>> {
  const all = db.selectFrom('upload').selectAll();
  const query = createdBy === null ? all : all.where('createdBy', '=', createdBy);
  return readPage(query, { by: 'createdAtMs', id: 'id', direction: 'desc' }, ask);
}

/** Those that are not complete, the oldest first. */
export function openUploads(db: Kysely<Database>): Promise<UploadRow[]> {
  return db.selectFrom('upload').selectAll().where('finishedAtMs', 'is', null).orderBy('createdAtMs').execute();
}

/** Every id there is, to tell which folders are nobody's. */
export async function uploadIds(db: Kysely<Database>): Promise<Set<string>> {
  return new Set((await db.selectFrom('upload').select('id').execute()).map(({ id }) => id));
}

/** False when the upload was taken away meanwhile. */
export async function markUploadFinished(db: Kysely<Database>, id: string, nowMs: number): Promise<boolean> {
  const done = await db.updateTable('upload').set({ finishedAtMs: nowMs }).where('id', '=', id).executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Takes an upload out of the store; false when it was not there. */
export async function deleteUpload(db: Kysely<Database>, id: string): Promise<boolean> {
  const gone = await db.deleteFrom('upload').where('id', '=', id).executeTakeFirst();
  return gone.numDeletedRows > 0n;
}

/** A job that is not at its end and reads this film; null when there is none. */
export async function jobReading(db: Kysely<Database>, input: string): Promise<string | null> {
  const job = await db
    .selectFrom('job')
    .select('id')
    .where('input', '=', input)
    .where('state', 'not in', ['completed', 'failed', 'cancelled'])
    .executeTakeFirst();
  return job?.id ?? null;
}
