import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.ts';

export type UncountedPackage = { jobId: string; finishedAtMs: number; output: string | null; mediaSec: number | null };

/** Jobs completed since then of which it is not known what they came to, the oldest first. */
export function uncountedPackages(db: Kysely<Database>, sinceMs: number, limit: number): Promise<UncountedPackage[]> {
  return db
    .selectFrom('job')
    .leftJoin('jobPlan', 'jobPlan.jobId', 'job.id')
    .select([
      'job.id as jobId',
      sql<number>`job.finishedAtMs`.as('finishedAtMs'),
      'job.output',
      sql<number | null>`json_extract(jobPlan.planJson, '$.durationSec')`.as('mediaSec'),
    ])
    .where('job.finishedAtMs', '>=', sinceMs)
    .where('job.state', '=', 'completed')
    .where((row) =>
      row.not(row.exists(row.selectFrom('madePackage').select('jobId').whereRef('madePackage.jobId', '=', 'job.id'))),
    )
    .orderBy('job.finishedAtMs')
    .limit(limit)
    .execute();
}

/** Writes down what a job came to, once. */
export async function countPackage(
  db: Kysely<Database>,
  made: { jobId: string; finishedAtMs: number; mediaSec: number | null; outputBytes: number | null },
): Promise<void> {
  await db
    .insertInto('madePackage')
    .values(made)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
