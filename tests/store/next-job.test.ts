import { expect, test } from 'vitest';
import type { NewJob } from '#main/queue/add-job.ts';
import { moveInQueue } from '#main/queue/move-in-queue.ts';
import { jobsAhead } from '#main/queue/next-job.ts';
import { claimJob, jobPutBack } from '#main/queue/probe-job.ts';
import { add, aQueue, type TestQueue } from '../helpers/a-queue.ts';

const hourMs = 60 * 60_000;

/** A queue with a batch for each name. */
async function queueWith(...batches: readonly string[]): Promise<TestQueue> {
  const queue = await aQueue();
  const createdAtMs = queue.clock.nowMs();
  for (const id of batches) await queue.db.insertInto('batch').values({ id, name: id, createdAtMs }).execute();
  return queue;
}

/** Adds jobs one second after the other. */
async function addAll(queue: TestQueue, ids: readonly string[], set: Partial<NewJob>): Promise<void> {
  for (const id of ids) {
    await add(queue, id, set);
    queue.clock.advance(1_000);
  }
}

/** Ids in the order in which they are begun; all of them stay in work. */
async function begun(queue: TestQueue, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const claim = await claimJob(queue, { owner: 'server', leaseMs: 60_000, mostActive: 100 });
    if (claim === null) break;
    ids.push(claim.jobId);
  }
  return ids;
}

test('one user’s jobs go in their order', async () => {
  const queue = await queueWith();
  await addAll(queue, ['1', '2', '3'], { createdBy: 'ann' });
  expect(await begun(queue, 4)).toEqual(['1', '2', '3']);
});

test('two users take turns, whoever dropped the longer series first', async () => {
  const queue = await queueWith('series');
  await addAll(queue, ['s1', 's2', 's3', 's4'], { createdBy: 'ann', batchId: 'series' });
  await addAll(queue, ['film', 'second'], { createdBy: 'bob' });
  expect(await begun(queue, 6)).toEqual(['s1', 'film', 's2', 'second', 's3', 's4']);
});

test('two batches of one user share what is his', async () => {
  const queue = await queueWith('one', 'two');
  await addAll(queue, ['a1', 'a2', 'a3'], { createdBy: 'ann', batchId: 'one' });
  await addAll(queue, ['b1', 'b2'], { createdBy: 'ann', batchId: 'two' });
  expect(await begun(queue, 5)).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
});

test('a clearly higher priority, or hours of waiting, count for more than turns', async () => {
  const queue = await queueWith();
  await addAll(queue, ['old1', 'old2'], { createdBy: 'ann' });
  queue.clock.advance(5 * hourMs);
  await addAll(queue, ['new'], { createdBy: 'bob' });
  expect(await begun(queue, 3)).toEqual(['old1', 'old2', 'new']);
  await addAll(queue, ['plain1', 'plain2'], { createdBy: 'cat' });
  await addAll(queue, ['urgent1', 'urgent2'], { createdBy: 'dan', priority: 15 });
  expect(await begun(queue, 4)).toEqual(['urgent1', 'urgent2', 'plain1', 'plain2']);
});

/** How many jobs go before each, as the job itself tells. */
function ahead(queue: TestQueue, ...ids: readonly string[]): Promise<number[]> {
  return queue.db.transaction().execute(async (trx) => {
    const counts: number[] = [];
    for (const id of ids) counts.push(await jobsAhead(trx, { id }));
    return counts;
  });
}

test('what a person has put first goes first, whatever is in work for them', async () => {
  const queue = await queueWith('series');
  await addAll(queue, ['s1', 's2', 's3', 's4', 's5'], { createdBy: 'ann', batchId: 'series' });
  await addAll(queue, ['film', 'second'], { createdBy: 'bob' });
  expect(await begun(queue, 1)).toEqual(['s1']);
  await moveInQueue(queue, 's4', { place: 'first' });
  await moveInQueue(queue, 's5', { place: { after: 's4' } });
  expect(await begun(queue, 3)).toEqual(['s4', 's5', 'film']);
  // With a priority it takes its turn like any other.
  await moveInQueue(queue, 's3', { place: { before: 'second' } });
  await moveInQueue(queue, 's3', { priority: 5 });
  expect(await begun(queue, 3)).toEqual(['second', 's2', 's3']);
});

test('a job tells how many go before it by what is in work', async () => {
  const queue = await queueWith('series');
  await addAll(queue, ['s1', 's2', 's3'], { createdBy: 'ann', batchId: 'series' });
  await addAll(queue, ['film', 'second'], { createdBy: 'bob' });
  await addAll(queue, ['nobody’s'], {});
  expect(await ahead(queue, 's1', 's2', 's3', 'film', 'second', 'nobody’s')).toEqual([0, 1, 2, 3, 4, 5]);
  expect(await begun(queue, 1)).toEqual(['s1']);
  expect(await ahead(queue, 'film', 'second', 'nobody’s', 's2', 's3')).toEqual([0, 1, 2, 3, 4]);
  await moveInQueue(queue, 's3', { place: 'first' });
  expect(await ahead(queue, 's3', 'film', 'second', 'nobody’s', 's2')).toEqual([0, 1, 2, 3, 4]);
});

test('jobs whose disk is away stay as they are, and those of the same batch on other disks go on', async () => {
  const queue = await queueWith('series');
  const mine = { createdBy: 'ann', batchId: 'series' };
  await addAll(queue, ['away1', 'away2'], { ...mine, mounts: { input: '/mnt/nas', output: '/' } });
  await addAll(queue, ['away3'], { ...mine, mounts: { input: '/', output: '/mnt/nas' } });
  await addAll(queue, ['here'], { ...mine, mounts: { input: '/', output: '/' } });
  const before = await queue.db.selectFrom('job').selectAll().where('id', '!=', 'here').execute();
  const wish = { owner: 'server', leaseMs: 60_000, mostActive: 100, away: new Set(['/mnt/nas']) };
  expect((await claimJob(queue, wish))?.jobId).toBe('here');
  expect(await claimJob(queue, wish)).toBeNull();
  expect(await queue.db.selectFrom('job').selectAll().where('id', '!=', 'here').execute()).toEqual(before);
  expect(await begun(queue, 4)).toEqual(['away1', 'away2', 'away3']);
});

test('a job that must wait holds up nobody, not even its own batch', async () => {
  const queue = await queueWith('series');
  await addAll(queue, ['s1', 's2'], { createdBy: 'ann', batchId: 'series' });
  const claim = await claimJob(queue, { owner: 'server', leaseMs: 60_000, mostActive: 1 });
  if (claim === null) throw new Error('nothing was claimed');
  await jobPutBack(queue, claim, { notBeforeMs: queue.clock.nowMs() + 30_000, because: null });
  expect(await begun(queue, 2)).toEqual(['s2']);
});
