import { expect, test } from 'vitest';
import { assign, type Candidate, type Worker } from '#main/fleet/assign.ts';

const task = (taskId: string, set: Partial<Candidate> = {}): Candidate => ({
  ...{ taskId, type: 'video', resource: 'cpu' },
  ...set,
});

const worker = (nodeId: string, set: Partial<Worker> & { cpu?: number } = {}): Worker => {
  const { cpu = 1, ...rest } = set;
  const free = { cpu, io: 1, 'gpu-encode': 0, 'gpu-scale': 0 };
  return { nodeId, packages: false, takesWork: true, free, ...rest };
};

const pairs = (tasks: readonly Candidate[], workers: readonly Worker[]) =>
  assign(tasks, workers).map(({ taskId, nodeId }) => `${taskId} ${nodeId}`);

test('tasks go in their order to whoever has most room, until nobody has any', () => {
  const tasks = ['1', '2', '3', '4', '5'].map((id) => task(id));
  expect(pairs(tasks, [worker('a', { cpu: 1 }), worker('b', { cpu: 3 })])).toEqual(['1 b', '2 b', '3 a', '4 b']);
});

test('each resource has room of its own, and a task that finds none holds no other up', () => {
  const tasks = [task('gpu', { resource: 'gpu-encode' }), task('disk', { resource: 'io' }), task('cpu')];
  expect(pairs(tasks, [worker('a')])).toEqual(['disk a', 'cpu a']);
});

test('packages are made, checked and published only where the output folders are', () => {
  const tasks = ['package', 'validate', 'publish', 'video'].map((type) => task(type, { type }));
  expect(pairs(tasks, [worker('far', { cpu: 9 }), worker('own', { cpu: 3, packages: true })])).toEqual([
    ...['package own', 'validate own', 'publish own', 'video far'],
  ]);
});

test('who takes no work gets none', () => {
  expect(pairs([task('1')], [worker('a', { takesWork: false })])).toEqual([]);
  expect(pairs([task('1')], [])).toEqual([]);
});

test('what the workers had free is left as it was', () => {
  const a = worker('a', { cpu: 2 });
  assign([task('1')], [a]);
  expect(a.free.cpu).toBe(2);
});
