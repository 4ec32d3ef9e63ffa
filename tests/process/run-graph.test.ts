import { beforeEach, expect, test } from 'vitest';
import { type GraphRun, runGraph, type TaskEnd } from '#main/app/run-graph.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { type HandClock, handClock } from '#tests/helpers/hand-clock.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';
import type { TaskFailureCode } from '#shared/model/failure.ts';
import type { PlannedTask } from '#shared/model/plan.ts';

let clock: HandClock = handClock();
/** Everything that happened, in order. */
let diary: string[] = [];
beforeEach(() => {
  clock = handClock();
  diary = [];
});

const aTask = (id: string, type: PlannedTask['type'], dependsOn: string[] = []): PlannedTask => ({
  ...{ id, type, dependsOn, weight: 1, priority: 5, chunk: null, renditions: [] },
  resource: type === 'package' ? 'io' : 'cpu',
});
const film = [aTask('a', 'video'), aTask('b', 'video'), aTask('c', 'video'), aTask('p', 'package', ['a', 'b', 'c'])];

function start(over: Partial<GraphRun>): ReturnType<typeof runGraph> {
  return runGraph({
    tasks: film,
    slots: { cpu: 2, io: 1, 'gpu-encode': 1, 'gpu-scale': 1 },
    clock,
    log: silentLogger,
    signal: new AbortController().signal,
    execute: async (task) => {
      diary.push(task.id);
      return { ok: true };
    },
    usesHardware: () => false,
    fallBack: async () => 'no other encoder',
    goWithout: () => false,
    onChange: () => {},
    ...over,
  });
}

const failed = (code: TaskFailureCode): TaskEnd => ({ ok: false, code, message: `it is ${code}`, stderrTail: [] });
const stopped = (signal: AbortSignal): Promise<TaskEnd> =>
  new Promise((settle) => signal.addEventListener('abort', () => settle(failed('stopped')), { once: true }));

test('as many tasks run side by side as there are slots, and the last comes last', async () => {
  let side = 0;
  let most = 0;
  const end = await start({
    execute: async (task) => {
      side += 1;
      most = Math.max(most, side);
      await Promise.resolve();
      side -= 1;
      diary.push(task.id);
      return { ok: true };
    },
  });
  expect([end, most, diary]).toEqual([{ ok: true }, 2, ['a', 'b', 'c', 'p']]);
});

test('a task that memory ran out for waits, and then runs alone', async () => {
  let side = 0;
  const execute: GraphRun['execute'] = async (task, attempt) => {
    side += 1;
    diary.push(`${task.id}${attempt} of ${side}`);
    await Promise.resolve();
    side -= 1;
    return task.id === 'a' && attempt < 3 ? failed('out-of-memory') : { ok: true };
  };
  const ended = start({ execute });
  await waitUntil('the first wait', () => clock.pendingMs().length > 0 && diary.length === 3);
  expect(clock.pendingMs()).toEqual([5_000]);
  clock.advance(5_000);
  await waitUntil('the second wait', () => diary.length === 4 && clock.pendingMs().length > 0);
  expect(clock.pendingMs()).toEqual([10_000]);
  clock.advance(10_000);
  expect(await ended).toEqual({ ok: true });
  expect(diary).toEqual(['a1 of 1', 'b1 of 2', 'c1 of 1', 'a2 of 1', 'a3 of 1', 'p1 of 1']);
});

test('hardware that fails is left for software in every chunk, also in finished and running ones', async () => {
  let encoder = 'hard';
  const execute: GraphRun['execute'] = async (task, _attempt, signal) => {
    diary.push(`${task.id} ${encoder}`);
    if (encoder === 'soft' || task.id === 'a') return { ok: true };
    return task.id === 'b' ? stopped(signal) : failed('encoder-failed');
  };
  const fallBack = async () => {
    encoder = 'soft';
    return null;
  };
  expect(await start({ execute, fallBack, usesHardware: () => encoder === 'hard' })).toEqual({ ok: true });
  expect(diary.slice(0, 3)).toEqual(['a hard', 'b hard', 'c hard']);
  expect(diary.slice(3).sort()).toEqual(['a soft', 'b soft', 'c soft', 'p soft']);
});

test('what a job can do without is told and left, and what needs it begins', async () => {
  const execute: GraphRun['execute'] = async (task) => {
    diary.push(task.id);
    return task.id === 'b' ? failed('bad-input') : { ok: true };
  };
  expect(await start({ execute, goWithout: (task) => task.id === 'b' })).toEqual({ ok: true });
  expect(diary).toEqual(['a', 'b', 'c', 'p']);
});

test('without another encoder the job ends with both reasons', async () => {
  const execute: GraphRun['execute'] = async () => failed('encoder-failed');
  const end = await start({ execute, usesHardware: () => true });
  expect(end).toMatchObject({ ok: false, failure: { message: 'it is encoder-failed; no other encoder' } });
});

test('a failure for good stops what runs beside it before the job ends', async () => {
  let running = 0;
  const execute: GraphRun['execute'] = async (task, _attempt, signal) => {
    if (task.id === 'b') return failed('bad-input');
    running += 1;
    const end = await stopped(signal);
    running -= 1;
    return end;
  };
  expect(await start({ execute })).toMatchObject({ ok: false, task: 'b', askUser: false });
  expect(running).toBe(0);
});

test('a full disk asks the user', async () => {
  expect(await start({ execute: async () => failed('disk-full') })).toMatchObject({ ok: false, askUser: true });
});

test('parts that turn out to be unusable are made again, and then the package', async () => {
  let unusable = true;
  const execute: GraphRun['execute'] = async (task) => {
    diary.push(task.id);
    if (task.id !== 'p' || !unusable) return { ok: true };
    unusable = false;
    return { ok: false, code: 'redo', task: 'b', message: 'b is unusable' };
  };
  expect(await start({ execute })).toEqual({ ok: true });
  expect(diary).toEqual(['a', 'b', 'c', 'p', 'b', 'p']);
});

test.each([
  ['while tasks run', async () => {}],
  ['while all wait', async () => waitUntil('a wait', () => clock.pendingMs().length > 0)],
])('a stop %s ends the run with its reason, after the tasks', async (moment, ready) => {
  const stop = new AbortController();
  let running = 0;
  const execute: GraphRun['execute'] = async (_task, _attempt, signal) => {
    if (moment === 'while all wait') return failed('unknown');
    running += 1;
    const end = await stopped(signal);
    running -= 1;
    return end;
  };
  const reason = new Error('enough');
  const ended = Promise.allSettled([start({ execute, signal: stop.signal })]);
  await ready();
  stop.abort(reason);
  expect(await ended).toEqual([{ status: 'rejected', reason }]);
  expect(running).toBe(0);
});

test('what a task throws ends the run as it is', async () => {
  const fault = new Error('a fault of ours');
  const execute: GraphRun['execute'] = async (task, _attempt, signal) => {
    if (task.id === 'a') throw fault;
    return stopped(signal);
  };
  await expect(start({ execute })).rejects.toBe(fault);
});
