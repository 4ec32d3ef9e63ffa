import { sql } from 'kysely';
import type { JobState } from '#shared/model/job.ts';
import { findJob, type JobRow } from './job-rows.ts';
import { isFinalJobState, workingStates } from './job-states.ts';
import type { QueueContext, Trx } from './queue-context.ts';
import { rankBetween, rankOf } from './rank.ts';
import type { Steered } from './steer-job.ts';

/** Right before or right behind another job, or at an end of the queue. */
export type QueuePlace = { before: string } | { after: string } | 'first' | 'last';

/**
 * Gives a job another priority, its waiting so far counting on, or another place, which then counts more. A job that has
 * ended has no place.
 */
export async function moveInQueue(
  queue: QueueContext,
  id: string,
  wish: { priority?: number | undefined; place?: QueuePlace | undefined },
): Promise<Steered> {
  const nowMs = queue.clock.nowMs();
  const moved = await queue.db.transaction().execute(async (trx): Promise<Steered> => {
    const job = await findJob(trx, id);
    if (job === null) return { ok: false, because: 'not-found' };
    if (isFinalJobState(job.state)) return { ok: false, because: 'state', job };
    const priority = wish.priority ?? job.priority;
    const plain = wish.priority === undefined ? job.rank : rankOf(job.createdAtMs, wish.priority);
    const rank = wish.place === undefined ? plain : await rankAt(trx, id, wish.place);
    if (typeof rank !== 'number') return rank;
    const placed =
      wish.place === undefined && wish.priority === undefined ? job.placed : await placedAt(trx, wish.place);
    const next = { priority, rank, placed, updatedAtMs: nowMs };
    await trx.updateTable('job').set(next).where('id', '=', id).execute();
    await trx.updateTable('task').set({ rank }).where('jobId', '=', id).execute();
    return { ok: true, job: { ...job, ...next } };
  });
  if (moved.ok) queue.changed();
  return moved;
}

/** Those that have a place. */
const openStates: readonly JobState[] = ['queued', 'paused', 'probing', ...workingStates];
/** What two neighbours are moved apart by when no number is left between them; a second of waiting is nothing to a queue. */
const gapMs = 1_000;

type Neighbour = Pick<JobRow, 'id' | 'rank'>;

async function rankAt(
  trx: Trx,
  id: string,
  place: QueuePlace,
): Promise<number | Extract<Steered, { because: 'no-neighbour' }>> {
  if (place === 'first') return rankBetween(null, (await nextTo(trx, id, null, 'asc'))?.rank ?? null) ?? 0;
  if (place === 'last') return rankBetween((await nextTo(trx, id, null, 'desc'))?.rank ?? null, null) ?? 0;
  const neighbourId = 'before' in place ? place.before : place.after;
  const neighbour = await findJob(trx, neighbourId);
  if (neighbour === null || neighbour.id === id) return { ok: false, because: 'no-neighbour', neighbourId };
  const [before, after] =
    'before' in place
      ? [await nextTo(trx, id, neighbour, 'desc'), neighbour]
      : [neighbour, await nextTo(trx, id, neighbour, 'asc')];
  const between = rankBetween(before?.rank ?? null, after?.rank ?? null);
  if (between !== null || before === null || after === null) return between ?? 0;
  await makeRoom(trx, after);
  return before.rank + gapMs / 2;
}

/** 1 where it goes before others whatever is in work: put first or before one, or behind one that goes before others itself. */
async function placedAt(trx: Trx, place: QueuePlace | undefined): Promise<number> {
  if (place === undefined || place === 'last') return 0;
  if (place === 'first' || 'before' in place) return 1;
  return (await findJob(trx, place.after))?.placed ?? 0;
}

/** The first other job in that direction, of all or from a neighbour on. */
async function nextTo(trx: Trx, id: string, from: Neighbour | null, way: 'asc' | 'desc'): Promise<Neighbour | null> {
  const others = trx.selectFrom('job').select(['id', 'rank']).where('state', 'in', openStates).where('id', '!=', id);
  const beyond = way === 'asc' ? sql`>` : sql`<`;
  const those = from === null ? others : others.where(sql<boolean>`(rank, id) ${beyond} (${from.rank}, ${from.id})`);
  return (await those.orderBy('rank', way).orderBy('id', way).limit(1).executeTakeFirst()) ?? null;
}

/** Moves a job and all behind it back: doubles give out after some fifty halvings, and jobs that came together have one rank. */
async function makeRoom(trx: Trx, from: Neighbour): Promise<void> {
  const behind = trx
    .selectFrom('job')
    .select('id')
    .where('state', 'in', openStates)
    .where(sql<boolean>`(rank, id) >= (${from.rank}, ${from.id})`);
  const back = { rank: sql<number>`rank + ${gapMs}` };
  await trx.updateTable('task').set(back).where('jobId', 'in', behind).execute();
  await trx.updateTable('job').set(back).where('id', 'in', behind).execute();
}
