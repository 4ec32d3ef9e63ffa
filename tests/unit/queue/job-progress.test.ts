import { expect, test } from 'vitest';
import { jobProgress, type TaskProgress } from '#main/queue/job-progress.ts';
import { taskCompleted, taskGraph, taskStarted } from '#main/queue/task-graph.ts';
import type { PlannedTask } from '#shared/model/plan.ts';

const aTask = (id: string, type: PlannedTask['type'], weight: number): PlannedTask => ({
  ...{ id, type, weight, dependsOn: [], resource: 'cpu', priority: 5, chunk: null, renditions: [] },
});

const tasks = taskGraph([
  aTask('a', 'video', 2),
  aTask('b', 'video', 2),
  aTask('c', 'audio', 4),
  aTask('d', 'publish', 8),
]);
const running = ['a', 'b', 'c'].reduce(taskStarted, tasks);
const quiet: TaskProgress = { ratio: null, fps: null, speed: null, bitrateBps: null };

test('tasks count by weight, their speeds add up, and the rest is reckoned at the pace so far', () => {
  const told = new Map<string, TaskProgress>([
    ['a', { ratio: 0.5, fps: 30, speed: 1.25, bitrateBps: 4_000_000 }],
    ['b', { ratio: 0.5, fps: 20, speed: 0.75, bitrateBps: null }],
    ['c', { ratio: 0.5, fps: null, speed: 40, bitrateBps: 128_000 }],
  ]);
  expect(jobProgress(running, told, { progress: 0, elapsedMs: 8_000 })).toEqual({
    progress: 0.25,
    fps: 50,
    speed: 2,
    bitrateBps: 4_000_000,
    etaSec: 24,
  });
});

test('chunks of an earlier run do not make this one look fast', () => {
  const resumed = taskCompleted(running, 'a');
  const told = new Map([['b', { ...quiet, ratio: 1 }]]);
  expect(jobProgress(resumed, told, { progress: 0.125, elapsedMs: 10_000 })).toMatchObject({
    progress: 0.25,
    etaSec: 60,
  });
});

test('what nobody told is unknown', () => {
  expect(jobProgress(running, new Map([['a', quiet]]), { progress: 0, elapsedMs: 10_000 })).toEqual({
    progress: 0,
    fps: null,
    speed: null,
    bitrateBps: null,
    etaSec: null,
  });
});
