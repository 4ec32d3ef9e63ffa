import { type Kysely, type RawBuilder, sql } from 'kysely';
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
 * rest of a series that another dropped earlier, and nothing starves, since waiting counts as ever. What a person has put
 * before others goes before them: nothing counts against it.
 */

/** The first of the queue that may begin now and has its disks; null when there is none. */
export async function nextJob(trx: Trx, nowMs: number, away: ReadonlySet<string>): Promise<JobRow | null> {
  const heads = await firstOfEachLane(trx, nowMs);
  const ids = heads.filter((row) => !mountsOf(row).some((mount) => away.has(mount))).map(({ id }) => id);
  if (ids.length === 0) return null;
  const standing = await standingNow(trx);
  const first = await trx
    .selectFrom('job')
    .selectAll()
    .where('id', 'in', ids)
    .orderBy(standing)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return first === undefined ? null : { ...first, state: jobState.parse(first.state) };
}

/** How many queued jobs would be begun before this one, by what is in work now. */
export async function jobsAhead(trx: Trx, { id }: Pick<JobRow, 'id'>): Promise<number> {
  const standing = await standingNow(trx);
  const mine = trx.selectFrom('job').select(standing.as('standing')).where('id', '=', id);
  const { count } = await trx
    .selectFrom('job')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('state', '=', 'queued')
    // Nobody stands before their rank: the index leaves out all that come later.
    .where('rank', '<=', mine)
    .where(sql<boolean>`(${standing}, id) < (${mine}, ${id})`)
    .executeTakeFirstOrThrow();
  return count;
}

/** Where a job stands, smallest first: its rank, and what is in work for its batch and its user. */
async function standingNow(trx: Trx): Promise<RawBuilder<number>> {
  const active = await trx
    .selectFrom('job')
    .select(['batchId', 'createdBy'])
    .where('state', 'in', ['probing', ...workingStates])
    .execute();
  const ofParty = timesEach(sql`coalesce(batchId, createdBy, '')`, active.map(partyOf));
  const ofUser = timesEach(
    sql`coalesce(createdBy, '')`,
    active.map(({ createdBy }) => createdBy ?? ''),
  );
  return sql<number>`rank + CASE placed WHEN 1 THEN 0 ELSE (${ofParty} + ${ofUser}) * ${pointMs} END`;
}

/** How often the value of an expression is among these. */
function timesEach(expression: RawBuilder<unknown>, values: readonly string[]): RawBuilder<number> {
  if (values.length === 0) return sql<number>`0`;
  const cases = [...new Set(values)].map(
    (one) => sql`WHEN ${one} THEN ${values.filter((value) => value === one).length}`,
  );
  return sql<number>`CASE ${expression} ${sql.join(cases, sql` `)} ELSE 0 END`;
}

/** Where the disks of queued jobs are mounted. */
export async function queuedMounts(db: Kysely<Database>, nowMs: number): Promise<ReadonlySet<string>> {
  return new Set((await firstOfEachLane(db, nowMs)).flatMap(mountsOf));
}

/** Whom a job shares the queue as: its batch, else who added it. */
function partyOf({ batchId, createdBy }: Pick<JobRow, 'batchId' | 'createdBy'>): string {
  return batchId ?? createdBy ?? '';
}

/**
 * The first job of each lane that may begin. It leaps from lane to lane along the index: 100,000 jobs of one batch cost as
 * much as one.
 */
async function firstOfEachLane(db: Kysely<Database>, nowMs: number) {
  const { rows } = await sql`
    WITH RECURSIVE lanes (name) AS (
      SELECT min(lane) FROM job INDEXED BY job_lane WHERE state = 'queued'
      UNION ALL
      SELECT (SELECT min(lane) FROM job INDEXED BY job_lane WHERE state = 'queued' AND lane > name)
      FROM lanes WHERE name IS NOT NULL
    )
    SELECT (
      SELECT id FROM job INDEXED BY job_lane
      WHERE state = 'queued' AND lane = name AND (notBeforeMs IS NULL OR notBeforeMs <= ${nowMs})
      ORDER BY rank, id LIMIT 1
    ) AS id
    FROM lanes WHERE name IS NOT NULL`.execute(db);
  const ids = rows.flatMap((row) => z.object({ id: z.string().nullable() }).parse(row).id ?? []);
  if (ids.length === 0) return [];
  return db.selectFrom('job').selectAll().where('id', 'in', ids).execute();
}
