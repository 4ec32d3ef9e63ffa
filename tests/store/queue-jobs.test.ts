import { describe, expect, test } from 'vitest';
import { claimJob, jobPlanned, jobPutBack, jobRefused, renewProbe } from '#main/queue/probe-job.ts';
import { moveInQueue } from '#main/queue/move-in-queue.ts';
import { expireJobs, requeueLostProbes } from '#main/queue/steer-job.ts';
import { add, aQueue, jobOf, planned, plannedBy, taskStates, timeline } from '../helpers/a-queue.ts';
import { builtIn } from '../helpers/a-plan.ts';

const hourMs = 3_600_000;
const wish = { owner: 'server', leaseMs: 60_000, mostActive: 100 };

async function queueOrder(queue: Awaited<ReturnType<typeof aQueue>>): Promise<string[]> {
  const rows = await queue.db.selectFrom('job').select('id').where('state', '=', 'queued').orderBy('rank').execute();
  return rows.map(({ id }) => id);
}

describe('one active job for a source and a recipe', () => {
  test('the second one is refused and names the first', async () => {
    const queue = await aQueue();
    expect(await add(queue, 'first', { input: '/films/a.mkv' })).toEqual({ ok: true });
    expect(await add(queue, 'second', { input: '/films/a.mkv' })).toEqual({ ok: false, duplicateOf: 'first' });
    expect(await timeline(queue, 'second')).toEqual([]);
  });

  test('another recipe for the same source is another job', async () => {
    const queue = await aQueue();
    await add(queue, 'first', { input: '/films/a.mkv' });
    expect(await add(queue, 'second', { input: '/films/a.mkv', recipe: builtIn('mp4-1080p') })).toEqual({ ok: true });
  });

  test('an id is never given twice, whatever its job is about', async () => {
    const queue = await aQueue();
    await add(queue, 'first', { source: null });
    await expect(add(queue, 'first', { input: '/films/b.mkv' })).rejects.toThrow('there is a job first already');
    expect(await timeline(queue, 'first')).toEqual(['created']);
  });

  test('a job that ended makes room for a new one', async () => {
    const queue = await aQueue();
    await add(queue, 'first', { input: '/films/a.mkv' });
    const claim = await claimJob(queue, wish);
    if (claim === null) throw new Error('nothing was claimed');
    await jobRefused(queue, claim, { code: 'no-video', message: 'no picture' });
    expect(await add(queue, 'second', { input: '/films/a.mkv' })).toEqual({ ok: true });
  });

  test('of fifty that come at once one is added', async () => {
    const queue = await aQueue();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => add(queue, `job-${i}`, { input: '/films/a.mkv' })),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  });
});

describe('the order of the queue', () => {
  test('priority goes first, and a long wait is worth as much', async () => {
    const queue = await aQueue();
    await add(queue, 'low', { priority: 0 });
    await add(queue, 'high', { priority: 10 });
    queue.clock.advance(11 * hourMs);
    await add(queue, 'late high', { priority: 10 });
    expect(await queueOrder(queue)).toEqual(['high', 'low', 'late high']);
  });

  test('a job can be put first, last, and right before or behind another', async () => {
    const queue = await aQueue();
    for (const id of ['a', 'b', 'c', 'd']) {
      await add(queue, id);
      queue.clock.advance(1);
    }
    await moveInQueue(queue, 'd', { place: 'first' });
    await moveInQueue(queue, 'a', { place: 'last' });
    await moveInQueue(queue, 'c', { place: { before: 'b' } });
    expect(await queueOrder(queue)).toEqual(['d', 'c', 'b', 'a']);
    await moveInQueue(queue, 'd', { place: { after: 'b' } });
    expect(await queueOrder(queue)).toEqual(['c', 'b', 'd', 'a']);
  });

  test('a new priority counts from when the job was added, for its tasks too', async () => {
    const queue = await aQueue();
    await planned(queue, 'a');
    await moveInQueue(queue, 'a', { priority: 50 });
    const ranks = await queue.db.selectFrom('task').select('rank').distinct().execute();
    expect(ranks).toEqual([{ rank: (await jobOf(queue, 'a')).rank }]);
  });
});

describe('looking at a source', () => {
  test('no more jobs are begun than may be worked on side by side', async () => {
    const queue = await aQueue();
    for (const id of ['a', 'b', 'c']) await add(queue, id);
    const claims = [];
    for (let i = 0; i < 3; i++) claims.push(await claimJob(queue, { ...wish, mostActive: 2 }));
    expect(claims.map((claim) => claim?.jobId ?? null)).toEqual(['a', 'b', null]);
  });

  test('a plan makes tasks, and says so', async () => {
    const queue = await aQueue();
    await planned(queue, 'a');
    expect(await taskStates(queue, 'a')).toEqual([
      'audio ready',
      'video-0000 ready',
      'package blocked',
      'validate blocked',
      'publish blocked',
    ]);
    expect(await timeline(queue, 'a')).toEqual(['created', 'queued > probing', 'probing > encoding']);
  });

  test('a prober that is not heard of loses its job, and what it finds later is refused', async () => {
    const queue = await aQueue();
    await add(queue, 'a');
    const lost = await claimJob(queue, wish);
    if (lost === null) throw new Error('nothing was claimed');
    queue.clock.advance(40_000);
    expect(await renewProbe(queue, lost, wish.leaseMs)).toBe(true);
    queue.clock.advance(59_999);
    expect(await requeueLostProbes(queue, 'overdue')).toBe(0);
    queue.clock.advance(1);
    expect(await requeueLostProbes(queue, 'overdue')).toBe(1);
    const again = await claimJob(queue, wish);
    expect(again).toMatchObject({ jobId: 'a', attempt: 2 });
    expect(await renewProbe(queue, lost, wish.leaseMs)).toBe(false);
    expect(await jobRefused(queue, lost, { code: 'unknown', message: 'late' })).toBe(false);
    expect((await jobOf(queue, 'a')).state).toBe('probing');
  });

  test('a job that was put back waits its time, says why, and lets others go first', async () => {
    const queue = await aQueue();
    await add(queue, 'a');
    await add(queue, 'b', { priority: 0 });
    const claim = await claimJob(queue, wish);
    if (claim === null) throw new Error('nothing was claimed');
    const because = { code: 'root-offline', message: '/nas is not mounted' };
    await jobPutBack(queue, claim, { notBeforeMs: queue.clock.nowMs() + 30_000, because });
    expect(await jobOf(queue, 'a')).toMatchObject({ state: 'queued', owner: null, waitJson: JSON.stringify(because) });
    expect((await claimJob(queue, wish))?.jobId).toBe('b');
    queue.clock.advance(30_000);
    expect((await claimJob(queue, wish))?.jobId).toBe('a');
  });

  test('a job that was cancelled meanwhile takes no plan', async () => {
    const queue = await aQueue();
    await add(queue, 'a');
    const claim = await claimJob(queue, wish);
    if (claim === null) throw new Error('nothing was claimed');
    await requeueLostProbes(queue, 'all');
    const written = await jobPlanned(queue, claim, plannedBy(claim));
    expect([written, await taskStates(queue, 'a')]).toEqual([false, []]);
  });
});

test('a job that has not begun within its time fails as expired; one that has begun does not', async () => {
  const queue = await aQueue();
  await add(queue, 'waits', { ttlMs: hourMs });
  await add(queue, 'begins', { ttlMs: hourMs, priority: 10 });
  await claimJob(queue, wish);
  queue.clock.advance(hourMs - 1);
  expect(await expireJobs(queue)).toBe(0);
  queue.clock.advance(1);
  expect(await expireJobs(queue)).toBe(1);
  expect(await jobOf(queue, 'waits')).toMatchObject({ state: 'failed', errorCode: 'expired' });
  expect((await jobOf(queue, 'begins')).state).toBe('probing');
});
