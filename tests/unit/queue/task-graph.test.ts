import { describe, expect, test } from 'vitest';
import {
  type FreeSlots,
  graphCancelled,
  graphEnd,
  nextTasks,
  nextWakeMs,
  type TaskGraph,
  taskCompleted,
  taskFailed,
  taskGraph,
  taskPostponed,
  taskReset,
  taskStarted,
} from '#main/queue/task-graph.ts';
import type { PlannedTask } from '#shared/model/plan.ts';

const manySlots: FreeSlots = { cpu: 9, io: 9, 'gpu-encode': 9, 'gpu-scale': 9 };

function aTask(id: string, over: Partial<PlannedTask> = {}): PlannedTask {
  return {
    id,
    type: 'video',
    weight: 1,
    dependsOn: [],
    resource: 'cpu',
    priority: 5,
    chunk: null,
    renditions: [],
    ...over,
  };
}

const film = taskGraph([
  aTask('extract', { type: 'extract', resource: 'io', priority: 10, weight: 0.2 }),
  aTask('audio', { type: 'audio', priority: 10, weight: 0.5 }),
  aTask('video-0000', { weight: 2 }),
  aTask('video-0001', { weight: 3 }),
  aTask('package', { type: 'package', resource: 'io', dependsOn: ['extract', 'audio', 'video-0000', 'video-0001'] }),
  aTask('publish', { type: 'publish', resource: 'io', dependsOn: ['package'] }),
]);

test('the highest priority begins first, then the heaviest, within the free slots of each class', () => {
  expect(names(film, manySlots)).toEqual(['audio', 'extract', 'video-0001', 'video-0000']);
  expect(names(film, { ...manySlots, cpu: 2 })).toEqual(['audio', 'extract', 'video-0001']);
  expect(names(film, { cpu: 0, io: 1, 'gpu-encode': 0, 'gpu-scale': 0 })).toEqual(['extract']);
});

test('what needs others begins when all of them are there', () => {
  let graph = done(film, 'extract', 'audio', 'video-0000');
  expect(names(graph, manySlots)).toEqual(['video-0001']);
  graph = done(graph, 'video-0001');
  expect(names(graph, manySlots)).toEqual(['package']);
  graph = done(graph, 'package', 'publish');
  expect([names(graph, manySlots), graphEnd(graph)]).toEqual([[], 'completed']);
});

test('a leased task holds its place and a change leaves the earlier graph as it was', () => {
  const graph = taskStarted(film, 'video-0001');
  expect(names(graph, manySlots)).toEqual(['audio', 'extract', 'video-0000']);
  expect(states(film)).toEqual(['ready', 'ready', 'ready', 'ready', 'blocked', 'blocked']);
});

test('a postponed task begins again when its time has come, and counts its attempts', () => {
  const graph = taskPostponed(taskStarted(film, 'video-0001'), 'video-0001', 5_000);
  expect(nextWakeMs(graph)).toBe(5_000);
  expect(nextTasks(graph, manySlots, 4_999).map(({ id }) => id)).not.toContain('video-0001');
  expect(nextTasks(graph, manySlots, 5_000).map(({ id }) => id)).toContain('video-0001');
  const again = taskStarted(graph, 'video-0001').get('video-0001');
  expect([again?.state, again?.attempts, again?.notBeforeMs]).toEqual(['leased', 2, null]);
});

test('a failure cancels all that needs it, and ends the job when the rest has ended', () => {
  let graph = taskFailed(taskStarted(film, 'audio'), 'audio');
  expect(states(graph)).toEqual(['ready', 'failed', 'ready', 'ready', 'cancelled', 'cancelled']);
  expect(graphEnd(graph)).toBe(null);
  graph = graphCancelled(graph);
  expect(states(graph)).toEqual(['cancelled', 'failed', 'cancelled', 'cancelled', 'cancelled', 'cancelled']);
  expect(graphEnd(graph)).toBe('failed');
});

test('a task whose parts do not count any more is done anew, and what waited for it waits again', () => {
  let graph = done(film, 'extract', 'audio', 'video-0000', 'video-0001');
  graph = taskReset(graph, 'video-0000');
  expect(states(graph)).toEqual(['completed', 'completed', 'ready', 'completed', 'blocked', 'blocked']);
  expect(graph.get('video-0000')?.attempts).toBe(0);
  expect(states(taskReset(taskStarted(graph, 'video-0000'), 'video-0000'))[2]).toBe('ready');
});

describe('what can not be throws', () => {
  test.each<[string, () => unknown]>([
    ['two tasks are called a', () => taskGraph([aTask('a'), aTask('a')])],
    ['a needs b, which is not there', () => taskGraph([aTask('a', { dependsOn: ['b'] })])],
    [
      'tasks need each other in a circle: a, b',
      () => taskGraph([aTask('a', { dependsOn: ['b'] }), aTask('b', { dependsOn: ['a'] })]),
    ],
    ['there is no task c', () => taskStarted(film, 'c')],
    ["task package is blocked: it can't start", () => taskStarted(film, 'package')],
    ["task audio is ready: it can't complete", () => taskCompleted(film, 'audio')],
    ["task audio is completed: it can't start", () => taskStarted(done(film, 'audio'), 'audio')],
    [
      "task audio is failed: it can't postpone",
      () => taskPostponed(taskFailed(taskStarted(film, 'audio'), 'audio'), 'audio', 1),
    ],
    ["task audio is cancelled: it can't start", () => taskStarted(graphCancelled(film), 'audio')],
  ])('%s', (message, act) => {
    expect(act).toThrow(new RangeError(message));
  });
});

function names(graph: TaskGraph, free: FreeSlots): string[] {
  return nextTasks(graph, free, 0).map(({ id }) => id);
}

function states(graph: TaskGraph): string[] {
  return [...graph.values()].map(({ state }) => state);
}

function done(graph: TaskGraph, ...ids: string[]): TaskGraph {
  return ids.reduce((next, id) => taskCompleted(taskStarted(next, id), id), graph);
}

test('what was made of parts that are made anew is made anew too', () => {
  const line = taskGraph([
    aTask('video-0000'),
    aTask('package', { type: 'package', dependsOn: ['video-0000'] }),
    aTask('validate', { type: 'validate', dependsOn: ['package'] }),
    aTask('publish', { type: 'publish', dependsOn: ['validate'] }),
  ]);
  const publishing = taskStarted(done(line, 'video-0000', 'package', 'validate'), 'publish');
  const again = taskReset(publishing, 'package');
  expect([...again.values()].map(({ task, state }) => `${task.id} ${state}`)).toEqual([
    'video-0000 completed',
    'package ready',
    'validate blocked',
    'publish blocked',
  ]);
});
