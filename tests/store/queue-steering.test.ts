import { describe, expect, test } from 'vitest';
import type { TaskFault } from '#main/queue/settle.ts';
import { completeTask, failTask } from '#main/queue/settle-task.ts';
import { cancelJob, pauseJob, resumeJob, retryJob } from '#main/queue/steer-job.ts';
import { add, aQueue, finish, jobOf, lease, planned, ready, taskStates } from '../helpers/a-queue.ts';

const fault: TaskFault = { code: 'bad-input', message: 'no picture', stderrTail: [] };

describe('a pause', () => {
  test('takes the leases, keeps what is finished, and lets nothing begin until it ends', async () => {
    const queue = await aQueue();
    await planned(queue, 'a');
    await finish(queue, 'a', 'audio');
    const held = await lease(queue, 'a', 'video-0000');
    expect(await pauseJob(queue, 'a')).toMatchObject({ ok: true, job: { state: 'paused', pausedFrom: 'encoding' } });
    expect(queue.taken).toEqual([held]);
    expect(await ready(queue)).toEqual([]);
    expect(await completeTask(queue, held, { findings: [], output: null })).toBe(false);
    expect(await resumeJob(queue, 'a')).toMatchObject({ ok: true, job: { state: 'encoding', pausedFrom: null } });
    expect(await taskStates(queue, 'a')).toEqual([
      'audio completed',
      'video-0000 ready',
      'package blocked',
      'validate blocked',
      'publish blocked',
    ]);
    await finish(queue, 'a', 'video-0000', 'package', 'validate', 'publish');
    expect((await jobOf(queue, 'a')).state).toBe('completed');
  });

  test('holds a queued job at its place', async () => {
    const queue = await aQueue();
    await add(queue, 'a');
    await pauseJob(queue, 'a');
    const { rank } = await jobOf(queue, 'a');
    await resumeJob(queue, 'a');
    expect(await jobOf(queue, 'a')).toMatchObject({ state: 'queued', rank });
  });
});

describe('a cancelled job', () => {
  test('ends at once with all that it had', async () => {
    const queue = await aQueue();
    await planned(queue, 'a');
    const held = await lease(queue, 'a', 'video-0000');
    expect(await cancelJob(queue, 'a', 'Ada')).toMatchObject({ ok: true, job: { state: 'cancelled' } });
    expect(queue.taken).toEqual([held]);
    expect(new Set((await taskStates(queue, 'a')).map((state) => state.split(' ')[1]))).toEqual(new Set(['cancelled']));
  });

  test('can’t be paused, resumed or cancelled again', async () => {
    const queue = await aQueue();
    await add(queue, 'a');
    await cancelJob(queue, 'a', null);
    for (const steer of [pauseJob, resumeJob]) {
      expect(await steer(queue, 'a')).toMatchObject({ ok: false, because: 'state', job: { state: 'cancelled' } });
    }
    expect(await cancelJob(queue, 'a', null)).toMatchObject({ ok: false, because: 'state' });
    expect(await cancelJob(queue, 'nobody', null)).toEqual({ ok: false, because: 'not-found' });
  });
});

describe('a retry', () => {
  test('of what failed keeps what was finished', async () => {
    const queue = await aQueue();
    await planned(queue, 'a');
    await finish(queue, 'a', 'audio');
    await failTask(queue, await lease(queue, 'a', 'video-0000'), fault);
    expect(await retryJob(queue, 'a', 'failed')).toMatchObject({
      ok: true,
      job: { state: 'encoding', errorCode: null, finishedAtMs: null },
    });
    expect(await taskStates(queue, 'a')).toEqual([
      'audio completed',
      'video-0000 ready',
      'package blocked',
      'validate blocked',
      'publish blocked',
    ]);
    expect((await lease(queue, 'a', 'video-0000')).attempt).toBe(2);
  });

  test('of the whole job begins with a new look at the source', async () => {
    const queue = await aQueue();
    await planned(queue, 'a');
    await failTask(queue, await lease(queue, 'a', 'video-0000'), fault);
    expect(await retryJob(queue, 'a', 'whole')).toMatchObject({ ok: true, job: { state: 'queued', progress: 0 } });
    expect(await taskStates(queue, 'a')).toEqual([]);
  });

  test('is refused where another job does the same by now', async () => {
    const queue = await aQueue();
    await add(queue, 'a', { input: '/films/x.mkv' });
    await cancelJob(queue, 'a', null);
    await add(queue, 'b', { input: '/films/x.mkv' });
    expect(await retryJob(queue, 'a', 'failed')).toEqual({ ok: false, because: 'twin', twinId: 'b' });
  });
});
