import { expect, test } from 'vitest';
import { packageCounter } from '#main/store/package-counter.ts';
import { readStatistics } from '#main/store/statistics.ts';
import { add, aQueue, finish, planned, type TestQueue } from '#tests/helpers/a-queue.ts';

const hourMs = 60 * 60_000;
const { signal } = new AbortController();

/** Adds a job that ended so long ago, after it was worked on for `workMs`. */
async function ended(
  queue: TestQueue,
  id: string,
  { agoMs, state = 'completed', workMs = 1_000 }: { agoMs: number; state?: string; workMs?: number },
): Promise<void> {
  await add(queue, id);
  const finishedAtMs = queue.clock.nowMs() - agoMs;
  const set = { state, finishedAtMs, startedAtMs: finishedAtMs - workMs, output: `/out/${id}/${id}.m3u8` };
  await queue.db.updateTable('job').set(set).where('id', '=', id).execute();
}

test('the last day is told with the day before, by hours, and with thirty days', async () => {
  const queue = await aQueue();
  const nowMs = queue.clock.nowMs();
  await ended(queue, 'now', { agoMs: 0, workMs: 3_000 });
  await ended(queue, 'hour-ago', { agoMs: hourMs, workMs: 1_000 });
  await ended(queue, 'day-edge', { agoMs: 24 * hourMs - 1, workMs: 2_000 });
  await ended(queue, 'failed', { agoMs: 5, state: 'failed', workMs: 99_000 });
  await ended(queue, 'cancelled', { agoMs: 5, state: 'cancelled' });
  await ended(queue, 'yesterday', { agoMs: 24 * hourMs });
  await ended(queue, 'month-edge', { agoMs: 720 * hourMs - 1 });
  await ended(queue, 'too-old', { agoMs: 720 * hourMs });
  await ended(queue, 'future', { agoMs: -1 });
  await add(queue, 'waiting');
  const values = [
    { jobId: 'now', finishedAtMs: nowMs, mediaSec: 60, outputBytes: 1_000 },
    { jobId: 'hour-ago', finishedAtMs: nowMs - hourMs, mediaSec: null, outputBytes: 500 },
    { jobId: 'day-edge', finishedAtMs: nowMs - 24 * hourMs + 1, mediaSec: 30, outputBytes: null },
    { jobId: 'too-old', finishedAtMs: nowMs - 720 * hourMs, mediaSec: 1, outputBytes: 1 },
  ];
  await queue.db.insertInto('madePackage').values(values).execute();

  const found = await readStatistics(queue.db, nowMs);
  const none = { completed: 0, failed: 0, mediaSec: 0, outputBytes: 0 };
  const day = { fromMs: nowMs - 24 * hourMs, completed: 3, failed: 1, mediaSec: 90, outputBytes: 1_500 };
  const dayBefore = { ...none, fromMs: nowMs - 48 * hourMs, completed: 1 };
  expect({ ...found, hours: null, days: null }).toEqual({
    byState: { queued: 1, completed: 7, failed: 1, cancelled: 1 },
    ...{ day, dayBefore, hours: null, days: null },
    averageProcessingSec: 2,
  });
  const hourAt = (index: number, set: object = none) => ({ ...none, fromMs: nowMs - (24 - index) * hourMs, ...set });
  expect(found.hours).toEqual([
    hourAt(0, { completed: 1, mediaSec: 30 }),
    ...Array.from({ length: 21 }, (_, index) => hourAt(index + 1)),
    hourAt(22, { completed: 1, outputBytes: 500 }),
    hourAt(23, { completed: 1, failed: 1, mediaSec: 60, outputBytes: 1_000 }),
  ]);
  expect(found.days).toHaveLength(30);
  expect([found.days[0]?.completed, found.days[28], found.days[29]]).toEqual([1, dayBefore, day]);
});

test('an empty queue has statistics too', async () => {
  const { db } = await aQueue();
  expect(await readStatistics(db, 0)).toMatchObject({
    byState: {},
    averageProcessingSec: null,
    day: { completed: 0, mediaSec: 0 },
  });
});

test('what a job came to is counted once, after its completion', async () => {
  const queue = await aQueue();
  await planned(queue, 'made');
  await finish(queue, 'made', 'audio', 'video-0000', 'package', 'validate', 'publish');
  await ended(queue, 'no-plan', { agoMs: 10 });
  await ended(queue, 'failed', { agoMs: 10, state: 'failed' });
  await ended(queue, 'old', { agoMs: 32 * 24 * hourMs });
  const asked: string[] = [];
  const bytesOf = async (output: string) => {
    asked.push(output);
    return output === '/out/made' ? 12 : null;
  };
  const counter = packageCounter({ db: queue.db, clock: queue.clock, bytesOf });
  await counter.turn(signal);
  await counter.turn(signal);
  expect(asked).toEqual(['/out/no-plan/no-plan.m3u8', '/out/made']);
  const plan = await queue.db.selectFrom('jobPlan').select('planJson').where('jobId', '=', 'made').executeTakeFirst();
  const { durationSec } = JSON.parse(plan?.planJson ?? '{}');
  expect(durationSec).toBeGreaterThan(0);
  const rows = () => queue.db.selectFrom('madePackage').selectAll().orderBy('jobId').execute();
  expect(await rows()).toEqual([
    { jobId: 'made', finishedAtMs: queue.clock.nowMs(), mediaSec: durationSec, outputBytes: 12 },
    { jobId: 'no-plan', finishedAtMs: queue.clock.nowMs() - 10, mediaSec: null, outputBytes: null },
  ]);
  // Another process begins where this one was, also when the clock was set back meanwhile.
  queue.clock.advance(hourMs);
  await ended(queue, 'back', { agoMs: hourMs + 20 });
  await counter.turn(signal);
  await packageCounter({ db: queue.db, clock: queue.clock, bytesOf }).turn(signal);
  expect(asked.slice(2)).toEqual(['/out/back/back.m3u8']);
  // Whoever deletes a job deletes its figures.
  await queue.db.deleteFrom('job').where('id', '=', 'back').execute();
  expect(await rows()).toHaveLength(2);
});
