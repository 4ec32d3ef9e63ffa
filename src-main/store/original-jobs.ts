import type { Kysely } from 'kysely';
import type { OriginalRow } from './originals.ts';
import type { Database } from './schema.ts';

/*
 * What the journal of originals asks of jobs, and tells them.
 */

/** Size of a job's film when it was added; null where it was not known. */
export async function sourceBytesOf(db: Kysely<Database>, jobId: string): Promise<number | null> {
  const row = await db.selectFrom('job').select('sourceBytes').where('id', '=', jobId).executeTakeFirst();
  return row?.sourceBytes ?? null;
}

/** Whether another job that has not ended reads the same film. */
export async function isFilmWanted(db: Kysely<Database>, { jobId, sourcePath }: OriginalRow): Promise<boolean> {
  const own = db.selectFrom('job').select('input').where('id', '=', jobId);
  const other = await db
    .selectFrom('job')
    .select('id')
    .where('id', '!=', jobId)
    .where('state', 'not in', ['completed', 'failed', 'cancelled'])
    .where((row) => row.or([row('input', '=', sourcePath), row('input', '=', own)]))
    .executeTakeFirst();
  return other !== undefined;
}

/** The package lies in the film's place now: so says the job, too. */
export async function replacedOutput(
  db: Kysely<Database>,
  { id, jobId, state }: OriginalRow,
  outputPath: string,
  nowMs: number,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('original')
      .set({ state: 'replaced', error: null, outputPath, heldPath: null, updatedAtMs: nowMs })
      .where('id', '=', id)
      .where('state', '=', state)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) return;
    await trx.updateTable('job').set({ output: outputPath, updatedAtMs: nowMs }).where('id', '=', jobId).execute();
    await trx
      .insertInto('jobEvent')
      .values({ jobId, kind: 'note', message: `it took the place of the film: ${outputPath}`, atMs: nowMs })
      .execute();
  });
}
