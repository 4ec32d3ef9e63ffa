import { expect, test } from 'vitest';
import { claimTask, claimTwin, renewLeases } from '#main/queue/claim-task.ts';
import { expireLeases, loseNode } from '#main/queue/lose-leases.ts';
import type { Lease } from '#main/queue/queue-context.ts';
import type { TaskFault } from '#main/queue/settle.ts';
import { completeTask, failTask, postponeTask, releaseTask } from '#main/queue/settle-task.ts';
import { watchClock } from '#main/queue/shift-deadlines.ts';
import { cancelJob } from '#main/queue/steer-job.ts';
import { aQueue, lease, planned, type TestQueue, taskStates } from '../helpers/a-queue.ts';

const done = { findings: [], output: null };
const fault: TaskFault = { code: 'stalled', message: 'nothing moved', stderrTail: [] };

/** A chunk that two nodes do. */
async function twins(): Promise<{ queue: TestQueue; first: Lease; second: Lease }> {
  const queue = await aQueue();
  await planned(queue, 'a');
  const first = await lease(queue, 'a', 'video-0000', 'slow');
  const second = await claimTwin(queue, { taskId: 'a.video-0000', nodeId: 'fast', leaseMs: 30_000 });
  if (second === null) throw new Error('the twin was refused');
  return { queue, first, second };
}

/** `slow 1 | fast 2`: who holds the chunk. */
async function holders({ db }: TestQueue): Promise<string> {
  const row = await db.selectFrom('task').selectAll().where('id', '=', 'a.video-0000').executeTakeFirstOrThrow();
  const second = row.twinNodeId === null ? [] : [`${row.twinNodeId} ${row.twinAttempt}`];
  return [`${row.state} ${row.nodeId} ${row.attempt}`, ...second].join(' | ');
}

async function outcomes({ db }: TestQueue): Promise<string[]> {
  const rows = await db
    .selectFrom('assignment')
    .selectAll()
    .where('taskId', '=', 'a.video-0000')
    .orderBy('attempt')
    .execute();
  return rows.map(({ nodeId, outcome }) => `${nodeId} ${outcome}`);
}

test('the second that is done first takes the task from the first, whose late result counts for nothing', async () => {
  const { queue, first, second } = await twins();
  expect(await holders(queue)).toBe('leased slow 1 | fast 2');
  expect(await completeTask(queue, second, done)).toBe(true);
  expect(queue.taken).toEqual([first]);
  expect(await holders(queue)).toBe('completed fast 2');
  expect(await completeTask(queue, first, done)).toBe(false);
  expect(await outcomes(queue)).toEqual(['slow revoked', 'fast completed']);
});

test('the first that is done first stops the second', async () => {
  const { queue, first, second } = await twins();
  expect(await completeTask(queue, first, done)).toBe(true);
  expect(queue.taken).toEqual([second]);
  expect(await completeTask(queue, second, done)).toBe(false);
  expect(await outcomes(queue)).toEqual(['slow completed', 'fast revoked']);
});

test('one that fails, is lost or gives up leaves the task to the other, and costs no attempt', async () => {
  const ways: ((queue: TestQueue, leaver: Lease) => Promise<unknown>)[] = [
    (queue, leaver) => failTask(queue, leaver, fault),
    (queue, leaver) => postponeTask(queue, leaver, fault, { delayMs: 5_000, counts: true }),
    (queue, leaver) => releaseTask(queue, leaver, { message: 'stopped', delayMs: 0 }),
    (queue, leaver) => loseNode(queue, leaver.nodeId, 'gone'),
  ];
  for (const leave of ways) {
    for (const who of ['first', 'second'] as const) {
      const all = await twins();
      await leave(all.queue, all[who]);
      const stays = who === 'first' ? all.second : all.first;
      expect(await holders(all.queue)).toBe(`leased ${stays.nodeId} ${stays.attempt}`);
      const row = await all.queue.db.selectFrom('task').select('failures').where('id', '=', stays.taskId).execute();
      expect(row).toEqual([{ failures: 0 }]);
      expect(await completeTask(all.queue, stays, done)).toBe(true);
    }
  }
});

test('each of the two renews its own lease, and one that does not loses only its own', async () => {
  const { queue, first, second } = await twins();
  queue.clock.advance(20_000);
  expect(await renewLeases(queue, [first], 30_000)).toEqual([]);
  queue.clock.advance(11_000);
  expect(await expireLeases(queue)).toBe(1);
  expect(queue.taken).toEqual([second]);
  expect(await renewLeases(queue, [first, second], 30_000)).toEqual([second]);
  expect(await holders(queue)).toBe('leased slow 1');
});

test('a renewed second lease outlives the first', async () => {
  const { queue, first, second } = await twins();
  queue.clock.advance(20_000);
  expect(await renewLeases(queue, [second], 30_000)).toEqual([]);
  queue.clock.advance(11_000);
  expect(await expireLeases(queue)).toBe(1);
  expect(queue.taken).toEqual([first]);
  expect(await holders(queue)).toBe('leased fast 2');
});

test('no attempt is given out twice, also after a twin has come and gone', async () => {
  const { queue, first, second } = await twins();
  await releaseTask(queue, second, { message: 'stopped', delayMs: 0 });
  await releaseTask(queue, first, { message: 'stopped', delayMs: 0 });
  const third = await claimTask(queue, { taskId: first.taskId, nodeId: 'fast', leaseMs: 30_000 });
  expect(third?.attempt).toBe(3);
});

test('there is no third, none on the same node, and none of a task that nobody does', async () => {
  const { queue } = await twins();
  const wish = { taskId: 'a.video-0000', leaseMs: 30_000 };
  expect(await claimTwin(queue, { ...wish, nodeId: 'third' })).toBeNull();
  expect(await claimTwin(queue, { taskId: 'a.audio', nodeId: 'fast', leaseMs: 30_000 })).toBeNull();
  await lease(queue, 'a', 'audio', 'slow');
  expect(await claimTwin(queue, { taskId: 'a.audio', nodeId: 'slow', leaseMs: 30_000 })).toBeNull();
});

test('a job that is cancelled takes the task from both', async () => {
  const { queue, first, second } = await twins();
  await cancelJob(queue, 'a', null);
  expect(new Set(queue.taken)).toEqual(new Set([first, second]));
  expect((await taskStates(queue, 'a')).filter((state) => !state.endsWith('cancelled'))).toEqual([]);
});

test('a clock that is set an hour forward takes the task from neither', async () => {
  const { queue, first, second } = await twins();
  const watch = watchClock(queue);
  queue.clock.jump(60 * 60_000);
  expect(await watch.look()).toBe(60 * 60_000);
  expect(await expireLeases(queue)).toBe(0);
  expect(await renewLeases(queue, [first, second], 30_000)).toEqual([]);
});
