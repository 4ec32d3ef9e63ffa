import type { Kysely } from 'kysely';
import { type LookForDisks, mountsOf } from '#main/queue/offline-place.ts';
import type { TaskRow } from '#main/queue/task-rows.ts';
import type { Database } from '#main/store/schema.ts';

const awayCode = 'root-offline';

/**
 * Leaves out tasks that wait for a disk which is still away: to begin them would only write down, again and again, that it is.
 * A task that no disk has failed yet is not held up by a look at one.
 */
export async function withoutAway(
  db: Kysely<Database>,
  tasks: readonly TaskRow[],
  lookForDisks: LookForDisks,
): Promise<readonly TaskRow[]> {
  const waiting = tasks.filter(({ errorCode }) => errorCode === awayCode);
  if (waiting.length === 0) return tasks;
  const jobs = await db
    .selectFrom('job')
    .select(['id', 'mountsJson'])
    .where('id', 'in', [...new Set(waiting.map(({ jobId }) => jobId))])
    .execute();
  const away = await lookForDisks(new Set(jobs.flatMap(mountsOf)));
  const held = new Set(jobs.filter((job) => mountsOf(job).some((mount) => away.has(mount))).map(({ id }) => id));
  return tasks.filter(({ errorCode, jobId }) => errorCode !== awayCode || !held.has(jobId));
}
