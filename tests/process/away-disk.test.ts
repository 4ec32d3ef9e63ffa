import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jobPlanner } from '#main/app/job-planner.ts';
import { placeLooker } from '#main/app/take-places.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { add, aQueue } from '#tests/helpers/a-queue.ts';
import { thisFfmpeg } from '#tests/helpers/this-ffmpeg.ts';

test('two hundred jobs whose disk is away write nothing while it is, and another job is begun', async () => {
  const queue = await aQueue();
  const planner = jobPlanner({
    ...{ queue, crew: null, owner: 'server', waitsForRoom: true, log: silentLogger, jobLog: () => silentLogger },
    ...{ tools: await thisFfmpeg(), takePlaces: placeLooker(queue.dataDir) },
  });
  const nas = join(queue.dataDir, 'nas');
  for (let i = 0; i < 200; i += 1) await add(queue, `away-${i}`, { mounts: { input: '/', output: nas } });
  for (let minute = 0; minute < 10; minute += 1) {
    await planner.turn(2);
    queue.clock.advance(60_000);
  }
  const events = () =>
    queue.db.selectFrom('jobEvent').select(['kind', 'toState']).where('kind', '!=', 'created').execute();
  expect([[...planner.away()], await events()]).toEqual([[nas], []]);
  await add(queue, 'here', { input: join(queue.dataDir, 'none.mkv'), mounts: { input: '/', output: '/' } });
  await planner.turn(2);
  await planner.stop();
  expect((await events())[0]).toEqual({ kind: 'state', toState: 'probing' });
});
