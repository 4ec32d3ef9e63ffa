import { expect, test } from 'vitest';
import { newCrew } from '#main/fleet/crew.ts';
import { type EndingDeps, taskEnded } from '#main/fleet/task-ended.ts';
import { silentLogger } from '#main/platform/logger.ts';
import type { TaskFailureCode } from '#shared/model/failure.ts';
import type { TaskEnding } from '#shared/protocol/node.ts';
import { add, aQueue, aTask, lease, plannedBy, type TestQueue } from '#tests/helpers/a-queue.ts';
import { claimJob, jobPlanned } from '#main/queue/probe-job.ts';

/*
 * What becomes of a job whose only node failed a task of it.
 */

const tasks = [
  aTask('extract', { type: 'extract', resource: 'io' }),
  aTask('video-0000', { renditions: ['video_640x360'] }),
  aTask('video-0001', { renditions: ['video_640x360'] }),
  aTask('package', { type: 'package', dependsOn: ['extract', 'video-0000', 'video-0001'] }),
];

const failed = (code: TaskFailureCode): TaskEnding => ({
  ...{ kind: 'failed', code, message: `it is ${code}`, stderrTail: [], findings: [] },
});

/** A working job and what its node tells of it; `fewer` grows when memory ran out. */
async function working(encoder = 'libx264', set: Partial<EndingDeps> = {}) {
  const queue = await aQueue();
  const fewer: string[] = [];
  await add(queue, 'a');
  const claim = await claimJob(queue, { owner: 'server', leaseMs: 60_000, mostActive: 1 });
  if (claim === null) throw new Error('no job is queued');
  await jobPlanned(queue, claim, { ...plannedBy(claim, tasks), choice: { video_640x360: encoder } });
  const deps: EndingDeps = {
    ...{ queue, crew: newCrew(), log: silentLogger, waitsForRoom: true },
    chooseSoftware: async () => ({ ok: false, message: 'no other encoder' }),
    fewerFor: ({ nodeId }) => fewer.push(nodeId),
    ...set,
  };
  return {
    ...{ queue, fewer },
    end: async (key: string, ending: TaskEnding) => taskEnded(deps, await lease(queue, 'a', key, 'local'), ending),
  };
}

/** The job with its error, then its tasks: `video-0000 waiting 1 in 5 s`. */
async function told({ db, clock }: TestQueue): Promise<string[]> {
  const job = await db.selectFrom('job').selectAll().executeTakeFirstOrThrow();
  const rows = await db.selectFrom('task').selectAll().where('key', '!=', 'package').orderBy('key').execute();
  const tasksNow = rows.map(({ key, state, failures, notBeforeMs }) => {
    const wait = notBeforeMs === null ? '' : ` in ${(notBeforeMs - clock.nowMs()) / 1000} s`;
    return `${key} ${state} ${failures}${wait}`;
  });
  return [`${job.state}: ${job.errorMessage ?? 'no error'}`, ...tasksNow];
}

test('a full disk is waited for by a server, and uses up no attempt', async () => {
  const { queue, end } = await working();
  await end('video-0000', failed('disk-full'));
  const others = ['extract ready 0', 'video-0001 ready 0'];
  expect(await told(queue)).toEqual(['encoding: no error', others[0], 'video-0000 waiting 0 in 10 s', others[1]]);
});

test('a full disk ends a job that a person waits for', async () => {
  const { queue, end } = await working('libx264', { waitsForRoom: false });
  await end('video-0000', failed('disk-full'));
  const tasksNow = ['extract cancelled 0', 'video-0000 failed 1', 'video-0001 cancelled 0'];
  expect(await told(queue)).toEqual(['failed: it is disk-full', ...tasksNow]);
});

test('a task that memory ran out for waits, with fewer beside it, and is given up after three times', async () => {
  const { queue, end, fewer } = await working();
  await end('video-0000', failed('out-of-memory'));
  expect((await told(queue))[2]).toBe('video-0000 waiting 1 in 5 s');
  queue.clock.advance(5_000);
  await end('video-0000', failed('killed'));
  expect((await told(queue))[2]).toBe('video-0000 waiting 2 in 10 s');
  queue.clock.advance(10_000);
  await end('video-0000', failed('out-of-memory'));
  expect([(await told(queue))[0], fewer]).toEqual(['failed: it is out-of-memory', ['local', 'local']]);
});

test('what a package can do without is told and left, and what needs it begins', async () => {
  const { queue, end } = await working();
  await end('extract', failed('bad-input'));
  expect(await told(queue)).toEqual([
    'encoding: no error',
    'extract completed 0',
    'video-0000 ready 0',
    'video-0001 ready 0',
  ]);
  const row = await queue.db.selectFrom('task').select('resultJson').where('key', '=', 'extract').executeTakeFirst();
  expect(row?.resultJson).toContain('"extras-missing"');
});

test('hardware that fails is left for software in every chunk, also in finished ones', async () => {
  const software = { ok: true, choice: { video_640x360: 'libx264' }, findings: [] } as const;
  const { queue, end } = await working('h264_nvenc', { chooseSoftware: async () => software });
  await end('video-0000', { kind: 'done', findings: [], output: null, pace: null });
  await end('video-0001', failed('encoder-failed'));
  expect(await told(queue)).toEqual([
    'encoding: no error',
    'extract ready 0',
    'video-0000 ready 0',
    'video-0001 ready 0',
  ]);
  const plan = await queue.db.selectFrom('jobPlan').select('choiceJson').executeTakeFirstOrThrow();
  expect(JSON.parse(plan.choiceJson)).toEqual(software.choice);
});

test('without another encoder the job ends with both reasons', async () => {
  const { queue, end } = await working('h264_nvenc');
  await end('video-0000', failed('encoder-failed'));
  expect((await told(queue))[0]).toBe('failed: it is encoder-failed; no other encoder');
});

test('a failure for good takes back what runs beside it', async () => {
  const { queue, end } = await working();
  const beside = await lease(queue, 'a', 'video-0001', 'local');
  await end('video-0000', failed('bad-input'));
  expect([(await told(queue))[0], queue.taken]).toEqual(['failed: it is bad-input', [beside]]);
});
