import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { io as connectTo, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { allowHandshake } from '#main/api/allow-handshake.ts';
import type { Authenticate } from '#main/api/authentication.ts';
import { type LiveNews, openLive } from '#main/api/live.ts';
import { crewChanges } from '#main/fleet/crew-changes.ts';
import { newCrew } from '#main/fleet/crew.ts';
import { eventsAfter } from '#main/fleet/job-news.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { cancelJob, pauseJob, resumeJob } from '#main/queue/steer-job.ts';
import type { JobEvent } from '#shared/model/job.ts';
import type { LiveNodes, LiveProgress, LiveToClient, LiveToServer } from '#shared/protocol/live.ts';
import { aCrewMember } from '#tests/helpers/a-crew-member.ts';
import { add, aQueue, lease, planned, type TestQueue } from '#tests/helpers/a-queue.ts';
import { listenOnLoopback } from '#tests/helpers/listen-on-loopback.ts';
import { viewer } from '#tests/helpers/serve-api.ts';
import { tcpRelay } from '#tests/helpers/tcp-relay.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';

type Line = Socket<LiveToClient, LiveToServer>;

type Client = {
  line: Line;
  events: JobEvent[];
  progress: LiveProgress[];
  follow: (room: string, set?: { since?: number; progressMs?: number }) => ReturnType<Line['emitWithAck']>;
};

type Bench = {
  queue: TestQueue;
  live: LiveNews;
  io: Server;
  port: number;
  /** `how` says who asks and by which line; a viewer's token when left out. */
  connect: (how?: Partial<ManagerOptions & SocketOptions> & { url?: string }) => Client;
  /** Tells what happened since the last time. */
  tell: () => Promise<void>;
};

async function liveBench(): Promise<Bench> {
  const queue = await aQueue();
  const http = createServer();
  const io = new Server(http, { serveClient: false, allowRequest: allowHandshake(() => ['https://films.example']) });
  const authenticate: Authenticate = async ({ headers }) => {
    if (headers.authorization === 'Bearer boom') throw new Error('the database is gone');
    if (headers.authorization === 'Bearer good') return { ok: true, actor: viewer, csrfMatches: null };
    if (headers.authorization === undefined) return { ok: true, actor: null, csrfMatches: null };
    return { ok: false, code: 'ENC-AUTH-001', details: 'this token is not known' };
  };
  const live = openLive(io, { db: queue.db, clock: queue.clock, log: silentLogger, authenticate });
  const port = await listenOnLoopback(http);
  onTestFinished(async () => {
    live.close();
    await io.close();
  });
  let told = 0;
  return {
    ...{ queue, live, io, port },
    connect: (wish = {}) => {
      const { url = `http://127.0.0.1:${port}`, ...how } = wish;
      const plain = { auth: { token: 'good' }, transports: ['websocket'], reconnection: false, forceNew: true };
      const line: Line = connectTo(`${url}/live`, { ...plain, ...how });
      onTestFinished(() => void line.disconnect());
      const events: JobEvent[] = [];
      const progress: LiveProgress[] = [];
      line.on('event', (event) => events.push(event));
      line.on('progress', (news) => progress.push(news));
      const follow: Client['follow'] = (room, set = {}) => line.timeout(5_000).emitWithAck('follow', { room, ...set });
      return { line, events, progress, follow };
    },
    tell: async () => {
      const rows = await eventsAfter(queue, told);
      told = rows.at(-1)?.id ?? told;
      live.events(rows);
    },
  };
}

const short = ({ jobId, taskKey, from, to }: JobEvent) => `${taskKey ?? jobId}: ${from} > ${to}`;

/** What everybody was told before this has arrived. */
async function settled(...clients: readonly Client[]): Promise<void> {
  await Promise.all(clients.map(({ follow }) => follow('job:none')));
}

describe('a live line', () => {
  test('is open to a viewer, by a token in its handshake or in its header', async () => {
    const { connect } = await liveBench();
    const byHeader = connect({ auth: {}, extraHeaders: { authorization: 'Bearer good' } });
    for (const client of [connect(), byHeader]) {
      expect(await client.follow('dashboard')).toEqual({ ok: true, missed: [], isGap: false, latest: 0 });
    }
  });

  test('is refused without a token, with one that is not known, and while nobody can tell', async () => {
    const { connect } = await liveBench();
    expect(await refusalOf(connect({ auth: {} }))).toBe('sign in, or give an API token as auth.token');
    expect(await refusalOf(connect({ auth: { token: 'guessed' } }))).toBe('this token is not known');
    expect(await refusalOf(connect({ auth: { token: 'boom' } }))).toBe('the server could not find out who asks');
  });

  test('is refused to pages of another origin, and open to our own and allowed ones', async () => {
    const { connect, port } = await liveBench();
    const from = (origin: string) => connect({ extraHeaders: { origin } });
    expect(await refusalOf(from('https://evil.example'))).toBe('websocket error');
    expect(await from(`http://127.0.0.1:${port}`).follow('dashboard')).toMatchObject({ ok: true });
    expect(await from('https://films.example').follow('dashboard')).toMatchObject({ ok: true });
    expect(await refusalOf(connect({ extraHeaders: { host: 'evil.example' } }))).toBe('websocket error');
  });

  test('survives words without sense', async () => {
    const { connect } = await liveBench();
    const client = connect();
    const untyped: Socket = client.line;
    for (const event of ['follow', 'unfollow']) {
      for (const words of [[], [null], [{}], [{ room: 7 }], ['x', 'y'], [{ room: 'dashboard' }]]) {
        untyped.emit(event, ...words);
      }
    }
    expect(await client.follow('dashboard')).toMatchObject({ ok: true });
  });

  test('comes back by itself after the server ended', async () => {
    const { connect, io, live } = await liveBench();
    const client = connect();
    await client.follow('dashboard');
    const ended = new Promise((resolve) => client.line.once('disconnect', resolve));
    live.close();
    await io.close();
    // Socket.IO opens a line anew that broke, but not one that the server hung up.
    expect(await ended).toBe('transport close');
  });
});

describe('a room', () => {
  test('tells what is its own, once, and nothing after one has left it', async () => {
    const { queue, connect, tell } = await liveBench();
    const [dashboard, ofJob, ofNode, all] = [connect(), connect(), connect(), connect()];
    await dashboard.follow('dashboard');
    await ofJob.follow('job:a');
    await ofNode.follow('node:node-b');
    for (const room of ['dashboard', 'job:a', 'job:b', 'node:node-a', 'node:node-b']) await all.follow(room);
    await planned(queue, 'a');
    await planned(queue, 'b');
    await lease(queue, 'a', 'audio', 'node-a');
    await lease(queue, 'b', 'audio', 'node-b');
    await tell();
    await settled(dashboard, ofJob, ofNode, all);
    const states = ['null > queued', 'queued > probing', 'probing > encoding'];
    const [a, b] = ['a', 'b'].map((id) => states.map((state) => `${id}: ${state}`));
    const expected = [...(a ?? []), ...(b ?? [])];
    expect(dashboard.events.map(short)).toEqual(expected);
    expect(ofJob.events.map(short)).toEqual([...(a ?? []), 'audio: ready > leased']);
    expect(ofNode.events.map(({ jobId, nodeId, to }) => [jobId, nodeId, to])).toEqual([['b', 'node-b', 'leased']]);
    expect(all.events.map(short)).toEqual([...expected, 'audio: ready > leased', 'audio: ready > leased']);
    expect(all.events[0]).toEqual({
      ...{ id: 1, jobId: 'a', taskKey: null, kind: 'created', from: null, to: 'queued', nodeId: null, message: null },
      at: '2026-01-31T12:00:00.000Z',
    });
    ofJob.line.emit('unfollow', { room: 'job:a' });
    await settled(ofJob);
    await cancelJob(queue, 'a', 'Ada');
    await tell();
    await settled(ofJob, dashboard);
    expect(ofJob.events).toHaveLength(4);
    expect(dashboard.events.at(-1)).toMatchObject({ to: 'cancelled', message: 'cancelled by Ada' });
  });

  test('that there is not is refused, and so are more than fifty', async () => {
    const { connect } = await liveBench();
    const client = connect();
    for (const room of ['kitchen', 'job:', 'job:a b', 'node:../x']) {
      expect(await client.follow(room)).toMatchObject({ ok: false, message: expect.stringContaining('dashboard') });
    }
    expect(await client.follow('dashboard', { progressMs: 100 })).toMatchObject({ ok: false });
    expect(await client.follow('dashboard', { since: -1 })).toMatchObject({ ok: false });
    for (let i = 0; i < 50; i += 1) expect(await client.follow(`job:${i}`)).toMatchObject({ ok: true });
    expect(await client.follow('job:50')).toEqual({ ok: false, message: 'no more than 50 rooms' });
    expect(await client.follow('job:49')).toMatchObject({ ok: true });
  });
});

describe('a client that comes back', () => {
  test('is told what it missed, of its room, and goes on from there', async () => {
    const { queue, connect, tell } = await liveBench();
    const first = connect();
    await add(queue, 'a');
    await add(queue, 'b');
    expect(await first.follow('job:a')).toEqual({ ok: true, missed: [], isGap: false, latest: 2 });
    first.line.disconnect();
    await pauseJob(queue, 'a');
    await pauseJob(queue, 'b');
    await resumeJob(queue, 'a');
    await tell();
    const second = connect();
    const followed = await second.follow('job:a', { since: 2 });
    expect(followed).toMatchObject({ ok: true, isGap: false, latest: 5 });
    expect(followed.missed.map(short)).toEqual(['a: queued > paused', 'a: paused > queued']);
    expect((await second.follow('dashboard', { since: 2 })).missed.map(short)).toEqual([
      ...['a: queued > paused', 'b: queued > paused', 'a: paused > queued'],
    ]);
    await cancelJob(queue, 'a', null);
    await tell();
    await settled(second);
    expect(second.events.map(short)).toEqual(['a: queued > cancelled']);
    expect(await second.follow('job:a', { since: 6 })).toMatchObject({ missed: [], isGap: false, latest: 6 });
  });

  test('is told its node’s events, and its dashboard’s without tasks', async () => {
    const { queue, connect } = await liveBench();
    await planned(queue, 'a');
    await lease(queue, 'a', 'audio', 'node-a');
    const client = connect();
    expect((await client.follow('node:node-a', { since: 0 })).missed.map(short)).toEqual(['audio: ready > leased']);
    expect((await client.follow('dashboard', { since: 0 })).missed.map(short)).not.toContain('audio: ready > leased');
  });

  test('is told to read anew where it missed more than can be told', async () => {
    const { queue, connect } = await liveBench();
    await add(queue, 'a');
    const note = { jobId: 'a', kind: 'note', message: 'again', atMs: queue.clock.nowMs() };
    await queue.db
      .insertInto('jobEvent')
      .values(Array.from({ length: 501 }, () => note))
      .execute();
    const client = connect();
    expect(await client.follow('job:a', { since: 1 })).toEqual({ ok: true, missed: [], isGap: true, latest: 502 });
    expect((await client.follow('job:a', { since: 2 })).missed).toHaveLength(500);
  });

  test('is told to read anew where it knows more than the server, which was set back to a backup', async () => {
    const { queue, connect } = await liveBench();
    await add(queue, 'a');
    expect(await connect().follow('job:a', { since: 7 })).toEqual({ ok: true, missed: [], isGap: true, latest: 1 });
  });
});

describe('progress', () => {
  const jobNews = (progress: number) => ({ id: 'a', progress, fps: 24, speed: 1, etaSec: 60 });
  const taskNews = (progress: number) => ({
    ...{ id: 'a.video-0000', jobId: 'a', nodeId: 'node-a', progress, fps: 24, speed: 1 },
  });

  test('comes at the asked pace, the newest of each, to whom it concerns', async () => {
    const { queue, live, connect } = await liveBench();
    const [dashboard, ofJob, ofNode, other] = [connect(), connect(), connect(), connect()];
    await dashboard.follow('dashboard');
    await ofJob.follow('job:a', { progressMs: 200 });
    await ofNode.follow('node:node-a');
    await other.follow('job:b');
    live.progress({ jobs: [jobNews(0.1)], tasks: [taskNews(0.2)] });
    live.progress({ jobs: [jobNews(0.2)], tasks: [taskNews(0.4)] });
    queue.clock.advance(200);
    await waitUntil('the quick one has it', () => ofJob.progress.length === 1);
    await settled(dashboard, ofNode);
    expect([dashboard.progress, ofNode.progress]).toEqual([[], []]);
    queue.clock.advance(800);
    await waitUntil('all have it', () => dashboard.progress.length + ofNode.progress.length === 2);
    expect(ofJob.progress).toEqual([{ jobs: [jobNews(0.2)], tasks: [taskNews(0.4)] }]);
    expect(dashboard.progress).toEqual([{ jobs: [jobNews(0.2)], tasks: [] }]);
    expect(ofNode.progress).toEqual([{ jobs: [], tasks: [taskNews(0.4)] }]);
    await settled(other);
    expect(other.progress).toEqual([]);
    // Without news nothing is sent, and nothing waits.
    expect(queue.clock.pendingMs()).toEqual([]);
  });

  test('ends with the room that it was for', async () => {
    const { queue, live, connect } = await liveBench();
    const client = connect();
    await client.follow('dashboard');
    live.progress({ jobs: [jobNews(0.1)], tasks: [] });
    client.line.emit('unfollow', { room: 'dashboard' });
    await client.follow('job:b');
    queue.clock.advance(5_000);
    await settled(client);
    expect(client.progress).toEqual([]);
  });

  test('slows down on a line that can’t keep up, and comes whole when it can again', async () => {
    const { queue, live, connect, port } = await liveBench();
    await add(queue, 'a');
    const relay = await tcpRelay(port);
    const client = connect({ url: relay.url });
    await client.follow('job:a');
    relay.hold();
    const [row] = await eventsAfter(queue, 0);
    if (row === undefined) throw new Error('nothing happened');
    for (let i = 0; i < 24; i += 1) live.events([{ ...row, message: 'x'.repeat(2 ** 20) }]);
    const paces: number[] = [];
    for (const progress of [0.1, 0.2, 0.3, 0.4]) {
      live.progress({ jobs: [jobNews(progress)], tasks: [] });
      const [waitMs = 0] = queue.clock.pendingMs();
      paces.push(waitMs);
      // What the kernel takes, it takes at once.
      await new Promise((resolve) => setImmediate(resolve));
      queue.clock.advance(waitMs);
    }
    expect(paces).toEqual([1_000, 2_000, 4_000, 5_000]);
    relay.release();
    await waitUntil('the line is free', () => client.events.length === 24);
    await settled(client);
    expect(client.progress).toEqual([]);
    queue.clock.advance(5_000);
    await waitUntil('progress has come', () => client.progress.length === 1);
    expect(client.progress).toEqual([{ jobs: [jobNews(0.4)], tasks: [] }]);
    live.progress({ jobs: [jobNews(0.5)], tasks: [] });
    expect(queue.clock.pendingMs()).toEqual([1_000]);
  });
});

function refusalOf({ line }: Client): Promise<string> {
  return new Promise((resolve) => {
    line.once('connect_error', ({ message }) => resolve(message));
    line.once('connect', () => resolve('it was let in'));
  });
}

test('who came, left or stands otherwise is told to dashboards and to the followers of that node, once', async () => {
  const { live, connect } = await liveBench();
  const crew = newCrew();
  const changes = crewChanges(crew);
  const [dashboard, both, other] = [connect(), connect(), connect()];
  await Promise.all([
    ...[dashboard.follow('dashboard'), both.follow('dashboard'), both.follow('node:attic')],
    other.follow('node:cellar'),
  ]);
  const heard = [dashboard, both, other].map(({ line }) => {
    const news: LiveNodes[] = [];
    line.on('nodes', (one) => news.push(one));
    return news;
  });
  const attic = aCrewMember('attic');
  crew.join(attic);
  crew.join(aCrewMember('cellar'));
  live.nodes(changes());
  live.nodes(changes());
  attic.offer = { ...attic.offer, busy: 'it runs on battery' };
  live.nodes(changes());
  attic.draining = true;
  live.nodes(changes());
  crew.leave(attic);
  live.nodes(changes());
  const all = [{ nodeIds: ['attic', 'cellar'] }, ...Array.from({ length: 3 }, () => ({ nodeIds: ['attic'] }))];
  await waitUntil('all have heard', () => heard.every((news, i) => news.length >= (i === 2 ? 1 : 4)));
  expect(heard).toEqual([all, all, [{ nodeIds: ['cellar'] }]]);
});
