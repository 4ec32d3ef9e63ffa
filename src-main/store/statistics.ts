import { type Kysely, sql } from 'kysely';
import { jobCounts } from './jobs.ts';
import type { Database } from './schema.ts';

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;

/** What came to its end within a time, and what was made in it. */
export type Throughput = {
  fromMs: number;
  completed: number;
  failed: number;
  /** Of the films. */
  mediaSec: number;
  outputBytes: number;
};

export type Statistics = {
  /** How many jobs are in each state. */
  byState: Record<string, number>;
  day: Throughput;
  dayBefore: Throughput;
  /** From a job's begin to its end, of those completed in the last 24 hours; null where there is none. */
  averageProcessingSec: number | null;
  /** 24 of them, the oldest first; the last one ends now. */
  hours: Throughput[];
  /** 30 of 24 hours each, the oldest first; the last one ends now. */
  days: Throughput[];
};

/** What a dashboard shows of the queue. */
export async function readStatistics(db: Kysely<Database>, nowMs: number): Promise<Statistics> {
  const hours = await throughputs(db, nowMs, hourMs, 24);
  const days = await throughputs(db, nowMs, dayMs, 30);
  const [dayBefore, day] = days.slice(-2);
  if (day === undefined || dayBefore === undefined) throw new Error('30 days end in two');
  return {
    byState: await jobCounts(db),
    averageProcessingSec: await averageSec(db, nowMs - dayMs, nowMs),
    ...{ day, dayBefore, hours, days },
  };
}

/**
 * Times of the same length up to now; what has its end in the future, by a clock that was set back, is left out. Each is a range
 * of an index: grouping all of them at once takes three times as long.
 */
async function throughputs(db: Kysely<Database>, nowMs: number, stepMs: number, count: number): Promise<Throughput[]> {
  const found: Throughput[] = [];
  for (let index = 0; index < count; index += 1)
    found.push(await throughput(db, nowMs - (count - index) * stepMs, stepMs));
  return found;
}

/** The last moment belongs to it, the first one to the time before, so that what ended just now is in the last one. */
async function throughput(db: Kysely<Database>, fromMs: number, stepMs: number): Promise<Throughput> {
  const ended = await db
    .selectFrom('job')
    .select([
      sql<number>`count(*) FILTER (WHERE state = 'completed')`.as('completed'),
      sql<number>`count(*) FILTER (WHERE state = 'failed')`.as('failed'),
    ])
    .where('finishedAtMs', '>', fromMs)
    .where('finishedAtMs', '<=', fromMs + stepMs)
    .executeTakeFirstOrThrow();
  const made = await db
    .selectFrom('madePackage')
    .select([
      sql<number>`coalesce(sum(mediaSec), 0)`.as('mediaSec'),
      sql<number>`coalesce(sum(outputBytes), 0)`.as('outputBytes'),
    ])
    .where('finishedAtMs', '>', fromMs)
    .where('finishedAtMs', '<=', fromMs + stepMs)
    .executeTakeFirstOrThrow();
  return { fromMs, ...ended, ...made };
}

async function averageSec(db: Kysely<Database>, sinceMs: number, nowMs: number): Promise<number | null> {
  const { averageMs } = await db
    .selectFrom('job')
    .select(sql<number | null>`avg(finishedAtMs - startedAtMs)`.as('averageMs'))
    .where('finishedAtMs', '>', sinceMs)
    .where('finishedAtMs', '<=', nowMs)
    .where('state', '=', 'completed')
    .executeTakeFirstOrThrow();
  return averageMs === null ? null : averageMs / 1000;
}
