import { sql } from 'kysely';
import { z } from 'zod';
import { jobState } from '#shared/model/job.ts';
import type { JobRow } from './job-rows.ts';
import { workingStates } from './job-states.ts';
import type { Trx } from './queue-context.ts';
import { pointMs } from './rank.ts';

/*
 * Which queued job is begun next. Users and batches share what there is: each job that is being worked on for the same user,
 * and each of the same batch, counts against a job like a point of priority. So a film that somebody drops goes before the
 * rest of a series that another dropped earlier, and nothing starves, since waiting counts as ever.
 */

/** The first of the queue that may begin now; null when there is none. */
export async function nextJob(trx: Trx, nowMs: number): Promise<JobRow | null> {
  const heads = await firstOfEachParty(trx, nowMs);
  if (heads.length === 0) return null;
  const rows = await trx.selectFrom('job').selectAll().where('id', 'in', heads).execute();
  const active = await trx
    .selectFrom('job')
    .select(['party', 'createdBy'])
    .where('state', 'in', ['probing', ...workingStates])
    .execute();
  const standing = rows.map((row) => {
    const ofParty = active.filter(({ party }) => party === row.party).length;
    const ofUser = active.filter(({ createdBy }) => createdBy === row.createdBy).length;
    return { row, rank: row.rank + (ofParty + ofUser) * pointMs };
  });
  const [first] = standing.sort((a, b) => a.rank - b.rank || (a.row.id < b.row.id ? -1 : 1));
  return first === undefined ? null : { ...first.row, state: jobState.parse(first.row.state) };
}

/**
 * Ids of the first jobs that may begin, one a batch, or a user for jobs without one. It leaps from party to party along the
 * index: 100,000 jobs of one batch cost as much as one.
 */
async function firstOfEachParty(trx: Trx, nowMs: number): Promise<string[]> {
  const { rows } = await sql`
    WITH RECURSIVE parties (name) AS (
      SELECT min(party) FROM job WHERE state = 'queued'
      UNION ALL
      SELECT (SELECT min(party) FROM job WHERE state = 'queued' AND party > name) FROM parties WHERE name IS NOT NULL
    )
    SELECT (
      SELECT id FROM job INDEXED BY job_party
      WHERE state = 'queued' AND party = name AND (notBeforeMs IS NULL OR notBeforeMs <= ${nowMs})
      ORDER BY rank, id LIMIT 1
    ) AS id
    FROM parties WHERE name IS NOT NULL`.execute(trx);
  return rows.flatMap((row) => z.object({ id: z.string().nullable() }).parse(row).id ?? []);
}
