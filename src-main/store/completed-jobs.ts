import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';

/** Jobs that completed after an event, and the last event that was looked at. */
export async function completionsAfter(
  db: Kysely<Database>,
  eventId: number,
  limit: number,
): Promise<{ jobIds: string[]; lastEventId: number; hasMore: boolean }> {
  const events = await db
    .selectFrom('jobEvent')
    .select(['id', 'jobId', 'kind', 'toState'])
    .where('id', '>', eventId)
    .orderBy('id')
    .limit(limit)
    .execute();
  const completed = events.filter(({ kind, toState }) => kind === 'state' && toState === 'completed');
  return {
    jobIds: completed.map(({ jobId }) => jobId),
    lastEventId: events.at(-1)?.id ?? eventId,
    hasMore: events.length === limit,
  };
}
