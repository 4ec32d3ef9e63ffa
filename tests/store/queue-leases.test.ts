import { describe, expect, test } from 'vitest';
import { claimTask, renewLeases } from '#main/queue/claim-task.ts';
import { expireLeases, loseNode } from '#main/queue/lose-leases.ts';
import type { TaskFault } from '#main/queue/settle.ts';
import { completeTask, failTask, fallBack, postponeTask, redoTask, releaseTask } from '#main/queue/settle-task.ts';
import { add, aQueue, finish, jobOf, lease, plan, planned, ready, taskStates, timeline } from '../helpers/a-queue.ts';

const fault: TaskFault = { code: 'stalled', message: 'nothing moved', stderrTail: ['last words'] };
const done = { findings: [], output: null };

async function taskOf(queue: Awaited<ReturnType<typeof aQueue>>, id: string) {
  return queue.db.selectFrom('task').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

test('a job goes from its first task to its publication, each step told once', async () => {
  const queue = await aQueue();
  await planned(queue, 'a');
  await finish(queue, 'a', 'audio', 'video-0000', 'package', 'validate', 'publish');
  expect(await jobOf(queue, 'a')).toMatchObject({ state: 'completed', output: '/out/a', progress: 1, owner: null });
  expect(queue.completed).toEqual(['a']);
  expect(await timeline(queue, 'a')).toEqual([
    'created',
    'queued > probing',
    'probing > encoding',
    'audio: ready > leased',
    'audio: leased > completed',
    'video-0000: ready > leased',
    'video-0000: leased > completed',
    'package: blocked > ready',
    'package: ready > leased',
    'encoding > packaging',
    'package: leased > completed',
    'validate: blocked > ready',
    'validate: ready > leased',
    'packaging > validating',
    'validate: leased > completed',
    'publish: blocked > ready',
    'publish: ready > leased',
    'validating > publishing',
    'publish: leased > completed',
    'publishing > completed',
  ]);
});

test('jobs are worked on in the order of the queue, and heavy tasks first within one', async () => {
  const queue = await aQueue();
  await add(queue, 'later', { priority: 5 });
  await add(queue, 'sooner', { priority: 10 });
  await plan(queue);
  await plan(queue);
  expect(await ready(queue)).toEqual(['sooner.audio', 'sooner.video-0000', 'later.audio', 'later.video-0000']);
});

describe('leases', () => {
  test('of two that want the same task at once, one gets it', async () => {
    const queue = await aQueue();
    await planned(queue, 'a');
    const wish = { taskId: 'a.audio', leaseMs: 30_000 };
    const claims = await Promise.all([
      claimTask(queue, { ...wish, nodeId: 'node-a' }),
      claimTask(queue, { ...wish, nodeId: 'node-b' }),
      claimTask(queue, { ...wish, nodeId: 'node-c' }),
    ]);
    expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
  });

  test('one that is not renewed runs out, the task is begun anew, and the late result is refused', async () => {
    const queue = await aQueue();
    await planned(queue, 'a');
    const first = await lease(queue, 'a', 'audio', 'node-a');
    queue.clock.advance(20_000);
    expect(await renewLeases(queue, [first], 30_000)).toEqual([]);
    queue.clock.advance(29_999);
    expect(await expireLeases(queue)).toBe(0);
    queue.clock.advance(1);
    expect(await expireLeases(queue)).toBe(1);
    const second = await lease(queue, 'a', 'audio', 'node-b');
    expect(second.attempt).toBe(2);
    expect(await renewLeases(queue, [first, second], 30_000)).toEqual([first]);
    expect(await completeTask(queue, first, done)).toBe(false);
    expect(await failTask(queue, first, fault)).toBe(false);
    expect(await taskOf(queue, 'a.audio')).toMatchObject({
      state: 'leased',
      nodeId: 'node-b',
      attempt: 2,
      failures: 0,
    });
    expect(await completeTask(queue, second, done)).toBe(true);
  });

  test('a clock that was set back keeps no lease longer than it was set back, one set forward only ends them early', async () => {
    const queue = await aQueue();
    await planned(queue, 'a');
    const held = await lease(queue, 'a', 'audio');
    queue.clock.advance(-3_600_000);
    expect(await renewLeases(queue, [held], 30_000)).toEqual([]);
    queue.clock.advance(30_000);
    expect(await expireLeases(queue)).toBe(1);
    expect(await ready(queue)).toContain('a.audio');
  });

  test('a node that was lost ten times with a task takes the job with it, and says so', async () => {
    const queue = await aQueue();
    await planned(queue, 'a');
    for (let i = 0; i < 9; i++) {
      await lease(queue, 'a', 'audio', 'node-a');
      expect(await loseNode(queue, 'node-a', 'it was restarted')).toBe(1);
    }
    expect((await jobOf(queue, 'a')).state).toBe('encoding');
    await lease(queue, 'a', 'audio', 'node-a');
    await loseNode(queue, 'node-a', 'it was restarted');
    expect(await jobOf(queue, 'a')).toMatchObject({
      state: 'failed',
      errorCode: 'node-lost',
      errorMessage: 'audio lost its node 10 times: it was restarted',
    });
  });

  test('one that is given back counts as no attempt', async () => {
    const queue = await aQueue();
    await planned(queue, 'a');
    expect(await releaseTask(queue, await lease(queue, 'a', 'audio'), { message: 'full', delayMs: 0 })).toBe(true);
    expect(await taskOf(queue, 'a.audio')).toMatchObject({ state: 'ready', failures: 0, attempt: 1, nodeId: null });
    await releaseTask(queue, await lease(queue, 'a', 'audio'), { message: 'busy', delayMs: 500 });
    expect(await taskOf(queue, 'a.audio')).toMatchObject({ state: 'waiting', failures: 0, attempt: 2 });
    expect(await ready(queue)).not.toContain('a.audio');
    queue.clock.advance(500);
    expect(await ready(queue)).toContain('a.audio');
  });

  test('who had a task, when, and what came of it is written down', async () => {
    const queue = await aQueue();
    await planned(queue, 'a');
    await postponeTask(queue, await lease(queue, 'a', 'audio', 'node-a'), fault, { delayMs: 0, counts: true });
    await completeTask(queue, await lease(queue, 'a', 'audio', 'node-b'), done);
    const rows = await queue.db
      .selectFrom('assignment')
      .select(['nodeId', 'attempt', 'outcome', 'errorCode', 'errorMessage'])
      .orderBy('id')
      .execute();
    expect(rows).toEqual([
      { nodeId: 'node-a', attempt: 1, outcome: 'failed', errorCode: 'stalled', errorMessage: 'nothing moved' },
      { nodeId: 'node-b', attempt: 2, outcome: 'completed', errorCode: null, errorMessage: null },
    ]);
  });
});

describe('failures', () => {
  test('a task that failed waits its time, keeps its evidence and counts', async () => {
    const queue = await aQueue();
    await planned(queue, 'a');
    await postponeTask(queue, await lease(queue, 'a', 'audio'), fault, { delayMs: 5_000, counts: true });
    expect(await taskOf(queue, 'a.audio')).toMatchObject({
      state: 'waiting',
      failures: 1,
      errorCode: 'stalled',
      errorMessage: 'nothing moved',
      stderrTailJson: '["last words"]',
      notBeforeMs: queue.clock.nowMs() + 5_000,
    });
  });

  test('a full disk does not count', async () => {
    const queue = await aQueue();
    await planned(queue, 'a');
    const full: TaskFault = { code: 'disk-full', message: 'no room', stderrTail: [] };
    await postponeTask(queue, await lease(queue, 'a', 'audio'), full, { delayMs: 60_000, counts: false });
    expect(await taskOf(queue, 'a.audio')).toMatchObject({ state: 'waiting', failures: 0, errorCode: 'disk-full' });
  });

  test('a task that failed for good fails its job, calls the rest off, and takes the others’ leases', async () => {
    const queue = await aQueue();
    await planned(queue, 'a');
    const other = await lease(queue, 'a', 'audio', 'node-b');
    await failTask(queue, await lease(queue, 'a', 'video-0000', 'node-a'), fault);
    expect(await taskStates(queue, 'a')).toEqual([
      'audio cancelled',
      'video-0000 failed',
      'package cancelled',
      'validate cancelled',
      'publish cancelled',
    ]);
    expect(queue.taken).toEqual([other]);
    expect(await jobOf(queue, 'a')).toMatchObject({
      state: 'failed',
      errorCode: 'stalled',
      finishedAtMs: queue.clock.nowMs(),
    });
    expect(await ready(queue)).toEqual([]);
  });

  test('parts that turn out to be unusable are made again, and what needs them waits', async () => {
    const queue = await aQueue();
    await planned(queue, 'a');
    await finish(queue, 'a', 'audio', 'video-0000');
    await redoTask(queue, await lease(queue, 'a', 'package'), 'video-0000', { ...fault, code: 'redo' });
    expect(await taskStates(queue, 'a')).toEqual([
      'audio completed',
      'video-0000 ready',
      'package blocked',
      'validate blocked',
      'publish blocked',
    ]);
    const made = queue.db.selectFrom('assignment').select(['nodeId', 'outcome']).where('taskId', '=', 'a.video-0000');
    expect(await made.execute()).toEqual([{ nodeId: 'node-a', outcome: 'failed' }]);
    await finish(queue, 'a', 'video-0000');
    expect((await jobOf(queue, 'a')).state).toBe('encoding');
    await finish(queue, 'a', 'package', 'validate', 'publish');
    expect((await jobOf(queue, 'a')).state).toBe('completed');
  });

  test('parts that are unusable a fourth time fail the job', async () => {
    const queue = await aQueue();
    await planned(queue, 'a');
    await finish(queue, 'a', 'audio', 'video-0000');
    for (let i = 0; i < 3; i++) {
      await redoTask(queue, await lease(queue, 'a', 'package'), 'audio', { ...fault, code: 'redo' });
      await finish(queue, 'a', 'audio');
    }
    await redoTask(queue, await lease(queue, 'a', 'package'), 'audio', { ...fault, code: 'redo' });
    expect((await jobOf(queue, 'a')).state).toBe('failed');
  });

  test('software takes over from hardware for every chunk, also the finished ones', async () => {
    const queue = await aQueue();
    const chunks = [
      ...['video-0000', 'video-0001'].map((id) => ({ ...aChunk, id })),
      { ...aChunk, id: 'package', type: 'package' as const, dependsOn: ['video-0000', 'video-0001'] },
    ];
    await planned(queue, 'a', chunks);
    await finish(queue, 'a', 'video-0000');
    const failing = await lease(queue, 'a', 'video-0001');
    await fallBack(queue, failing, fault, { choice: { v: 'libx264' }, findings: [] });
    expect(await taskStates(queue, 'a')).toEqual(['video-0000 ready', 'video-0001 ready', 'package blocked']);
    const rows = await queue.db.selectFrom('task').select('resource').where('type', '=', 'video').execute();
    expect(rows).toEqual([{ resource: 'cpu' }, { resource: 'cpu' }]);
    const { choiceJson } = await queue.db.selectFrom('jobPlan').select('choiceJson').executeTakeFirstOrThrow();
    expect(JSON.parse(choiceJson)).toEqual({ v: 'libx264' });
  });
});

const aChunk = {
  type: 'video' as const,
  weight: 1,
  dependsOn: [] as string[],
  resource: 'gpu-encode' as const,
  priority: 5,
  chunk: null,
  renditions: [],
};
