import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.ts';

export type UncountedPackage = { jobId: string; finishedAtMs: number; output: string | null; mediaSec: number | null };

/** Jobs completed since then of which it is not known what they came to, the oldest first. */
export function uncountedPackages(db: Kysely<Database>, sinceMs: number, limit: number): Promise<UncountedPackage[]> {
  return (
    db
      .selectFrom('job')
      .leftJoin('jobPlan', 'jobPlan.jobId', 'job.id')
      .select([
        'job.id as jobId',
        sql<number>`job.finishedAtMs`.as('finishedAtMs'),
        'job.output',
        sql<number | null>`json_extract(jobPlan.planJson, '$.durationSec')`.as('mediaSec'),
      ])
      .where('job.finishedAtMs', '>=', sinceMs)
      // The plus keeps SQLite from an index by state: nearly every job that ever was is completed.
      .where(sql`+job.state`, '=', 'completed')
      .where((row) =>
        row.not(row.exists(row.selectFrom('madePackage').select('jobId').whereRef('madePackage.jobId', '=', 'job.id'))),
      )
      .orderBy('job.finishedAtMs')
      .limit(limit)
      .execute()
  );
}

export type MadePackage = { jobId: string; finishedAtMs: number; mediaSec: number | null; outputBytes: number | null };

/** Writes down what jobs came to, each once. */
export async function countPackages(db: Kysely<Database>, made: readonly MadePackage[]): Promise<void> {
  if (made.length === 0) return;
  await db
    .insertInto('madePackage')
    .values(made)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
