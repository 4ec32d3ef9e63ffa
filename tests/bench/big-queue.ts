import type Sqlite from 'better-sqlite3';
import { type Clock, systemClock } from '#main/platform/clock.ts';
import { claimJob, jobPlanned } from '#main/queue/probe-job.ts';
import type { QueueContext } from '#main/queue/queue-context.ts';
import type { Store } from '#main/store/open-store.ts';
import { aFacts, anAudio, aVideo } from '#tests/helpers/a-facts.ts';
import { builtIn, planOf } from '#tests/helpers/a-plan.ts';
import { add, finish, plannedBy } from '#tests/helpers/a-queue.ts';

/*
 * A queue as a large library makes it. Of each kind of job the queue itself makes one, and SQL copies its rows: 100,000 jobs
 * in seconds, and none that the queue would not have written.
 */

export type QueueSize = {
  /** Nobody has begun them. */
  queued: number;
  /** Films of two hours, planned, none of their tasks begun. */
  working: number;
  done: number;
};

/** As many films as a house has, more being worked on than the default allows: nothing of the queue begins by itself. */
export const largeQueue: QueueSize = { queued: 100_000, working: 64, done: 20_000 };

const hourMs = 3_600_000;

/** Fills an empty store. */
export async function fillQueue(store: Store, size: QueueSize): Promise<void> {
  const nowMs = systemClock.nowMs();
  const ago = (ageMs: number): QueueContext => queueOf(store, { ...systemClock, nowMs: () => nowMs - ageMs });
  if (size.done > 0) {
    const before = ago(24 * hourMs);
    await add(before, 'done');
    await planFilm(before, null);
    await finish(before, 'done', 'audio', 'video-0000', 'package', 'validate', 'publish');
    copyJob(store.sqlite, 'done', { first: 0, count: size.done - 1, everyMs: 60_000 });
  }
  if (size.working > 0) {
    const before = ago(23 * hourMs);
    await add(before, 'working');
    await planFilm(before, 60);
    copyJob(store.sqlite, 'working', { first: 1_000_000, count: size.working - 1, everyMs: 1_000 });
  }
  if (size.queued > 0) {
    await add(ago(0), 'queued');
    copyJob(store.sqlite, 'queued', { first: 2_000_000, count: size.queued - 1, everyMs: 700 });
  }
  // Whoever follows what happens had followed it.
  store.sqlite
    .prepare(`INSERT INTO madePackage SELECT id, finishedAtMs, 7200, 4e9 FROM job WHERE state = 'completed'`)
    .run();
  for (const name of ['webhooks', 'intake']) {
    store.sqlite
      .prepare('INSERT OR REPLACE INTO cursor (name, value) SELECT ?, coalesce(max(id), 0) FROM jobEvent')
      .run(name);
  }
  store.sqlite.pragma('wal_checkpoint(TRUNCATE)');
}

/** The queue of a store, which tells nobody. */
export function queueOf({ db }: Store, clock: Clock = systemClock): QueueContext {
  return { db, clock, changed: () => {}, revoked: () => {}, completing: async () => {} };
}

/** Gives the only job that is queued the tasks of a film of two hours in H.264 and AAC. */
async function planFilm(queue: QueueContext, chunkSec: number | null): Promise<void> {
  const claim = await claimJob(queue, { owner: 'bench', leaseMs: 60_000, mostActive: 1_000 });
  if (claim === null) throw new Error('no job is queued');
  const endSec = 7_200;
  const video = [aVideo({ endSec })];
  const facts = aFacts({ durationSec: endSec, sizeBytes: 8e9, video, audio: [anAudio({ endSec })] });
  const plan = planOf(facts, builtIn('hls-universal'), { chunkSec });
  await jobPlanned(queue, claim, { ...plannedBy(claim, plan.tasks), facts, plan });
}

/** Films of their own, the first the latest; ids look as random as ours. */
function copyJob(
  sqlite: Sqlite.Database,
  id: string,
  { first, count, everyMs }: { first: number; count: number; everyMs: number },
): void {
  const newId = `printf('%08x-5eed-4000-8000-%012x', (n * 2654435761) % 4294967296, n)`;
  const age = `(n - ${first}) * ${everyMs}`;
  const older = (column: string): string => `${column} - ${age}`;
  const times = ['createdAtMs', 'updatedAtMs', 'startedAtMs', 'finishedAtMs', 'readyAtMs', 'atMs', 'claimedAtMs'];
  const aged = Object.fromEntries([...times, 'endedAtMs', 'rank'].map((column) => [column, older(column)]));
  const copy = (table: string, column: string, set: Record<string, string>): void => {
    const columns = columnsOf(sqlite, table);
    const values = columns.map((name) => set[name] ?? aged[name] ?? name);
    // One job after the other, as they would have come.
    sqlite
      .prepare(
        `INSERT INTO ${table} (${columns.join(', ')})
         WITH RECURSIVE numbers (n) AS (VALUES (${first}) UNION ALL SELECT n + 1 FROM numbers WHERE n < ${first + count - 1})
         SELECT ${values.join(', ')} FROM numbers CROSS JOIN ${table} WHERE ${column} = ?`,
      )
      .run(id);
  };
  if (count <= 0) return;
  sqlite.transaction(() => {
    copy('job', 'id', {
      id: newId,
      input: `printf('/films/Show %d/Season %d/Show %d - S%02dE%d - 1080p.mkv', n % 400, n % 9, n % 400, n % 9, n)`,
      sourceFingerprint: `printf('%064x', n)`,
    });
    copy('jobPlan', 'jobId', { jobId: newId, folderKey: `printf('%064x', n)` });
    copy('task', 'jobId', { id: `${newId} || '.' || key`, jobId: newId });
    copy('jobEvent', 'jobId', { jobId: newId });
  })();
}

/** But for a number that the table gives by itself. */
function columnsOf(sqlite: Sqlite.Database, table: string): string[] {
  const columns = sqlite.pragma(`table_info(${table})`);
  if (!Array.isArray(columns)) throw new Error(`there is no table ${table}`);
  return columns.filter(({ type, pk }) => !(pk === 1 && type === 'INTEGER')).map(({ name }) => String(name));
}
