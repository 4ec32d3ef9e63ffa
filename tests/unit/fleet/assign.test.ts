import { expect, test } from 'vitest';
import { assign, type Candidate, hindrance, speedBook, type Worker, workOf } from '#main/fleet/assign.ts';

const task = (taskId: string, set: Partial<Candidate> = {}): Candidate => ({
  ...{ taskId, jobId: 'job', type: 'video', resource: 'cpu', weight: 10, encoders: ['libx264'] },
  ...{ requires: [], readBytes: 0, failedOn: [] },
  ...set,
});

const worker = (nodeId: string, set: Partial<Worker> & { cpu?: number; speed?: number } = {}): Worker => {
  const { cpu = 1, speed = 1, ...rest } = set;
  const slots = { cpu, io: 1, 'gpu-encode': 0, 'gpu-scale': 0 };
  return {
    ...{ nodeId, packages: false, takesWork: true, tags: [], encoders: ['libx264'], slots, running: [], cores: 4 },
    ...{ speeds: new Map([['libx264', speed]]), linkBps: null, sourcesOf: new Set<string>() },
    ...rest,
  };
};

const busyFor = (leftSec: number | null) => ({ running: [{ resource: 'cpu' as const, leftSec }] });

const pairs = (tasks: readonly Candidate[], workers: readonly Worker[]) =>
  assign(tasks, workers).map(({ taskId, nodeId }) => `${taskId} ${nodeId}`);

test('the first task goes to the fastest, and each next one to who will be done with it first', () => {
  const tasks = ['1', '2', '3', '4', '5'].map((id) => task(id));
  expect(pairs(tasks, [worker('slow'), worker('fast', { speed: 3, cpu: 2 })])).toEqual(['1 fast', '2 fast', '5 slow']);
});

test('a task waits for a fast node that is nearly done rather than begin on a slow one', () => {
  const slow = worker('slow', { speed: 0.1 });
  expect(pairs([task('1')], [slow, worker('fast', { speed: 2, ...busyFor(5) })])).toEqual([]);
  expect(pairs([task('1')], [slow, worker('fast', { speed: 2, ...busyFor(90) })])).toEqual(['1 slow']);
});

test('nobody waits for a node whose end can’t be told, nor for a gain smaller than the error of a guess', () => {
  const slow = worker('slow');
  expect(pairs([task('1')], [slow, worker('fast', { speed: 9, ...busyFor(null) })])).toEqual(['1 slow']);
  expect(pairs([task('1')], [slow, worker('fast', { speed: 2, ...busyFor(4) })])).toEqual(['1 slow']);
});

test('a slow node takes from the queue when the fast one has its hands full', () => {
  const tasks = ['1', '2', '3', '4', '5', '6'].map((id) => task(id));
  const workers = [worker('slow', { speed: 0.2 }), worker('fast', { speed: 1, ...busyFor(5) })];
  expect(pairs(tasks, workers)).toEqual(['4 slow']);
});

test('each resource has room of its own, and a task that finds none holds no other up', () => {
  const tasks = [task('gpu', { resource: 'gpu-encode' }), task('disk', { resource: 'io' }), task('cpu')];
  expect(pairs(tasks, [worker('a')])).toEqual(['disk a', 'cpu a']);
});

test('packages are made, checked and published only where the output folders are', () => {
  const tasks = ['package', 'validate', 'publish', 'video'].map((type) => task(type, { type }));
  expect(pairs(tasks, [worker('far', { cpu: 9, speed: 9 }), worker('own', { cpu: 3, packages: true })])).toEqual([
    ...['package own', 'validate own', 'publish own', 'video far'],
  ]);
});

test('a task needs its encoders proven, and the tags of its job', () => {
  const far = worker('a');
  expect(hindrance(far, task('1', { encoders: ['libx264', 'h264_nvenc'] }))).toEqual({
    ...{ kind: 'encoder', encoder: 'h264_nvenc' },
  });
  expect(hindrance(worker('a', { encoders: null }), task('1', { encoders: ['h264_nvenc'] }))).toBeNull();
  expect(hindrance(far, task('1', { requires: ['upstairs'] }))).toEqual({ kind: 'tag', tag: 'upstairs' });
  expect(hindrance(worker('a', { tags: ['upstairs'] }), task('1', { requires: ['upstairs'] }))).toBeNull();
  const own = worker('own', { packages: true });
  expect(hindrance(own, task('1', { type: 'package', requires: ['upstairs'] }))).toBeNull();
});

test('a node that failed a task gets it again only when all others failed it too', () => {
  const failed = task('1', { failedOn: ['fast'] });
  const fast = worker('fast', { speed: 9 });
  expect(pairs([failed], [fast, worker('slow')])).toEqual(['1 slow']);
  expect(pairs([failed], [fast])).toEqual(['1 fast']);
});

test('a slow line counts: what can’t be brought there in time stays near the source', () => {
  const heavy = task('1', { readBytes: 125e6 });
  const far = worker('far', { speed: 2, linkBps: 10e6 });
  expect(pairs([heavy], [worker('near'), far])).toEqual(['1 near']);
  expect(pairs([heavy], [worker('near'), { ...far, sourcesOf: new Set(['job']) }])).toEqual(['1 far']);
});

test('who takes no work gets none', () => {
  expect(pairs([task('1')], [worker('a', { takesWork: false })])).toEqual([]);
  expect(pairs([task('1')], [])).toEqual([]);
});

test('a machine that was not measured is guessed from those that were, by its cores', () => {
  const known = worker('known', { cores: 4, speed: 2 });
  const unknown = { speeds: new Map<string, number>(), cores: 16 };
  const speedOf = speedBook([known, unknown]);
  expect([speedOf(known, ['libx264']), speedOf(unknown, ['libx264', 'libx264'])]).toEqual([2, 8]);
  expect(speedOf(unknown, ['libx265'])).toBeCloseTo(0.14, 5);
  expect(workOf(['b', 'a', 'b'])).toBe('a+b');
});
