import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '#main/store/schema.ts';
import { jobState } from '#shared/model/job.ts';
import type { JobRow } from './job-rows.ts';
import { workingStates } from './job-states.ts';
import { mountsOf } from './offline-place.ts';
import type { Trx } from './queue-context.ts';
import { pointMs } from './rank.ts';

/*
 * Which queued job is begun next. Users and batches share what there is: each job that is being worked on for the same user,
 * and each of the same batch, counts against a job like a point of priority. So a film that somebody drops goes before the
 * rest of a series that another dropped earlier, and nothing starves, since waiting counts as ever.
 */

/** The first of the queue that may begin now and has its disks; null when there is none. */
export async function nextJob(trx: Trx, nowMs: number, away: ReadonlySet<string>): Promise<JobRow | null> {
  const heads = await firstOfEachLane(trx, nowMs);
  const rows = heads.filter((row) => !mountsOf(row).some((mount) => away.has(mount)));
  if (rows.length === 0) return null;
  const active = await trx
    .selectFrom('job')
    .select(['batchId', 'createdBy'])
    .where('state', 'in', ['probing', ...workingStates])
    .execute();
  const standing = rows.map((row) => {
    const ofParty = active.filter((other) => partyOf(other) === partyOf(row)).length;
    const ofUser = active.filter(({ createdBy }) => createdBy === row.createdBy).length;
    return { row, rank: row.rank + (ofParty + ofUser) * pointMs };
  });
  const [first] = standing.sort((a, b) => a.rank - b.rank || (a.row.id < b.row.id ? -1 : 1));
  return first === undefined ? null : { ...first.row, state: jobState.parse(first.row.state) };
}

/** Where the disks of queued jobs are mounted. */
export async function queuedMounts(db: Kysely<Database>, nowMs: number): Promise<ReadonlySet<string>> {
  return new Set((await firstOfEachLane(db, nowMs)).flatMap(mountsOf));
}

/** Whom a job shares the queue as: its batch, else who added it. */
function partyOf({ batchId, createdBy }: Pick<JobRow, 'batchId' | 'createdBy'>): string | null {
  return batchId ?? createdBy;
}

/**
 * The first job of each lane that may begin. It leaps from lane to lane along the index: 100,000 jobs of one batch cost as
 * much as one.
 */
async function firstOfEachLane(db: Kysely<Database>, nowMs: number) {
  const { rows } = await sql`
    WITH RECURSIVE lanes (name) AS (
      SELECT min(lane) FROM job WHERE state = 'queued'
      UNION ALL
      SELECT (SELECT min(lane) FROM job WHERE state = 'queued' AND lane > name) FROM lanes WHERE name IS NOT NULL
    )
    SELECT (
      SELECT id FROM job INDEXED BY job_lane
      WHERE state = 'queued' AND lane = name AND (notBeforeMs IS NULL OR notBeforeMs <= ${nowMs})
      ORDER BY rank, id LIMIT 1
    ) AS id
    FROM lanes WHERE name IS NOT NULL`.execute(db);
  const ids = rows.flatMap((row) => z.object({ id: z.string().nullable() }).parse(row).id ?? []);
  return db.selectFrom('job').selectAll().where('id', 'in', ids).execute();
}
