import { expect, test } from 'vitest';
import { statisticsRoutes } from '#main/api/routes/statistics.ts';
import { statistics } from '#shared/protocol/statistics.ts';
import { add, aQueue } from '#tests/helpers/a-queue.ts';
import { serveApi, viewer } from '#tests/helpers/serve-api.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

test('a dashboard is told of the queue, the last day against the one before, and the disks', async () => {
  const queue = await aQueue();
  const folder = await temporaryFolder();
  const nowMs = queue.clock.nowMs();
  const dayMs = 24 * 60 * 60_000;
  const ends = { a: 0, b: 1_000, c: 2_000, d: dayMs, e: dayMs + 1 };
  for (const [id, agoMs] of Object.entries(ends)) {
    await add(queue, id);
    const set = { state: 'completed', startedAtMs: nowMs - agoMs - 60_000, finishedAtMs: nowMs - agoMs };
    await queue.db.updateTable('job').set(set).where('id', '=', id).execute();
  }
  await add(queue, 'f');
  await queue.db
    .insertInto('madePackage')
    .values({ jobId: 'a', finishedAtMs: nowMs, mediaSec: 5_400, outputBytes: 7 })
    .execute();
  const folders = () => [folder, `${folder}/away`];
  const api = await serveApi(statisticsRoutes({ db: queue.db, clock: queue.clock, folders }), { actor: viewer });
  const found = statistics.parse((await api.get('/statistics')).body);
  expect({ ...found, hours: found.hours.length, days: found.days.length }).toEqual({
    at: '2026-01-31T12:00:00.000Z',
    jobs: {
      total: 6,
      byState: {
        queued: 1,
        probing: 0,
        encoding: 0,
        packaging: 0,
        validating: 0,
        publishing: 0,
        completed: 5,
        failed: 0,
        cancelled: 0,
        paused: 0,
      },
    },
    day: {
      from: '2026-01-30T12:00:00.000Z',
      completed: 3,
      failed: 0,
      mediaHours: 1.5,
      outputBytes: 7,
      completedChange: 0.5,
      failedChange: null,
      averageProcessingSec: 60,
    },
    hours: 24,
    days: 30,
    disks: [
      expect.objectContaining({ path: folder, isOnline: true, freeBytes: expect.any(Number) }),
      expect.objectContaining({ path: `${folder}/away`, isOnline: false, freeBytes: null }),
    ],
  });
  expect(found.hours.at(-1)).toEqual({
    from: '2026-01-31T11:00:00.000Z',
    completed: 3,
    failed: 0,
    mediaHours: 1.5,
    outputBytes: 7,
  });
});
