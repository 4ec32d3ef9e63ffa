import { expect, test } from 'vitest';
import { type ProgressBook, progressBook } from '#main/fleet/progress-book.ts';
import { pauseJob, resumeJob } from '#main/queue/steer-job.ts';
import type { ProgressUpdate } from '#shared/protocol/node.ts';
import { aQueue, aTask, finish, jobOf, lease, planned, type TestQueue } from '#tests/helpers/a-queue.ts';

const minuteMs = 60_000;

const two = [aTask('audio', { type: 'audio', weight: 1 }), aTask('video-0000', { weight: 3 })];

const news = (key: string, ratio: number | null, set: Partial<ProgressUpdate> = {}): ProgressUpdate => ({
  ...{ taskId: `a.${key}`, attempt: 1, ratio, fps: 24, speed: 2, bitrateBps: 5_000_000 },
  ...set,
});

async function aBook(): Promise<{ queue: TestQueue; book: ProgressBook }> {
  const queue = await aQueue();
  await planned(queue, 'a', two);
  return { queue, book: progressBook(queue) };
}

test('a job is as far as its tasks, each by its weight; its speed is that of its pictures', async () => {
  const { queue, book } = await aBook();
  await finish(queue, 'a', 'audio');
  await lease(queue, 'a', 'video-0000');
  book.record(news('video-0000', 0.5));
  expect(await book.flush()).toEqual({
    tasks: [{ ...news('video-0000', 0.5), jobId: 'a', nodeId: 'node-a' }],
    jobs: [{ jobId: 'a', progress: 0.625, fps: 24, speed: 2, etaSec: null }],
  });
  expect(await jobOf(queue, 'a')).toMatchObject({ progress: 0.625, fps: 24, speed: 2, etaSec: null });
  expect(await book.flush()).toEqual({ tasks: [], jobs: [] });
});

test('what an attempt says that lost its lease is not written', async () => {
  const { queue, book } = await aBook();
  await lease(queue, 'a', 'audio');
  book.record(news('audio', 0.9, { attempt: 7 }));
  book.record(news('video-0000', 0.9));
  expect(await book.flush()).toEqual({ tasks: [], jobs: [] });
});

test('more than five words a second of one task are dropped', async () => {
  const { queue, book } = await aBook();
  await lease(queue, 'a', 'audio');
  book.record(news('audio', 0.1));
  queue.clock.advance(199);
  book.record(news('audio', 0.2));
  expect((await book.flush()).tasks.map(({ ratio }) => ratio)).toEqual([0.1]);
  queue.clock.advance(1);
  book.record(news('audio', 0.3));
  expect((await book.flush()).tasks.map(({ ratio }) => ratio)).toEqual([0.3]);
});

test('a number that is not known leaves the last one', async () => {
  const { queue, book } = await aBook();
  await lease(queue, 'a', 'video-0000');
  book.record(news('video-0000', 0.4));
  await book.flush();
  queue.clock.advance(1_000);
  book.record(news('video-0000', null, { fps: null, speed: null }));
  expect((await book.flush()).jobs).toEqual([
    { jobId: 'a', progress: expect.closeTo(0.3), fps: null, speed: null, etaSec: null },
  ]);
});

test('the time that is left follows from the pace since the work began', async () => {
  const { queue, book } = await aBook();
  await lease(queue, 'a', 'video-0000');
  const etas: (number | null | undefined)[] = [];
  for (const ratio of [0, 0.2, 0.4]) {
    book.record(news('video-0000', ratio));
    etas.push((await book.flush()).jobs[0]?.etaSec);
    queue.clock.advance(15_000);
  }
  // 0.15 of the job in 15 s leave 85 s, 0.3 in 30 s leave 70 s.
  expect(etas).toEqual([null, 85, 70]);
});

test('hours of pause are no work: the pace begins anew', async () => {
  const { queue, book } = await aBook();
  await lease(queue, 'a', 'video-0000');
  book.record(news('video-0000', 0));
  await book.flush();
  queue.clock.advance(15_000);
  book.record(news('video-0000', 0.2));
  await book.flush();
  await pauseJob(queue, 'a');
  queue.clock.advance(600 * minuteMs);
  await resumeJob(queue, 'a');
  const { attempt } = await lease(queue, 'a', 'video-0000');
  const etas: (number | null | undefined)[] = [];
  for (const ratio of [0.2, 0.4]) {
    book.record(news('video-0000', ratio, { attempt }));
    etas.push((await book.flush()).jobs[0]?.etaSec);
    queue.clock.advance(15_000);
  }
  expect(etas).toEqual([null, 70]);
});

test('a task that is begun anew takes its job back, and the pace begins anew', async () => {
  const { queue, book } = await aBook();
  await lease(queue, 'a', 'video-0000');
  for (const ratio of [0.4, 0.8]) {
    book.record(news('video-0000', ratio));
    await book.flush();
    queue.clock.advance(10_000);
  }
  for (const ratio of [0, 0.1]) {
    book.record(news('video-0000', ratio));
    await book.flush();
    queue.clock.advance(10_000);
  }
  // 0.075 in 10 s: 0.925 are left.
  expect(await jobOf(queue, 'a')).toMatchObject({ progress: expect.closeTo(0.075), etaSec: 123 });
});
