import { expect, test } from 'vitest';
import { claimTwin } from '#main/queue/claim-task.ts';
import { expireLeases } from '#main/queue/lose-leases.ts';
import { completeTask, releaseTask } from '#main/queue/settle-task.ts';
import { cancelJob } from '#main/queue/steer-job.ts';
import { takeUpAgain } from '#main/queue/take-up-again.ts';
import { aQueue, lease, planned, type TestQueue, timeline } from '../helpers/a-queue.ts';

const leaseMs = 30_000;
const done = { findings: [], output: null };

/** A lease of `node-a` that ran out. */
async function overdue(queue: TestQueue) {
  await planned(queue, 'a');
  const held = await lease(queue, 'a', 'audio', 'node-a');
  queue.clock.advance(leaseMs);
  expect(await expireLeases(queue)).toBe(1);
  return held;
}

async function audio(queue: TestQueue) {
  const { db } = queue;
  const wanted = ['state', 'nodeId', 'attempt', 'losses', 'leaseUntilMs'] as const;
  return db.selectFrom('task').select(wanted).where('id', '=', 'a.audio').executeTakeFirst();
}

test('a lease that ran out is its node’s again where nobody took the task, and counts as no loss', async () => {
  const queue = await aQueue();
  const held = await overdue(queue);
  queue.clock.advance(3_600_000);
  expect(await takeUpAgain(queue, [held], leaseMs)).toEqual([held]);
  const untilMs = queue.clock.nowMs() + leaseMs;
  expect(await audio(queue)).toEqual({
    ...{ state: 'leased', nodeId: 'node-a', attempt: 1, losses: 0, leaseUntilMs: untilMs },
  });
  expect(await completeTask(queue, held, done)).toBe(true);
  expect((await timeline(queue, 'a')).slice(3)).toEqual([
    'audio: ready > leased',
    'audio: leased > ready',
    'audio: ready > leased',
    'audio: leased > completed',
  ]);
  expect(await queue.db.selectFrom('assignment').select(['attempt', 'outcome']).execute()).toEqual([
    { attempt: 1, outcome: 'completed' },
  ]);
});

test('of two who had it, only the last one gets it again', async () => {
  const queue = await aQueue();
  const first = await overdue(queue);
  const second = await lease(queue, 'a', 'audio', 'node-b');
  expect(await takeUpAgain(queue, [first], leaseMs)).toEqual([]);
  queue.clock.advance(leaseMs);
  await expireLeases(queue);
  expect(await takeUpAgain(queue, [first], leaseMs)).toEqual([]);
  expect(await takeUpAgain(queue, [{ ...second, nodeId: 'node-a' }], leaseMs)).toEqual([]);
  expect(await takeUpAgain(queue, [first, second], leaseMs)).toEqual([second]);
  expect(await takeUpAgain(queue, [second], leaseMs)).toEqual([]);
});

test('a first lease that ran out while a second went on stays lost', async () => {
  const queue = await aQueue();
  await planned(queue, 'a');
  const first = await lease(queue, 'a', 'audio', 'node-a');
  queue.clock.advance(10_000);
  const second = await claimTwin(queue, { taskId: 'a.audio', nodeId: 'node-b', leaseMs });
  queue.clock.advance(20_000);
  await expireLeases(queue);
  expect(await takeUpAgain(queue, [first], leaseMs)).toEqual([]);
  queue.clock.advance(10_000);
  await expireLeases(queue);
  expect(await takeUpAgain(queue, [first, ...(second === null ? [] : [second])], leaseMs)).toEqual([second]);
});

test('what was given back, finished or cancelled is nobody’s to take up', async () => {
  const queue = await aQueue();
  const held = await overdue(queue);
  const given = await lease(queue, 'a', 'video-0000', 'node-a');
  await releaseTask(queue, given, { message: 'stopped as asked', delayMs: 0 });
  const late = await lease(queue, 'a', 'video-0000', 'node-a');
  await completeTask(queue, late, done);
  expect(await takeUpAgain(queue, [given, late], leaseMs)).toEqual([]);
  await cancelJob(queue, 'a', null);
  expect(await takeUpAgain(queue, [held], leaseMs)).toEqual([]);
});
