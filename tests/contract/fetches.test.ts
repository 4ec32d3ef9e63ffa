import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Actor } from '#main/api/route.ts';
import { demandFetched } from '#main/api/routes/upload-fetches.ts';
import { demandUploadPath, uploadRoutes } from '#main/api/routes/uploads.ts';
import { tusUploads } from '#main/api/tus.ts';
import type { Fetches, FetchOptions } from '#main/intake/fetch/fetches.ts';
import { keepUploads, type Uploads } from '#main/intake/uploads.ts';
import { openIdentity } from '#main/platform/identity.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { type FetchFault, type UploadView, uploadView } from '#shared/protocol/uploads.ts';
import { aQueue, type TestQueue } from '#tests/helpers/a-queue.ts';
import { benchFetches } from '#tests/helpers/bench-fetches.ts';
import { type FilmServer, filmServer, sendUntil, servesRanges } from '#tests/helpers/film-server.ts';
import { listenOnLoopback } from '#tests/helpers/listen-on-loopback.ts';
import { admin, type ApiAnswer, type ApiServer, operator, serveApi, viewer } from '#tests/helpers/serve-api.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';

type Bench = {
  queue: TestQueue;
  uploads: Uploads;
  fetches: () => Fetches;
  api: ApiServer;
  logged: string[];
  /** What is on the disk of films and of their addresses. */
  left: () => Promise<{ uploads: string[]; fetches: string[] }>;
  as: (actor: Actor) => void;
  /** Begins, and answers the id. */
  begin: (url: string, name?: string) => Promise<string>;
  view: (id: string) => Promise<UploadView>;
  ended: (id: string) => Promise<UploadView>;
  /** Lets the next try begin, however long it waits. */
  tryAgain: (delayMs: number) => Promise<void>;
  /** Ends the server, and starts one on the same folder. */
  restart: () => Promise<void>;
};

type BenchSet = Partial<FetchOptions> & { mostBytes?: number; freeBytes?: number };

async function aBench({ mostBytes = 2 ** 40, freeBytes = 2 ** 40, ...set }: BenchSet = {}): Promise<Bench> {
  const queue = await aQueue();
  const { db, clock, dataDir } = queue;
  const logged: string[] = [];
  const note = (fields: object, message: string): void => void logged.push(JSON.stringify({ ...fields, message }));
  const log = { ...silentLogger, info: note, warn: note, error: note };
  const running: { fetches: Fetches | null; api: ApiServer | null } = { fetches: null, api: null };
  let who: Actor = operator;
  const uploads = await keepUploads({
    ...{ db, clock, log, dataDir, mostBytes, space: async () => ({ freeBytes, totalBytes: 2 ** 41 }) },
    alsoComing: () => fetches().coming(),
  });
  const fetches = (): Fetches => {
    if (running.fetches === null) throw new Error('nothing is fetched yet');
    return running.fetches;
  };
  const api = (): ApiServer => {
    if (running.api === null) throw new Error('there is no server');
    return running.api;
  };
  const start = async (): Promise<void> => {
    running.fetches = await benchFetches({ uploads, clock, dataDir, log, ...set });
    const tus = tusUploads(dataDir, uploads);
    const routes = uploadRoutes({ db, uploads, fetches: running.fetches, tus });
    running.api = await serveApi(routes, { actor: () => who });
  };
  await start();
  const view = async (id: string): Promise<UploadView> => uploadView.parse((await api().get(`/uploads/${id}`)).body);
  return {
    ...{ queue, uploads, fetches, logged, view, api: api() },
    left: async () => ({
      uploads: await readdir(join(dataDir, 'uploads')),
      fetches: await readdir(join(dataDir, 'fetches')),
    }),
    as: (actor) => {
      who = actor;
    },
    begin: async (url, name) => {
      const answer = await api().post('/uploads/fetch', { url, ...(name === undefined ? {} : { name }) });
      expect([answer.status, answer.problem]).toEqual([202, null]);
      return uploadView.parse(answer.body).id;
    },
    ended: async (id) => {
      await waitUntil('the film has come, or never will', async () => (await view(id)).state !== 'receiving');
      return view(id);
    },
    tryAgain: async (delayMs) => {
      await waitUntil('it waits for its next try', () => clock.pendingMs().includes(delayMs));
      clock.advance(delayMs);
    },
    restart: async () => {
      await fetches().stop();
      await start();
    },
  };
}

const film = randomBytes(400_000);
const other = randomBytes(300_000);

async function readUpload({ queue }: Bench, { id, name }: UploadView): Promise<Buffer> {
  return readFile(join(queue.dataDir, 'uploads', id, name));
}

test('a film comes whole from its address, is told as it comes, and is an upload then', async () => {
  let goOn = (): void => {};
  const far = await filmServer((_request, response) => {
    response.writeHead(200, {
      'Content-Length': film.length,
      'Content-Type': 'text/html',
      'Content-Disposition': "attachment; filename*=UTF-8''T%C3%B4t%20a%2fb.mkv",
    });
    response.write(film.subarray(0, 100_000));
    goOn = () => response.end(film.subarray(100_000));
  });
  const bench = await aBench();
  const { queue, uploads } = bench;
  const id = await bench.begin(`${far.url}/get/film.mp4?key=secret#part`);
  await waitUntil('some of it is there', async () => (await bench.view(id)).receivedBytes === 100_000);
  const createdAt = new Date(queue.clock.nowMs()).toISOString();
  const halfway = {
    ...{ id, input: `upload:${id}`, name: 'b.mkv', state: 'receiving', sizeBytes: 400_000, receivedBytes: 100_000 },
    ...{ sha256: null, createdAt, finishedAt: null, expiresAt: '2026-02-07T12:00:00.000Z' },
    fetched: { from: `${far.url}/get/film.mp4`, fault: null },
  };
  expect(await bench.view(id)).toEqual(halfway);
  expect(() => demandFetched(bench.fetches(), id, operator)).toThrow('ENC-SYS-008');
  goOn();
  expect(await bench.ended(id)).toEqual({
    ...{ ...halfway, state: 'finished', receivedBytes: 400_000, finishedAt: createdAt, expiresAt: null, fetched: null },
  });
  demandFetched(bench.fetches(), id, operator);
  expect(await readFile(await demandUploadPath(uploads, id, operator))).toEqual(film);
  expect(await bench.left()).toEqual({ uploads: [id], fetches: [] });
  expect(bench.fetches().coming()).toEqual([]);
  expect(far.asked.map(({ headers }) => [headers['user-agent'], headers['accept-encoding']])).toEqual([
    ['Encrew/1.2.3', 'identity'],
  ]);
  expect(far.asked[0]?.url).toBe('/get/film.mp4?key=secret');
  expect(bench.logged.join('\n')).not.toContain('secret');
  expect((await bench.api.delete(`/uploads/${id}`)).status).toBe(204);
  expect(await bench.left()).toEqual({ uploads: [], fetches: [] });
});

/** Lets so much come, cuts the line, and lets it be seen that it is cut. */
async function cutAt({ view, queue }: Bench, far: FilmServer, id: string, bytes: number): Promise<void> {
  await waitUntil(`${bytes} bytes have come`, async () => (await view(id)).receivedBytes === bytes);
  far.cut();
  await waitUntil('it waits for its next try', () => queue.clock.pendingMs().includes(1_000));
}

test('a line that breaks off is picked up where it broke, as often as more comes', async () => {
  const far = await filmServer(servesRanges(film, '"one"', 100_000));
  const bench = await aBench();
  const id = await bench.begin(`${far.url}/film.mkv`);
  await cutAt(bench, far, id, 100_000);
  far.answer(servesRanges(film, '"one"', 250_000));
  await bench.tryAgain(1_000);
  await cutAt(bench, far, id, 250_000);
  far.answer(servesRanges(film, '"one"'));
  await bench.tryAgain(1_000);
  const ended = await bench.ended(id);
  expect(await readUpload(bench, ended)).toEqual(film);
  expect(far.asked.map(({ headers }) => [headers.range, headers['if-range']])).toEqual([
    [undefined, undefined],
    ['bytes=100000-', '"one"'],
    ['bytes=250000-', '"one"'],
  ]);
});

test('a film that was changed meanwhile, and one without parts, begin anew', async () => {
  const far = await filmServer(servesRanges(film, '"one"', 100_000));
  const bench = await aBench();
  const changed = await bench.begin(`${far.url}/film.mkv`);
  await cutAt(bench, far, changed, 100_000);
  far.answer(servesRanges(other, '"two"'));
  await bench.tryAgain(1_000);
  expect(await readUpload(bench, await bench.ended(changed))).toEqual(other);

  far.answer((_request, response) => {
    response.writeHead(200, { 'Content-Length': film.length });
    sendUntil(response, film, 100_000);
  });
  const plain = await bench.begin(`${far.url}/plain.mkv`);
  await cutAt(bench, far, plain, 100_000);
  far.answer((_request, response) => response.end(film));
  await bench.tryAgain(1_000);
  expect(await readUpload(bench, await bench.ended(plain))).toEqual(film);
  expect(far.asked.at(-1)?.headers.range).toBeUndefined();

  far.answer(servesRanges(film, '"one"', 100_000));
  const gone = await bench.begin(`${far.url}/film.mkv`);
  await cutAt(bench, far, gone, 100_000);
  far.answer((request, response) => {
    if (request.headers.range === undefined) response.end(other);
    else response.writeHead(416).end();
  });
  await bench.tryAgain(1_000);
  expect(await readUpload(bench, await bench.ended(gone))).toEqual(other);
});

test('a film whose length nobody says is there when its server says so', async () => {
  let goOn = (): void => {};
  const far = await filmServer((_request, response) => {
    response.write(film.subarray(0, 50_000));
    goOn = () => response.end(film.subarray(50_000));
  });
  const bench = await aBench();
  const id = await bench.begin(`${far.url}/film`, 'Mine: it.mkv');
  await waitUntil('some of it is there', async () => (await bench.view(id)).receivedBytes === 50_000);
  expect(await bench.view(id)).toMatchObject({ sizeBytes: null, name: 'Mine_ it.mkv' });
  goOn();
  const ended = await bench.ended(id);
  expect(ended).toMatchObject({ state: 'finished', sizeBytes: 400_000, receivedBytes: 400_000 });
  expect(await readUpload(bench, ended)).toEqual(film);
});

test('a restart of the server goes on with what was there', async () => {
  const far = await filmServer((request, response) => {
    if (request.headers.range !== undefined) {
      servesRanges(film, '"one"')(request, response);
      return;
    }
    response.writeHead(200, { 'Content-Length': film.length, ETag: '"one"' });
    response.write(film.subarray(0, 150_000));
  });
  const bench = await aBench();
  const id = await bench.begin(`${far.url}/film.mkv?key=secret`);
  await waitUntil('some of it is there', async () => (await bench.view(id)).receivedBytes === 150_000);
  await bench.restart();
  const ended = await bench.ended(id);
  expect(await readUpload(bench, ended)).toEqual(film);
  expect(far.asked.map(({ headers, url }) => [url, headers.range])).toEqual([
    ['/film.mkv?key=secret', undefined],
    ['/film.mkv?key=secret', 'bytes=150000-'],
  ]);
  await bench.restart();
  expect(await bench.left()).toEqual({ uploads: [id], fetches: [] });
});

test('whoever cancels ends the line, and nothing is left', async () => {
  let closed = false;
  const far = await filmServer((_request, response) => {
    response.on('close', () => {
      closed = true;
    });
    response.writeHead(200, { 'Content-Length': film.length });
    response.write(film.subarray(0, 10_000));
  });
  const bench = await aBench();
  const id = await bench.begin(`${far.url}/film.mkv`);
  await waitUntil('some of it is there', async () => (await bench.view(id)).receivedBytes === 10_000);
  bench.as({ ...operator, id: 'u-other' });
  expect((await bench.api.get(`/uploads/${id}`)).status).toBe(404);
  expect((await bench.api.delete(`/uploads/${id}`)).status).toBe(404);
  bench.as(operator);
  expect((await bench.api.delete(`/uploads/${id}`)).status).toBe(204);
  expect((await bench.api.get(`/uploads/${id}`)).problem?.code).toBe('ENC-STO-001');
  expect(await bench.left()).toEqual({ uploads: [], fetches: [] });
  await waitUntil('the other server is let go', () => closed);
});

/** What becomes of a film of this address, and what is left on the disk. */
async function faultOf(bench: Bench, url: string): Promise<FetchFault | null> {
  const id = await bench.begin(url);
  const { fetched, state, receivedBytes } = await bench.ended(id);
  expect([state, receivedBytes]).toEqual(['failed', 0]);
  expect(await bench.left()).toEqual({ uploads: [], fetches: [`${id}.json`] });
  expect((await bench.api.delete(`/uploads/${id}`)).status).toBe(204);
  expect(await bench.left()).toEqual({ uploads: [], fetches: [] });
  return fetched?.fault ?? null;
}

const fault = (code: FetchFault['code'], status: number | null = null): FetchFault => ({ code, status });

test('a redirect is followed five times, and each place is judged anew', async () => {
  const far = await filmServer(() => {});
  const bench = await aBench();
  const leadsTo = (location: string): void =>
    far.answer((_request, response) => response.writeHead(302, { Location: location }).end());
  leadsTo(`http://127.0.0.2:${far.port}/film.mkv`);
  expect(await faultOf(bench, `${far.url}/film.mkv`)).toEqual(fault('address'));
  leadsTo('http://192.168.1.9/film.mkv');
  expect(await faultOf(bench, `${far.url}/film.mkv`)).toEqual(fault('network'));
  for (const place of ['file:///etc/passwd', 'http://me:word@127.0.0.1/', 'http://[', '/again']) {
    leadsTo(place);
    expect([place, await faultOf(bench, `${far.url}/film.mkv`)]).toEqual([place, fault('redirect')]);
  }
  const hops = far.asked.length;
  far.answer((request, response) => {
    const hop = far.asked.length - hops;
    if (hop <= 5) response.writeHead(307, { Location: `../${hop}/film.mkv` }).end();
    else response.end(`film of ${request.url}`);
  });
  const ended = await bench.ended(await bench.begin(`${far.url}/0/film.mkv`));
  expect([ended.state, (await readUpload(bench, ended)).toString()]).toEqual(['finished', 'film of /5/film.mkv']);
});

test('what can’t be fetched is told at once, by its cause, and costs no room', async () => {
  const far = await filmServer((_request, response) => response.writeHead(403).end());
  const bench = await aBench({
    resolveName: async (name) => {
      if (name === 'house.test') return [{ address: '10.0.0.1', family: 4 }];
      if (name === 'self.test') return [{ address: '::1', family: 6 }];
      throw new Error('ENOTFOUND');
    },
  });
  expect(await faultOf(bench, `${far.url}/film.mkv`)).toEqual(fault('status', 403));
  far.answer((_request, response) => response.end());
  expect(await faultOf(bench, `${far.url}/film.mkv`)).toEqual(fault('empty'));
  far.answer((_request, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('x'));
  expect(await faultOf(bench, `${far.url}/film.mkv`)).toEqual(fault('encoded'));
  far.answer((request) => request.socket.destroy());
  expect(await faultOf(bench, `${far.url}/film.mkv`)).toEqual(fault('unreachable'));
  expect(await faultOf(bench, 'http://gone.test/film.mkv')).toEqual(fault('name'));
  expect(await faultOf(bench, 'http://house.test/film.mkv')).toEqual(fault('network'));
  expect(await faultOf(bench, 'http://self.test/film.mkv')).toEqual(fault('address'));
  expect(await faultOf(bench, 'http://169.254.169.254/latest/meta-data')).toEqual(fault('address'));
  const closing = createServer();
  const port = await listenOnLoopback(closing);
  await new Promise<void>((resolve) => closing.close(() => resolve()));
  expect(await faultOf(bench, `http://127.0.0.1:${port}/film.mkv`)).toEqual(fault('unreachable'));
  const { keyPem, certificatePem } = await openIdentity(bench.queue.dataDir, 'nobody');
  const sealed = createTlsServer({ key: keyPem, cert: certificatePem }, (_request, response) => response.end('film'));
  onTestFinished(() => void sealed.close());
  expect(await faultOf(bench, `https://127.0.0.1:${await listenOnLoopback(sealed)}/`)).toEqual(fault('certificate'));
});

test('a server that falls silent is given up, or asked again once it had begun', async () => {
  const far = await filmServer(() => {});
  // Unlike any pause between two tries, by which those are told from each other here.
  const bench = await aBench({ answerMs: 20_000, silentMs: 50_000 });
  const { clock } = bench.queue;
  const never = await bench.begin(`${far.url}/film.mkv`);
  await waitUntil('it was asked', () => far.asked.length === 1);
  clock.advance(20_000);
  expect((await bench.ended(never)).fetched?.fault).toEqual(fault('silent'));

  far.answer((_request, response) => {
    response.writeHead(200, { 'Content-Length': film.length, ETag: '"one"' });
    response.write(film.subarray(0, 10_000));
  });
  const begun = await bench.begin(`${far.url}/film.mkv`);
  await waitUntil('some of it is there', async () => (await bench.view(begun)).receivedBytes === 10_000);
  far.answer((_request, response) => response.writeHead(503).end());
  clock.advance(50_000);
  for (const delayMs of [1_000, 2_000, 5_000, 15_000, 30_000, 60_000, 120_000, 300_000]) await bench.tryAgain(delayMs);
  expect((await bench.ended(begun)).fetched?.fault).toEqual(fault('status', 503));
});

test('a film takes no more room than an upload may', async () => {
  const far = await filmServer((_request, response) => response.end(film));
  const small = await aBench({ mostBytes: 399_999 });
  expect(await faultOf(small, `${far.url}/film.mkv`)).toEqual(fault('too-large'));
  far.answer((_request, response) => {
    response.write(film.subarray(0, 1_000));
    response.end(film.subarray(1_000));
  });
  expect(await faultOf(small, `${far.url}/film.mkv`)).toEqual(fault('too-large'));

  const full = await aBench({ freeBytes: 2 ** 30 + 500_000 });
  far.answer((_request, response) => {
    response.writeHead(200, { 'Content-Length': film.length });
    response.write(film.subarray(0, 100_000));
  });
  const id = await full.begin(`${far.url}/film.mkv`);
  await waitUntil('some of it is there', async () => (await full.view(id)).receivedBytes === 100_000);
  // 300 000 bytes are promised to it.
  const tus = { 'Tus-Resumable': '1.0.0', 'Upload-Length': '200001' };
  const refused = (length: string): Promise<ApiAnswer> =>
    full.api.fetch('/api/v1/uploads', { method: 'POST', headers: { ...tus, 'Upload-Length': length } });
  expect((await refused('200001')).problem?.code).toBe('ENC-STO-003');
  expect((await refused('200000')).status).toBe(201);
});

test('a film is fetched only where that is well said and allowed', async () => {
  const allowed: { from: 'none' | 'public' | 'lan' } = { from: 'none' };
  const bench = await aBench({ fetchFrom: () => allowed.from });
  const post = async (body: unknown): Promise<unknown> => {
    const { status, problem } = await bench.api.post('/uploads/fetch', body);
    return [status, problem?.code];
  };
  expect(await post({ url: 'http://127.0.0.1/film.mkv' })).toEqual([403, 'ENC-AUTH-003']);
  allowed.from = 'lan';
  for (const url of ['file:///etc/passwd', 'ftp://a.test/b', 'film.mkv', 'http://me@a.test/', 'http://:word@a.test/']) {
    expect([url, await post({ url })]).toEqual([url, [400, 'ENC-SYS-007']]);
  }
  expect(await post({ url: 'http://127.0.0.1/film.mkv', name: '' })).toEqual([400, 'ENC-SYS-007']);
  bench.as(viewer);
  expect(await post({ url: 'http://127.0.0.1/film.mkv' })).toEqual([403, 'ENC-AUTH-004']);
  expect(await bench.left()).toEqual({ uploads: [], fetches: [] });
});

test('an admin may go into the networks of the house, where the setting lets them', async () => {
  const reached: string[] = [];
  const allowed: { from: 'public' | 'lan' } = { from: 'lan' };
  const bench = await aBench({
    fetchFrom: () => allowed.from,
    judge: (_address, reach) => {
      reached.push(reach);
      return 'network';
    },
  });
  const url = 'http://192.168.1.9/film.mkv';
  await faultOf(bench, url);
  bench.as(admin);
  await faultOf(bench, url);
  allowed.from = 'public';
  await faultOf(bench, url);
  expect(reached).toEqual(['public', 'lan', 'public']);
});

test('a film that does not come in a week goes, and one that failed', async () => {
  const far = await filmServer((_request, response) => response.write('x'));
  const bench = await aBench();
  const { clock } = bench.queue;
  const slow = await bench.begin(`${far.url}/film.mkv`);
  await waitUntil('some of it is there', async () => (await bench.view(slow)).receivedBytes === 1);
  far.answer((_request, response) => response.writeHead(404).end());
  const failed = await bench.begin(`${far.url}/film.mkv`);
  await bench.ended(failed);
  await bench.restart();
  expect((await bench.view(failed)).fetched?.fault).toEqual(fault('status', 404));
  const { signal } = new AbortController();
  clock.jump(7 * 24 * 60 * 60_000);
  await bench.fetches().turn(signal);
  expect((await bench.left()).fetches).toHaveLength(2);
  clock.jump(1);
  await bench.fetches().turn(signal);
  expect(await bench.left()).toEqual({ uploads: [], fetches: [] });
});
