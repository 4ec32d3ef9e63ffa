import type { QueueContext } from '#main/queue/queue-context.ts';
import type { Crew } from './crew.ts';

export type JobEventRow = Awaited<ReturnType<typeof eventsAfter>>[number];

const portion = 500;

/** What happened after an event, oldest first; at most 500 at once. */
export async function eventsAfter({ db }: Pick<QueueContext, 'db'>, id: number) {
  return db.selectFrom('jobEvent').selectAll().where('id', '>', id).orderBy('id').limit(portion).execute();
}

/** The newest event's id; 0 before the first. */
export async function latestEventId({ db }: Pick<QueueContext, 'db'>): Promise<number> {
  const row = await db.selectFrom('jobEvent').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row?.id ?? 0;
}

/** Tells the nodes which folders they can give up. Finished parts are kept where the job may go on with them. */
export async function tellToForget(
  { db }: Pick<QueueContext, 'db'>,
  crew: Crew,
  events: readonly JobEventRow[],
): Promise<void> {
  for (const { kind, toState, jobId } of events) {
    if (kind !== 'state' || keepsParts(toState) === null) continue;
    const job = await db
      .selectFrom('jobPlan')
      .innerJoin('job', 'job.id', 'jobPlan.jobId')
      .select(['jobPlan.folderKey', 'job.state'])
      .where('jobPlan.jobId', '=', jobId)
      .executeTakeFirst();
    // News come late: by now it may go on again, in the same folder, as may another job of the same film and recipe.
    const keepParts = job === undefined ? null : await keepsPartsOfAll({ db }, job.folderKey);
    if (job === undefined || keepParts === null) continue;
    for (const member of crew.members()) {
      member.sourcesOf.delete(jobId);
      member.forget({ folderKey: job.folderKey, keepParts });
    }
  }
}

/** What all jobs of a folder let become of it; null while one of them works in it. */
async function keepsPartsOfAll({ db }: Pick<QueueContext, 'db'>, folderKey: string): Promise<boolean | null> {
  const jobs = await db
    .selectFrom('jobPlan')
    .innerJoin('job', 'job.id', 'jobPlan.jobId')
    .select('job.state')
    .where('jobPlan.folderKey', '=', folderKey)
    .execute();
  const wishes = jobs.map(({ state }) => keepsParts(state));
  return wishes.includes(null) ? null : wishes.includes(true);
}

function keepsParts(state: string | null): boolean | null {
  if (state === 'completed' || state === 'cancelled') return false;
  return state === 'failed' || state === 'paused' ? true : null;
}
