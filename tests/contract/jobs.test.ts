import { chmod, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { jobList } from '#shared/protocol/jobs.ts';
import { expireJobs, failJob } from '#main/queue/steer-job.ts';
import { fillQueue } from '#tests/bench/big-queue.ts';
import { builtIn } from '#tests/helpers/a-plan.ts';
import { finish, lease, plan } from '#tests/helpers/a-queue.ts';
import { type JobsBench, jobsBench } from '#tests/helpers/jobs-bench.ts';
import { type ApiAnswer, viewer } from '#tests/helpers/serve-api.ts';

const hourMs = 60 * 60_000;

/** `409 ENC-JOB-005: Job j1 is cancelled` */
function refusal({ status, problem }: ApiAnswer): string {
  return `${status} ${problem?.code}: ${typeof problem?.details === 'string' ? problem.details : JSON.stringify(problem?.details)}`;
}

describe('a new job', () => {
  test('is told whole, with where to find it', async () => {
    const bench = await jobsBench();
    const input = await bench.film('Film.mkv');
    const answer = await bench.post(input);
    expect(answer).toMatchObject({ status: 201, problem: null });
    expect(answer.headers.get('location')).toBe('/api/v1/jobs/j1');
    expect(answer.body).toEqual({
      ...{ id: 'j1', state: 'queued', progress: 0, fps: null, speed: null, etaSec: null },
      ...{ input, outputDir: join(bench.films, 'out'), profile: 'draft', profileVersion: 1, priority: 5 },
      ...{ batchId: null, output: null, error: null, startedAt: null, finishedAt: null, expiresAt: null },
      createdAt: '2026-01-31T12:00:00.000Z',
      updatedAt: '2026-01-31T12:00:00.000Z',
    });
    expect(await bench.queue.db.selectFrom('job').select(['createdBy', 'sourceBytes']).executeTakeFirst()).toEqual({
      createdBy: 'user:u-admin',
      sourceBytes: 'the film Film.mkv'.length,
    });
  });

  test('keeps its options, and a priority of its own', async () => {
    const bench = await jobsBench();
    const options = { chunkSec: 60, acceptTruncated: true, overwrite: true, name: 'Other' };
    await bench.add('a.mkv', { priority: 10, options });
    expect((await bench.api.get('/jobs/j1')).body).toMatchObject({ priority: 10, options });
  });

  test('takes a recipe of its own', async () => {
    const bench = await jobsBench();
    const recipe = { ...builtIn('draft'), name: 'mine' };
    expect(await bench.add('a.mkv', { profile: recipe })).toMatchObject({ profile: 'mine' });
  });

  test('waits as long as it says, or as the settings have it, and fails after that', async () => {
    const bench = await jobsBench();
    expect((await bench.add('a.mkv', { ttlHours: 2 })).expiresAt).toBe('2026-01-31T14:00:00.000Z');
    bench.ttlHours.byDefault = 1;
    expect((await bench.add('b.mkv')).expiresAt).toBe('2026-01-31T13:00:00.000Z');
    expect((await bench.add('c.mkv', { ttlHours: null })).expiresAt).toBeNull();
    bench.queue.clock.advance(hourMs);
    await expireJobs(bench.queue);
    expect((await bench.api.get('/jobs/j2')).body).toMatchObject({
      state: 'failed',
      error: { code: 'expired', message: 'it did not begin within the time that it was given' },
      waiting: [],
    });
    expect(await bench.stateOf('j1')).toBe('queued');
  });

  test('of a link is a job of the film behind it', async () => {
    const bench = await jobsBench();
    const film = await bench.film('a.mkv');
    await symlink(film, join(bench.films, 'link.mkv'));
    await bench.post(join(bench.films, 'link.mkv'));
    expect(refusal(await bench.post(film))).toContain('409 ENC-JOB-010: {"jobId":"j1"');
  });
});

describe('a job is refused', () => {
  test('by an unknown profile, and by a recipe with faults', async () => {
    const bench = await jobsBench();
    const input = await bench.film('a.mkv');
    expect(refusal(await bench.post(input, { profile: 'nothing' }))).toBe(
      '400 ENC-JOB-003: there is no profile "nothing": GET /profiles lists them',
    );
    const faulty = await bench.post(input, { profile: { name: 'x', title: 'X', container: 'avi' } });
    expect(refusal(faulty)).toMatch(/^400 ENC-JOB-003: .*"path":"container"/);
  });

  test('for an input that is missing, empty, a folder, or not absolute', async () => {
    const bench = await jobsBench();
    const missing = join(bench.films, 'none.mkv');
    expect(refusal(await bench.post(missing))).toBe(
      `400 ENC-JOB-002: ${missing}: there is no such file on the server: check the path`,
    );
    const empty = await bench.film('empty.mkv', '');
    expect(refusal(await bench.post(empty))).toBe(`400 ENC-JOB-002: ${empty} is empty: wait until it is complete`);
    await mkdir(join(bench.films, 'folder'));
    expect(refusal(await bench.post(join(bench.films, 'folder')))).toBe(
      `400 ENC-JOB-002: ${join(bench.films, 'folder')} is a folder: give a film, or make a batch of it`,
    );
    const circle = join(bench.films, 'circle.mkv');
    await symlink(circle, circle);
    expect(refusal(await bench.post(circle))).toMatch(/^400 ENC-JOB-002: .*circle.mkv: .*ELOOP/);
    expect(refusal(await bench.post('films/a.mkv'))).toBe(
      '400 ENC-JOB-002: films/a.mkv is not an absolute path: give one',
    );
  });

  test.skipIf(process.platform !== 'linux')('for an input that the server may not read', async () => {
    const bench = await jobsBench();
    const input = await bench.film('secret.mkv');
    await chmod(input, 0o000);
    const expected = `400 ENC-JOB-002: ${input}: the server may not read it: change its rights`;
    expect(refusal(await withoutRights(bench, () => bench.post(input)))).toBe(expected);
  });

  test('for an output folder that is not absolute, and for places that are closed to its asker', async () => {
    const bench = await jobsBench();
    const input = await bench.film('a.mkv');
    expect(refusal(await bench.post(input, { outputDir: 'out' }))).toBe(
      '400 ENC-JOB-001: out is not an absolute path: give one',
    );
    expect(refusal(await bench.post('/etc/passwd'))).toBe('403 ENC-STO-002: not /etc/passwd');
    expect(refusal(await bench.post(input, { outputDir: '/etc' }))).toBe('403 ENC-STO-002: not /etc');
  });

  test('for a body that does not fit, and for a batch that there is not', async () => {
    const bench = await jobsBench();
    const input = await bench.film('a.mkv');
    for (const set of [{ priority: 101 }, { input: 7 }, { options: { chunk: 1 } }, { more: true }, { ttlHours: 0 }]) {
      expect((await bench.post(input, set)).problem?.code).toBe('ENC-JOB-001');
    }
    expect(refusal(await bench.post(input, { batchId: 'none' }))).toBe(
      '400 ENC-JOB-001: there is no batch none: leave batchId out, or make one by POST /batches',
    );
    expect((await bench.api.get('/jobs')).body).toMatchObject({ total: 0 });
  });

  test('while the same film waits or is worked on by the same recipe; the answer names that job', async () => {
    const bench = await jobsBench();
    const input = await bench.film('a.mkv', 'one film');
    await bench.post(input);
    const again = await bench.post(await bench.film('copy of a.mkv', 'one film'));
    expect(again).toMatchObject({
      status: 409,
      problem: {
        code: 'ENC-JOB-010',
        message: 'Job already in the queue',
        details: {
          jobId: 'j1',
          why: 'this film is in the queue already with the same recipe: wait for that job, or cancel it',
        },
      },
    });
    expect(await bench.post(input, { profile: 'mp4-1080p' })).toMatchObject({ status: 201 });
    await bench.api.post('/jobs/j1/cancel');
    expect(await bench.post(input)).toMatchObject({ status: 201 });
  });

  test('from a viewer, who may not change anything', async () => {
    const bench = await jobsBench();
    await bench.add('a.mkv');
    bench.as(viewer);
    const { api } = bench;
    const answers = [
      await bench.post(join(bench.films, 'a.mkv')),
      await api.patch('/jobs/j1', { priority: 1 }),
      await api.delete('/jobs/j1'),
      await api.post('/jobs/bulk', { action: 'cancel', ids: ['j1'] }),
      await api.get('/jobs/j1/log'),
    ];
    for (const action of ['pause', 'resume', 'cancel', 'retry']) answers.push(await api.post(`/jobs/j1/${action}`));
    expect(answers.map(({ status, problem }) => `${status} ${problem?.code}`)).toEqual(
      answers.map(() => '403 ENC-AUTH-004'),
    );
    expect(await bench.stateOf('j1')).toBe('queued');
  });
});

describe('steering a job', () => {
  test('pause, resume and cancel answer the job as it is then', async () => {
    const bench = await jobsBench();
    await bench.add('a.mkv');
    const { api } = bench;
    expect(await api.post('/jobs/j1/pause')).toMatchObject({ status: 200, body: { id: 'j1', state: 'paused' } });
    expect(await api.post('/jobs/j1/resume')).toMatchObject({ status: 200, body: { id: 'j1', state: 'queued' } });
    expect(await api.delete('/jobs/j1')).toMatchObject({ status: 200, body: { id: 'j1', state: 'cancelled' } });
  });

  test('is refused by what the job is', async () => {
    const bench = await jobsBench();
    const { api } = bench;
    for (const name of ['cancelled', 'completed', 'failed', 'waiting']) await bench.add(name);
    await api.post('/jobs/j1/cancel');
    await plan(bench.queue);
    await finish(bench.queue, 'j2', 'audio', 'video-0000', 'package', 'validate', 'publish');
    await failNow(bench, 'j3');
    const told = async (path: string) => refusal(await api.post(path));
    expect(await told('/jobs/j1/cancel')).toBe("409 ENC-JOB-005: Job j1 is cancelled: it can't cancel now.");
    expect(await told('/jobs/j1/pause')).toBe("409 ENC-JOB-005: Job j1 is cancelled: it can't pause now.");
    expect(await told('/jobs/j2/cancel')).toBe("409 ENC-JOB-006: Job j2 is completed: it can't cancel now.");
    expect(await told('/jobs/j2/retry')).toBe("409 ENC-JOB-006: Job j2 is completed: it can't retry now.");
    expect(await told('/jobs/j3/resume')).toBe("409 ENC-JOB-011: Job j3 is failed: it can't resume now.");
    expect(await told('/jobs/j4/resume')).toBe("409 ENC-JOB-011: Job j4 is queued: it can't resume now.");
    expect(await told('/jobs/j4/retry')).toBe("409 ENC-JOB-011: Job j4 is queued: it can't retry now.");
    for (const action of ['pause', 'resume', 'cancel', 'retry']) {
      expect(await told(`/jobs/none/${action}`)).toBe('404 ENC-JOB-004: There is no job none.');
    }
    expect(refusal(await api.delete('/jobs/none'))).toBe('404 ENC-JOB-004: There is no job none.');
  });

  test('what is being published can’t be called off any more', async () => {
    const bench = await jobsBench();
    await bench.add('a.mkv');
    await plan(bench.queue);
    await finish(bench.queue, 'j1', 'audio', 'video-0000', 'package', 'validate');
    await lease(bench.queue, 'j1', 'publish');
    expect(refusal(await bench.api.delete('/jobs/j1'))).toBe(
      "409 ENC-JOB-011: Job j1 is publishing: it can't cancel now.",
    );
  });

  test('a retry keeps what was finished, or begins anew', async () => {
    const bench = await jobsBench();
    await bench.add('a.mkv');
    await plan(bench.queue);
    await finish(bench.queue, 'j1', 'audio');
    await failNow(bench, 'j1');
    expect((await bench.api.post('/jobs/j1/retry')).body).toMatchObject({ state: 'encoding', error: null });
    expect(await tasksOf(bench, 'j1')).toContain('audio completed');
    await failNow(bench, 'j1');
    expect((await bench.api.post('/jobs/j1/retry', { what: 'whole' })).body).toMatchObject({ state: 'queued' });
    expect(await tasksOf(bench, 'j1')).toEqual([]);
    expect((await bench.api.post('/jobs/j1/retry', { what: 'more' })).problem?.code).toBe('ENC-SYS-007');
  });

  test('a retry of a cancelled job begins anew: nothing of it stayed', async () => {
    const bench = await jobsBench();
    await bench.add('a.mkv');
    await plan(bench.queue);
    await finish(bench.queue, 'j1', 'audio');
    await bench.api.post('/jobs/j1/cancel');
    expect((await bench.api.post('/jobs/j1/retry')).body).toMatchObject({ state: 'queued', progress: 0 });
    expect(await tasksOf(bench, 'j1')).toEqual([]);
  });

  test('a retry is refused while another job does the same, and names it', async () => {
    const bench = await jobsBench();
    await bench.add('a.mkv');
    await bench.api.post('/jobs/j1/cancel');
    await bench.add('a.mkv');
    expect(refusal(await bench.api.post('/jobs/j1/retry'))).toBe(
      '409 ENC-JOB-010: Job j2 does the same by now: wait for it, or cancel it first.',
    );
  });

  test('many at once: each is done, or says why not', async () => {
    const bench = await jobsBench();
    for (const name of ['a', 'b', 'c']) await bench.add(name);
    await bench.api.post('/jobs/j2/cancel');
    const answer = await bench.api.post('/jobs/bulk', { action: 'cancel', ids: ['j1', 'j2', 'none', 'j3'] });
    expect(answer.body).toEqual({
      done: ['j1', 'j3'],
      refused: [
        { id: 'j2', code: 'ENC-JOB-005', why: "Job j2 is cancelled: it can't cancel now." },
        { id: 'none', code: 'ENC-JOB-004', why: 'There is no job none.' },
      ],
    });
    expect((await bench.api.post('/jobs/bulk', { action: 'retry', ids: ['j3'] })).body).toEqual({
      done: ['j3'],
      refused: [],
    });
    for (const body of [
      { action: 'delete', ids: ['j1'] },
      { action: 'pause', ids: [] },
    ]) {
      expect((await bench.api.post('/jobs/bulk', body)).problem?.code).toBe('ENC-SYS-007');
    }
  });
});

describe('a job’s place in the queue', () => {
  test('changes with its priority, and to wherever it is put', async () => {
    const bench = await jobsBench();
    for (const name of ['a', 'b', 'c', 'd']) {
      await bench.add(name);
      bench.queue.clock.advance(1000);
    }
    expect((await bench.api.patch('/jobs/j3', { priority: 6 })).body).toMatchObject({ id: 'j3', priority: 6 });
    expect(await queueOf(bench)).toEqual(['j3', 'j1', 'j2', 'j4']);
    await bench.api.patch('/jobs/j4', { place: 'first' });
    await bench.api.patch('/jobs/j3', { place: 'last' });
    expect(await queueOf(bench)).toEqual(['j4', 'j1', 'j2', 'j3']);
    await bench.api.patch('/jobs/j4', { place: { after: 'j1' } });
    await bench.api.patch('/jobs/j3', { place: { before: 'j1' } });
    expect(await queueOf(bench)).toEqual(['j3', 'j1', 'j4', 'j2']);
    await bench.api.patch('/jobs/j2', { priority: 9, place: { before: 'j4' } });
    expect(await queueOf(bench)).toEqual(['j3', 'j1', 'j2', 'j4']);
  });

  test('between two neighbours there is always room', async () => {
    const bench = await jobsBench();
    for (const name of ['a', 'b', 'c']) await bench.add(name);
    for (let turn = 0; turn < 40; turn += 1) {
      await bench.api.patch('/jobs/j3', { place: { after: 'j1' } });
      expect(await queueOf(bench)).toEqual(['j1', 'j3', 'j2']);
      await bench.api.patch('/jobs/j2', { place: { after: 'j1' } });
      expect(await queueOf(bench)).toEqual(['j1', 'j2', 'j3']);
    }
  });

  test('is refused for what has ended, beside what is not there, and without a wish', async () => {
    const bench = await jobsBench();
    for (const name of ['a', 'b']) await bench.add(name);
    await bench.api.delete('/jobs/j2');
    const told = async (id: string, body: unknown) => refusal(await bench.api.patch(`/jobs/${id}`, body));
    expect(await told('j2', { place: 'first' })).toBe("409 ENC-JOB-005: Job j2 is cancelled: it can't move now.");
    expect(await told('j2', { priority: 3 })).toBe("409 ENC-JOB-005: Job j2 is cancelled: it can't move now.");
    expect(await told('none', { priority: 3 })).toBe('404 ENC-JOB-004: There is no job none.');
    expect(await told('j1', { priority: 9, place: { before: 'none' } })).toBe(
      '404 ENC-JOB-004: There is no job none to put it beside.',
    );
    // All or nothing.
    expect((await bench.api.get('/jobs/j1')).body).toMatchObject({ priority: 5 });
    expect(await told('j1', {})).toMatch(/^400 ENC-SYS-007: .*give priority or place/);
  });
});

describe('the list of jobs', () => {
  test('comes in pages that cursors join, in every order', async () => {
    const bench = await jobsBench();
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await bench.add(name);
      bench.queue.clock.advance(1000);
    }
    await bench.api.patch('/jobs/j2', { priority: 6 });
    expect(await allPages(bench, '')).toEqual(['j5', 'j4', 'j3', 'j2', 'j1']);
    expect(await allPages(bench, 'sort=createdAt')).toEqual(['j1', 'j2', 'j3', 'j4', 'j5']);
    expect(await allPages(bench, 'sort=queue')).toEqual(['j2', 'j1', 'j3', 'j4', 'j5']);
    expect(await allPages(bench, 'sort=updatedAt')).toEqual(['j1', 'j3', 'j4', 'j5', 'j2']);
    expect(await allPages(bench, 'sort=-updatedAt')).toEqual(['j2', 'j5', 'j4', 'j3', 'j1']);
  });

  test('begins anywhere by an offset, in every order and of several states, and goes on from there', async () => {
    const bench = await jobsBench();
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await bench.add(name);
      bench.queue.clock.advance(1000);
    }
    await bench.api.post('/jobs/j2/pause', {});
    const from = (query: string) => bench.api.get(`/jobs?limit=2&${query}`);
    expect(idsOf(await from('offset=0'))).toEqual(['j5', 'j4']);
    expect(idsOf(await from('offset=3'))).toEqual(['j2', 'j1']);
    expect(idsOf(await from('offset=1&sort=queue'))).toEqual(['j2', 'j3']);
    expect(idsOf(await from('offset=1&sort=queue&state=queued'))).toEqual(['j3', 'j4']);
    expect(idsOf(await from('offset=1&sort=queue&state=queued,paused'))).toEqual(['j2', 'j3']);
    expect((await from('offset=9&state=queued')).body).toEqual({ items: [], total: 4, nextCursor: null });
    const cursor = cursorOf(await from('offset=1&sort=queue'));
    expect(idsOf(await from(`sort=queue&cursor=${cursor}`))).toEqual(['j4', 'j5']);
  });

  test('a job that comes or goes between two pages neither hides another nor shows it twice', async () => {
    const bench = await jobsBench();
    for (const name of ['a', 'b', 'c', 'd']) {
      await bench.add(name);
      bench.queue.clock.advance(1000);
    }
    const first = await bench.api.get('/jobs?limit=2');
    await bench.add('e');
    await bench.queue.db.deleteFrom('job').where('id', '=', 'j3').execute();
    expect(idsOf(first)).toEqual(['j4', 'j3']);
    expect(idsOf(await bench.api.get(`/jobs?limit=2&cursor=${cursorOf(first)}`))).toEqual(['j2', 'j1']);
  });

  test('is narrowed by state, profile, batch, time and a part of the name', async () => {
    const bench = await jobsBench();
    const { api, queue } = bench;
    await queue.db
      .insertInto('batch')
      .values({ id: 'b1', name: 'drop', createdBy: null, createdAtMs: queue.clock.nowMs() })
      .execute();
    await bench.add('Alien 100%.mkv');
    queue.clock.advance(hourMs);
    await bench.add('Aliens.mkv', { profile: 'mp4-1080p', batchId: 'b1' });
    queue.clock.advance(hourMs);
    await bench.add('Brazil_1985.mkv');
    await api.post('/jobs/j1/cancel');
    await api.post('/jobs/j2/pause');
    const found = async (query: string) => idsOf(await api.get(`/jobs?${query}`));
    expect(await found('state=cancelled')).toEqual(['j1']);
    expect(await found('state=paused,queued')).toEqual(['j3', 'j2']);
    expect(await found('profile=mp4-1080p')).toEqual(['j2']);
    expect(await found('batchId=b1')).toEqual(['j2']);
    expect(await found('createdAfter=2026-01-31T13:00:00Z')).toEqual(['j3', 'j2']);
    expect(await found('createdBefore=2026-01-31T13:00:00Z')).toEqual(['j1']);
    expect(await found('search=alien')).toEqual(['j2', 'j1']);
    expect(await found('search=100%25')).toEqual(['j1']);
    expect(await found('search=l_1')).toEqual(['j3']);
    expect(await found('search=s_mkv')).toEqual([]);
    // Narrowed by the batch too: the folder's random name may have these two letters.
    expect(await found('search=j2&batchId=b1')).toEqual(['j2']);
    expect(await found('search=alien&state=paused')).toEqual(['j2']);
  });

  test('counts what a search finds up to ten thousand, and gives all of it', async () => {
    const { api, queue } = await jobsBench();
    await fillQueue(queue.store, { queued: 10_010, working: 0, done: 0 });
    const totalOf = async (query: string) => jobList.parse((await api.get(`/jobs?${query}`)).body).total;
    expect(await totalOf('limit=1')).toBe(10_010);
    expect(await totalOf('limit=1&search=1080p')).toBe(10_000);
    expect(await totalOf('limit=1&search=Show%20399')).toBe(25);
    const last = 'offset=10000&limit=200&sort=createdAt&search=1080p';
    expect(idsOf(await api.get(`/jobs?${last}`))).toHaveLength(9);
  });

  test('refuses filters, orders and cursors that there are not', async () => {
    const { api } = await jobsBench();
    const wrong = [
      'state=done',
      'sort=size',
      'cursor=abc',
      'limit=0',
      'limit=201',
      'offset=-1',
      'colour=red',
      'search=',
    ];
    const codes = await Promise.all(wrong.map(async (query) => (await api.get(`/jobs?${query}`)).problem?.code));
    expect(codes).toEqual(wrong.map(() => 'ENC-SYS-007'));
  });

  test('a cursor goes on only in the list that gave it', async () => {
    const bench = await jobsBench();
    for (const name of ['a', 'b']) await bench.add(name);
    const cursor = cursorOf(await bench.api.get('/jobs?limit=1'));
    expect((await bench.api.get(`/jobs?limit=1&state=queued&cursor=${cursor}`)).problem?.code).toBe('ENC-SYS-007');
    expect((await bench.api.get(`/tasks?limit=1&cursor=${cursor}`)).problem?.code).toBe('ENC-SYS-007');
  });
});

describe('what a job consists of', () => {
  test('its tasks, all and by state and type, each by itself, and those of all jobs', async () => {
    const bench = await jobsBench();
    await bench.add('a');
    await plan(bench.queue);
    await finish(bench.queue, 'j1', 'audio');
    await lease(bench.queue, 'j1', 'video-0000');
    const { api } = bench;
    expect(await tasksOf(bench, 'j1')).toEqual([
      'audio completed',
      'package blocked',
      'publish blocked',
      'validate blocked',
      'video-0000 leased',
    ]);
    expect(await tasksOf(bench, 'j1', '?state=blocked&type=package')).toEqual(['package blocked']);
    expect((await api.get('/tasks/j1.video-0000')).body).toEqual({
      ...{ id: 'j1.video-0000', jobId: 'j1', key: 'video-0000', type: 'video', state: 'leased' },
      ...{ twinNodeId: null, chunk: null, renditions: [] },
      ...{ nodeId: 'node-a', attempt: 1, failures: 0, progress: 0, fps: null, speed: null, error: null },
      ...{ startedAt: '2026-01-31T12:00:00.000Z', finishedAt: null },
    });
    expect((await api.get('/tasks?nodeId=node-a')).body).toMatchObject({ total: 2 });
    expect((await api.get('/tasks?jobId=j1&limit=2')).body).toMatchObject({ total: 5 });
    expect(refusal(await api.get('/tasks/none'))).toBe('404 ENC-SYS-006: There is no task none.');
  });

  test('its timeline, in the order in which it happened even when the clock was put back', async () => {
    const bench = await jobsBench();
    await bench.add('a');
    bench.queue.clock.advance(-hourMs);
    await bench.api.post('/jobs/j1/pause');
    await bench.api.post('/jobs/j1/cancel');
    const first = await bench.api.get('/jobs/j1/events?limit=2');
    expect(first.body).toMatchObject({
      total: 3,
      items: [
        { jobId: 'j1', kind: 'created', from: null, to: 'queued', at: '2026-01-31T12:00:00.000Z' },
        { jobId: 'j1', kind: 'state', from: 'queued', to: 'paused', at: '2026-01-31T11:00:00.000Z' },
      ],
    });
    const rest = await bench.api.get(`/jobs/j1/events?limit=2&cursor=${cursorOf(first)}`);
    expect(rest.body).toMatchObject({
      items: [{ from: 'paused', to: 'cancelled', message: 'cancelled by Ada' }],
      nextCursor: null,
    });
  });

  test('its plan, once it was made', async () => {
    const bench = await jobsBench();
    await bench.add('a');
    expect((await bench.api.get('/jobs/j1/plan')).body).toEqual({ plan: null });
    await plan(bench.queue);
    expect((await bench.api.get('/jobs/j1/plan')).body).toMatchObject({ plan: { profile: { name: 'draft' } } });
  });

  test('its log, without a line that a crash cut off', async () => {
    const bench = await jobsBench();
    await bench.add('a');
    const none = { lines: [], startByte: 0, endByte: 0, sizeBytes: 0 };
    expect((await bench.api.get('/jobs/j1/log')).body).toEqual(none);
    await bench.writeLog('j1', '{"message":"begun"}\n{"message":"ended"}\n{"mess');
    const lines = [{ message: 'begun' }, { message: 'ended' }];
    expect((await bench.api.get('/jobs/j1/log')).body).toEqual({ lines, startByte: 0, endByte: 40, sizeBytes: 46 });
    expect((await bench.api.get('/jobs/j1/log?before=20&after=0')).status).toBe(400);
  });

  test('a long log in parts, from its end to its beginning and from its beginning to its end', async () => {
    const bench = await jobsBench();
    await bench.add('a');
    // 5 MB, with characters of several bytes, and one line that is longer than a part.
    const said = Array.from({ length: 50_000 }, (_, i) => `${i}: ${'ß'.repeat(i % 90)}`);
    const rows = said.map((message) => JSON.stringify({ message }));
    await bench.writeLog(
      'j1',
      [...rows.slice(0, 20_000), JSON.stringify('x'.repeat(3_000_000)), ...rows.slice(20_000), ''].join('\n'),
    );
    const part = z.strictObject({
      lines: z.array(z.object({ message: z.string() })),
      startByte: z.number(),
      endByte: z.number(),
      sizeBytes: z.number(),
    });
    const ask = async (query: string) => part.parse((await bench.api.get(`/jobs/j1/log${query}`)).body);
    const backwards: string[] = [];
    let most = 0;
    for (let found = await ask(''); ; found = await ask(`?before=${found.startByte}`)) {
      backwards.unshift(...found.lines.map(({ message }) => message));
      most = Math.max(most, found.endByte - found.startByte);
      if (found.startByte === 0) break;
    }
    expect(most).toBeLessThanOrEqual(1_048_576);
    expect(backwards).toEqual(said);
    const forwards: string[] = [];
    for (let found = await ask('?after=0'); ; found = await ask(`?after=${found.endByte}`)) {
      forwards.push(...found.lines.map(({ message }) => message));
      if (found.endByte === found.sizeBytes) break;
    }
    expect(forwards).toEqual(said);
  });

  test('nothing of a job that there is not', async () => {
    const { api } = await jobsBench();
    for (const part of ['', '/tasks', '/events', '/plan', '/log']) {
      expect(refusal(await api.get(`/jobs/none${part}`))).toBe('404 ENC-JOB-004: There is no job none.');
    }
  });

  test('why it waits', async () => {
    const bench = await jobsBench();
    for (const name of ['a', 'b', 'c']) {
      await bench.add(name);
      bench.queue.clock.advance(1000);
    }
    await plan(bench.queue);
    const waiting = async (id: string) => (await bench.api.get(`/jobs/${id}`)).body;
    expect(await waiting('j1')).toMatchObject({
      waiting: [{ nodeId: null, code: 'no-node', message: 'No node is connected.' }],
    });
    expect(await waiting('j3')).toMatchObject({
      waiting: [{ nodeId: null, code: 'behind-others', message: '1 film is being worked on, and 1 job goes first.' }],
    });
  });
});

async function failNow({ queue, api }: JobsBench, id: string): Promise<void> {
  await failJob(queue, id, { code: 'bad-input', message: 'no picture' });
  expect((await api.get(`/jobs/${id}`)).body).toMatchObject({ state: 'failed' });
}

/** As a user that owns nothing; where the tests don't run as root they are one already. */
async function withoutRights<T>({ queue }: JobsBench, work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  await chmod(queue.dataDir, 0o777);
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

async function queueOf({ api }: JobsBench): Promise<string[]> {
  return idsOf(await api.get('/jobs?sort=queue&state=queued'));
}

async function tasksOf({ api }: JobsBench, id: string, query = ''): Promise<string[]> {
  return itemsOf(await api.get(`/jobs/${id}/tasks${query}`)).map(({ key, state }) => `${String(key)} ${String(state)}`);
}

async function allPages({ api }: JobsBench, query: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const answer: ApiAnswer = await api.get(`/jobs?limit=2&${query}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    expect(answer.body).toMatchObject({ total: 5 });
    ids.push(...idsOf(answer));
    cursor = cursorOf(answer);
  }
  return ids;
}

function idsOf(answer: ApiAnswer): string[] {
  return itemsOf(answer).map(({ id }) => String(id));
}

function itemsOf({ body }: ApiAnswer): Record<string, unknown>[] {
  return anyList.parse(body).items;
}

function cursorOf({ body }: ApiAnswer): string | null {
  return anyList.parse(body).nextCursor;
}

const anyList = z.object({ items: z.array(z.record(z.string(), z.unknown())), nextCursor: z.string().nullable() });
