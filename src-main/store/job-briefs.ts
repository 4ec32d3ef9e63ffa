import type { Kysely, Selectable } from 'kysely';
import { type JobState, jobState } from '#shared/model/job.ts';
import type { Database, JobTable } from './schema.ts';

/** What intake asks of a job. */
export type JobBrief = Pick<
  Selectable<JobTable>,
  'id' | 'input' | 'output' | 'profileId' | 'profileName' | 'sourceFingerprint' | 'sourceBytes'
> & { state: JobState };

const columns = [
  'id',
  'state',
  'input',
  'output',
  'profileId',
  'profileName',
  'sourceFingerprint',
  'sourceBytes',
] as const;

/** Null when there is none of that id, or none any more. */
export async function jobBrief(db: Kysely<Database>, id: string): Promise<JobBrief | null> {
  const row = await db.selectFrom('job').select(columns).where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : { ...row, state: jobState.parse(row.state) };
}

/** Every job of that content, the newest first, as far as their number is sensible. */
export async function jobsOfContent(
  db: Kysely<Database>,
  { fingerprint, sizeBytes }: { fingerprint: string; sizeBytes: number },
): Promise<JobBrief[]> {
  const rows = await db
    .selectFrom('job')
    .select(columns)
    .where('sourceFingerprint', '=', fingerprint)
    .where('sourceBytes', '=', sizeBytes)
    .orderBy('createdAtMs', 'desc')
    .limit(1000)
    .execute();
  return rows.map((row) => ({ ...row, state: jobState.parse(row.state) }));
}
