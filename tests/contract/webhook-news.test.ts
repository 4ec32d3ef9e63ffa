import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { enqueueDeliveries } from '#main/webhooks/enqueue-deliveries.ts';
import { webhookPayload } from '#shared/protocol/webhooks.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { benchSecret, type WebhookBench, webhookBench } from '#tests/helpers/webhook-bench.ts';
import { type WebhookReceiver, webhookReceiver } from '#tests/helpers/webhook-receiver.ts';

let bench: WebhookBench;
let receiver: WebhookReceiver;
const never = new AbortController().signal;
beforeEach(async () => {
  bench = await webhookBench();
  receiver = await webhookReceiver(benchSecret);
});

const enqueue = (): Promise<number> => enqueueDeliveries(bench.deps.db, bench.clock, never);
const toldEvents = () => receiver.received.map(({ path, event }) => `${path} ${event}`);
const log = () =>
  bench.deps.db.selectFrom('webhookDelivery').select(['webhookId', 'eventType']).orderBy(sql`rowid`).execute();

describe('what is told', () => {
  test('a job that was done is told of from its beginning to its end, each time as it was then', async () => {
    await bench.addHook('h1', `${receiver.url}/hook?a=b`);
    const folder = await temporaryFolder();
    const output = join(folder, 'Film', 'Film.m3u8');
    await mkdir(join(folder, 'Film'));
    await writeFile(join(folder, 'Film', 'Film.encrew.json'), certificateOf([700, 42]));
    await bench.addJob('j1');
    bench.clock.advance(1_000);
    await bench.moveJob('j1', 'probing');
    await bench.moveJob('j1', 'encoding');
    bench.clock.advance(1_000);
    await bench.moveJob('j1', 'packaging');
    await bench.moveJob('j1', 'encoding');
    for (const state of ['packaging', 'validating', 'publishing'] as const) await bench.moveJob('j1', state);
    await bench.moveJob('j1', 'completed', { set: { output, progress: 1 } });
    // News is read only now: what was told of the beginning has to be that of the beginning.
    bench.clock.advance(500);
    expect(await bench.start().quiet()).toBeNull();

    const bodies = receiver.received.map(({ body }) => webhookPayload.parse(JSON.parse(body)));
    const data = {
      job_id: 'j1',
      profile: 'hls-universal',
      input: '/films/j1.mkv',
      output: null,
      error: null,
      batch_id: null,
      created_at: '2026-01-31T12:00:00.000Z',
      finished_at: null,
      outputs: [],
    };
    expect(bodies).toEqual([
      {
        event_id: expect.any(String),
        event_type: 'job.created',
        timestamp: '2026-01-31T12:00:00.000Z',
        data: { ...data, status: 'queued' },
      },
      {
        event_id: expect.any(String),
        event_type: 'job.started',
        timestamp: '2026-01-31T12:00:01.000Z',
        data: { ...data, status: 'encoding' },
      },
      {
        event_id: expect.any(String),
        event_type: 'job.completed',
        timestamp: '2026-01-31T12:00:02.000Z',
        data: {
          ...data,
          status: 'completed',
          output,
          finished_at: '2026-01-31T12:00:02.000Z',
          outputs: [{ path: output, format: 'hls', size_bytes: 742 }],
        },
      },
    ]);
    expect(new Set(bodies.map(({ event_id }) => event_id)).size).toBe(3);
  });

  test('every request is signed and says what it is', async () => {
    await bench.addHook('h1', `${receiver.url}/hook?a=b`);
    await bench.addJob('j1');
    await bench.start().quiet();
    const [first] = receiver.received;
    expect(receiver.received).toEqual([
      {
        path: '/hook?a=b',
        event: 'job.created',
        deliveryId: expect.any(String),
        isSigned: true,
        headers: {
          host: `127.0.0.1:${receiver.port}`,
          'content-type': 'application/json',
          'content-length': String(first?.body.length),
          'accept-encoding': 'identity',
          connection: 'close',
          'user-agent': 'Encrew/1.2.3',
          'x-encrew-event': 'job.created',
          'x-encrew-delivery': first?.deliveryId,
          'x-encrew-timestamp': '1769860800',
          'x-encrew-signature': expect.stringMatching(/^t=1769860800,v1=[0-9a-f]{64}$/),
        },
        body: expect.any(String),
      },
    ]);
  });

  test('a job that fails is told of with its reason, also when it is tried again before that was read', async () => {
    await bench.addHook('h1', receiver.url);
    for (const id of ['j1', 'j2']) {
      await bench.addJob(id);
      const set = { errorCode: 'bad-input', errorMessage: 'the film is cut off' };
      await bench.moveJob(id, 'failed', { set, message: 'the film is cut off' });
    }
    await bench.moveJob('j2', 'queued', { set: { errorCode: null, errorMessage: null } });
    await bench.start().quiet();
    const failed = receiver.received.filter(({ event }) => event === 'job.failed');
    expect(failed.map(({ body }) => webhookPayload.parse(JSON.parse(body)).data)).toMatchObject([
      { job_id: 'j1', status: 'failed', error: { code: 'bad-input', message: 'the film is cut off' } },
      { job_id: 'j2', status: 'failed', error: { code: null, message: 'the film is cut off' } },
    ]);
  });

  test('each webhook hears what it wants, one that is switched off nothing, and the event is the same for all', async () => {
    await bench.addHook('h1', `${receiver.url}/all`);
    await bench.addHook('h2', `${receiver.url}/failed`, { events: ['job.failed', 'job.completed'] });
    await bench.addHook('h3', `${receiver.url}/off`, { enabled: false });
    await bench.addJob('j1');
    await bench.moveJob('j1', 'failed');
    await bench.addJob('j2');
    await bench.moveJob('j2', 'cancelled');
    await bench.start().quiet();
    expect(toldEvents().toSorted()).toEqual([
      '/all job.created',
      '/all job.created',
      '/all job.failed',
      '/failed job.failed',
    ]);
    const ends = receiver.received.filter(({ event }) => event === 'job.failed');
    expect(new Set(ends.map(({ body }) => body)).size).toBe(1);
    expect(new Set(ends.map(({ deliveryId }) => deliveryId)).size).toBe(2);
  });

  test('whoever comes later hears nothing of what was before', async () => {
    const { quiet } = bench.start();
    await bench.addJob('j1');
    await quiet();
    await bench.addHook('h1', receiver.url);
    await bench.addJob('j2');
    await quiet();
    expect(receiver.received.map(({ body }) => webhookPayload.parse(JSON.parse(body)).data)).toMatchObject([
      { job_id: 'j2' },
    ]);
  });
});

describe('exactly once', () => {
  test('reading again, or twice at the same moment, doubles nothing', async () => {
    await bench.addHook('h1', receiver.url);
    await bench.addJob('j1');
    await bench.moveJob('j1', 'probing');
    await bench.moveJob('j1', 'encoding');
    const added = await Promise.all([enqueue(), enqueue(), enqueue()]);
    expect(added.toSorted()).toEqual([0, 0, 2]);
    expect(await enqueue()).toBe(0);
    expect(await log()).toEqual([
      { webhookId: 'h1', eventType: 'job.created' },
      { webhookId: 'h1', eventType: 'job.started' },
    ]);
  });

  test('what breaks off in the middle leaves nothing behind, and nothing out the next time', async () => {
    const { db } = bench.deps;
    await bench.addHook('h1', receiver.url);
    await bench.addHook('h2', receiver.url);
    await bench.addJob('j1');
    await bench.addJob('j2');
    await sql`CREATE TRIGGER broken BEFORE INSERT ON webhookDelivery WHEN (SELECT count(*) FROM webhookDelivery) = 3
      BEGIN SELECT RAISE(ABORT, 'power cut'); END`.execute(db);
    await expect(enqueue()).rejects.toThrow('power cut');
    expect(await log()).toEqual([]);
    await sql`DROP TRIGGER broken`.execute(db);
    expect(await enqueue()).toBe(4);
    expect(await enqueue()).toBe(0);
  });

  test('more news than one batch holds is told in order, none left out', async () => {
    await bench.addHook('h1', receiver.url, { events: ['job.created', 'job.failed'] });
    await bench.addJob('j1');
    const rows = Array.from({ length: 1_203 }, (_, i) => ({
      jobId: 'j1',
      kind: i % 3 === 0 ? 'task' : 'state',
      toState: i % 3 === 1 ? 'failed' : 'queued',
      message: String(i),
      atMs: i,
    }));
    for (let i = 0; i < rows.length; i += 400)
      await bench.deps.db
        .insertInto('jobEvent')
        .values(rows.slice(i, i + 400))
        .execute();
    expect(await enqueue()).toBe(1 + 401);
    await bench.deps.db
      .insertInto('jobEvent')
      .values(rows.map((row) => ({ ...row, toState: 'failed' })).slice(0, 900))
      .execute();
    expect(await enqueue()).toBe(600);
    const { payloads } = await bench.deps.db
      .selectFrom('webhookDelivery')
      .select(({ fn }) => fn.count<number>('payloadJson').distinct().as('payloads'))
      .executeTakeFirstOrThrow();
    expect(payloads).toBe(1_002);
    expect(await enqueue()).toBe(0);
  });
});

function certificateOf(sizes: readonly number[]): string {
  return JSON.stringify({
    format: 1,
    createdAt: '2026-01-31T12:00:00.000Z',
    encrewVersion: '1.2.3',
    tools: {},
    source: null,
    profile: {},
    plan: {},
    streams: [],
    fonts: [],
    findings: [],
    files: sizes.map((sizeBytes, i) => ({ path: `video/${i}.m4s`, sizeBytes, sha256: '0'.repeat(64) })),
  });
}
