import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readParts } from '#main/agent/checkpoint.ts';
import { type FarHandsOptions, farHands } from '#main/agent/far-hands.ts';
import { runTask } from '#main/agent/run-task.ts';
import { systemClock } from '#main/platform/clock.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { completeTask } from '#main/queue/settle-task.ts';
import { sourceIdentity } from '#main/stages/source-identity.ts';
import { LinkDown, type ServerClient } from '#main/transfer/server-client.ts';
import type { TaskEnding } from '#shared/protocol/node.ts';
import { canMount, smallDisk } from '#tests/helpers/small-disk.ts';
import { tcpRelay } from '#tests/helpers/tcp-relay.ts';
import { newFolder, temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { thisFfmpeg } from '#tests/helpers/this-ffmpeg.ts';
import { type PlannedFilm, plannedFilm, type WorkBench, workBench } from '#tests/helpers/work-bench.ts';

/* A far node's hands against the server's side, by real sockets and with the real FFmpeg. */

const film = plannedFilm();
const noSignal = new AbortController().signal;

const drawnFilm = plannedFilm('Drawn into the picture');

/** Where this machine makes the same parts of the very file. */
let made = '';
beforeAll(async () => {
  made = await newFolder();
  await makeHere(film(), 'plain', ['audio', 'video-0001']);
  await makeHere(drawnFilm(), 'drawn', ['extract', 'video-0001']);
});
afterAll(() => rm(made, { recursive: true, force: true }));

async function makeHere({ path: sourcePath, planned }: PlannedFilm, name: string, ids: string[]): Promise<void> {
  const workFolder = join(made, name);
  await mkdir(workFolder);
  const context = { ...planned, sourcePath, workFolder, clock: systemClock, log: silentLogger, attempt: 1 };
  for (const id of ids) {
    const task = planned.plan.tasks.find((one) => one.id === id);
    if (task === undefined) throw new Error(`no task ${id}`);
    const outcome = await runTask(task, { ...context, tools: await thisFfmpeg(), signal: noSignal });
    if (!outcome.ok) throw new Error(outcome.message);
  }
}

/** SHA-256 of every part of a task that is made. */
async function hashesIn(folder: string): Promise<Record<string, string>> {
  const report = await readParts(folder);
  const hashed = (report?.files ?? []).map(async ({ path }) => {
    const bytes = await readFile(join(folder, path));
    return [path, createHash('sha256').update(bytes).digest('hex')] as const;
  });
  return Object.fromEntries(await Promise.all(hashed));
}

type FarNode = ReturnType<typeof farHands> & {
  dataDir: string;
  work: string;
  /** Paths that were asked for, each once. */
  asked: Set<string>;
  /** Leases the task and does it. */
  do: (key: string, signal?: AbortSignal) => Promise<TaskEnding>;
};

/** A node that sees no file of the server's, unless it is told where to look. */
async function farNode(bench: WorkBench, set: Partial<FarHandsOptions> = {}): Promise<FarNode> {
  const dataDir = set.dataDir ?? (await temporaryFolder());
  const asked = new Set<string>();
  const given = set.client ?? bench.client();
  const client: ServerClient = async (wish) => {
    asked.add(wish.path);
    return given(wish);
  };
  const plain = { dataDir, tools: await thisFfmpeg(), clock: systemClock, log: silentLogger };
  const hands = farHands({ ...plain, pathMaps: () => [], mountFolders: async () => [], ...set, client });
  return {
    ...{ ...hands, dataDir, asked, work: join(dataDir, 'work', 'folder-j1') },
    do: async (key, signal = noSignal) => {
      const { assignment } = await bench.lease(key);
      return hands.execute(assignment, { signal, onProgress: () => {} });
    },
  };
}

/** As seen from a machine that has no such path. */
function elsewhere(hands: FarNode, bench: WorkBench) {
  return async (key: string, signal = noSignal): Promise<TaskEnding> => {
    const { assignment } = await bench.lease(key);
    const source = { ...assignment.source, path: '/on/the/server/Film & more.mkv' };
    return hands.execute({ ...assignment, source }, { signal, onProgress: () => {} });
  };
}

test('a source that is streamed over a line that is cut again and again gives the very bytes of a local one', async () => {
  const bench = await workBench(film());
  const relay = await tcpRelay(bench.port);
  let cuts = 0;
  const through = bench.client(relay.url);
  // Every third request is cut in the middle of its answer, and every fifth finds no server for a moment.
  let requests = 0;
  const client: ServerClient = async (wish) => {
    requests += 1;
    const { onBytes } = wish;
    if (onBytes === undefined || requests % 3 !== 0) return through(wish);
    return through({
      ...wish,
      onBytes: (bytes) => {
        onBytes(bytes);
        cuts += 1;
        relay.cut();
        systemClock.after(requests % 5 === 0 ? 300 : 1, () => relay.mend());
      },
    });
  };
  const [first, second] = [await farNode(bench, { client }), await farNode(bench, { client })];
  const endings = [await elsewhere(first, bench)('video-0001'), await elsewhere(second, bench)('audio')];
  const streamed = { kind: 'done', pace: { reading: { way: 'stream' } } };
  expect(endings).toMatchObject([streamed, streamed]);
  expect(await hashesIn(join(bench.workFolder, 'video-0001'))).toEqual(
    await hashesIn(join(made, 'plain', 'video-0001')),
  );
  expect(await hashesIn(join(bench.workFolder, 'audio'))).toEqual(await hashesIn(join(made, 'plain', 'audio')));
  expect(cuts).toBeGreaterThan(2);
  expect([await readdir(first.work), await readdir(second.work)]).toEqual([[], []]);
  expect((await readdir(bench.workFolder)).sort()).toEqual(['audio', 'video-0001']);
});

test('an upload over a line that is cut goes on where it was', async () => {
  const bench = await workBench(film());
  const relay = await tcpRelay(bench.port);
  const through = bench.client(relay.url);
  let patches = 0;
  let isUnheard = false;
  const client: ServerClient = async (wish) => {
    if (wish.method === 'PATCH') {
      patches += 1;
      if (patches === 1) {
        relay.cut();
        systemClock.after(250, () => relay.mend());
      }
      const reply = await through(wish);
      // Once the server has it, and the node never hears.
      if (!isUnheard) {
        isUnheard = true;
        throw new LinkDown('cut');
      }
      return reply;
    }
    return through(wish);
  };
  const node = await farNode(bench, { client });
  const ending = await node.do('video-0001');
  expect(ending).toMatchObject({ kind: 'done', pace: { reading: { way: 'path' } } });
  expect(await hashesIn(join(bench.workFolder, 'video-0001'))).toEqual(
    await hashesIn(join(made, 'plain', 'video-0001')),
  );
});

test('a server that goes silent is a line that is cut', async () => {
  const bench = await workBench(film());
  const relay = await tcpRelay(bench.port);
  let requests = 0;
  const through = bench.client(relay.url, 300);
  const client: ServerClient = async (wish) => {
    requests += 1;
    if (requests === 3) {
      relay.hold();
      systemClock.after(600, () => relay.release());
    }
    return through(wish);
  };
  const node = await farNode(bench, { client });
  expect(await elsewhere(node, bench)('audio')).toMatchObject({ kind: 'done' });
  expect(await hashesIn(join(bench.workFolder, 'audio'))).toEqual(await hashesIn(join(made, 'plain', 'audio')));
});

test('a source that changes under the encoder ends its task clearly', async () => {
  const path = join(await temporaryFolder(), 'film.mkv');
  await copyFile(film().path, path);
  const bench = await workBench({ ...film(), source: await sourceIdentity(path) });
  let windows = 0;
  const through = bench.client();
  const client: ServerClient = async (wish) => {
    const reply = await through(wish);
    if (wish.path === '/sources/j1' && ++windows === 1) await truncate(path, 1000);
    return reply;
  };
  const node = await farNode(bench, { client });
  expect(await elsewhere(node, bench)('audio')).toMatchObject({ kind: 'failed', code: 'source-changed' });
  expect([await readdir(node.work), await readdir(bench.workFolder).catch(() => [])]).toEqual([[], []]);
});

test('a file that the node sees by itself is read there, and its folder is remembered', async () => {
  const bench = await workBench(film());
  const share = await temporaryFolder();
  await mkdir(join(share, 'media', 'films'), { recursive: true });
  const seen = join(share, 'media', 'films', 'Film & more.mkv');
  await copyFile(film().path, seen);
  const told: string[] = [];
  const through = bench.client();
  const client: ServerClient = async (wish) => {
    if (wish.path === '/path-maps') told.push(new TextDecoder().decode(wish.body));
    return through(wish);
  };
  const node = await farNode(bench, { client, mountFolders: async () => [share] });
  const { assignment } = await bench.lease('audio');
  const source = { ...assignment.source, path: '/srv/films/Film & more.mkv' };
  const ending = await node.execute({ ...assignment, source }, { signal: noSignal, onProgress: () => {} });
  expect(ending).toMatchObject({ kind: 'done', pace: { reading: { way: 'path', bytes: 0 } } });
  expect(node.asked.has('/sources/j1')).toBe(false);
  expect(told.map((text) => JSON.parse(text))).toEqual([{ serverPath: '/srv', nodePath: join(share, 'media') }]);
  expect(await hashesIn(join(bench.workFolder, 'audio'))).toEqual(await hashesIn(join(made, 'plain', 'audio')));
});

test('a file with one other byte is not the source, whatever its name', async () => {
  const bench = await workBench(film());
  const share = await temporaryFolder();
  const bytes = await readFile(film().path);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  // Outside of what a fingerprint covers, so that only the challenge can tell.
  expect([middle > 2 ** 20, bytes.length - middle > 2 ** 20]).toEqual([true, true]);
  await writeFile(join(share, 'Film & more.mkv'), bytes);
  const node = await farNode(bench, { pathMaps: () => [{ serverPath: '/on/the/server', nodePath: share }] });
  expect(await elsewhere(node, bench)('audio')).toMatchObject({ kind: 'done', pace: { reading: { way: 'stream' } } });
  expect([...node.asked]).toContain('/sources/j1/challenge');
});

test('a source that is read again and again is copied first, once', async () => {
  const bench = await workBench(film());
  const node = await farNode(bench);
  const execute = elsewhere(node, bench);
  const endings = [await execute('audio'), await execute('video-0000'), await execute('video-0001')];
  const ways = endings.map((ending) => (ending.kind === 'done' ? ending.pace?.reading : null));
  expect(ways).toMatchObject([{ way: 'stream' }, { way: 'copy' }, { way: 'copy', bytes: 0 }]);
  expect(ways[1]?.bytes).toBe(film().source.sizeBytes);
  expect(await hashesIn(join(bench.workFolder, 'video-0001'))).toEqual(
    await hashesIn(join(made, 'plain', 'video-0001')),
  );
  expect(await readdir(node.work)).toEqual([expect.stringMatching(/^source-[0-9a-f]{32}\.mkv$/)]);
  await node.forget({ folderKey: 'folder-j1', keepParts: true });
  expect(await readdir(node.work)).toEqual([]);
});

test('parts that the server refuses are told as bad output, and nothing of them stays', async () => {
  const bench = await workBench(film());
  const through = bench.client();
  const client: ServerClient = async (wish) => {
    if (wish.method !== 'PATCH' || wish.body === undefined) return through(wish);
    return through({ ...wish, body: wish.body.map((byte, i) => (i === 500 ? byte ^ 1 : byte)) });
  };
  const node = await farNode(bench, { client });
  const ending = await node.do('video-0001');
  expect(ending).toMatchObject({ kind: 'failed', code: 'bad-output', message: expect.stringContaining('(hash)') });
  expect([await readdir(node.work), await readdir(bench.workFolder)]).toEqual([[], []]);
});

test('a lease that is lost meanwhile brings nothing, and both sides forget it', async () => {
  const bench = await workBench(film());
  const through = bench.client();
  const client: ServerClient = async (wish) => {
    if (wish.path.endsWith('/commit')) {
      await bench.queue.db.updateTable('task').set({ state: 'ready', attempt: 2 }).where('key', '=', 'audio').execute();
    }
    return through(wish);
  };
  const node = await farNode(bench, { client });
  expect(await node.do('audio')).toMatchObject({ kind: 'released' });
  expect([await readdir(node.work), await readdir(bench.workFolder)]).toEqual([[], []]);
});

test('a node that is stopped before its parts arrived only brings them the next time', async () => {
  const bench = await workBench(film());
  const dataDir = await temporaryFolder();
  const stop = new AbortController();
  const through = bench.client();
  const client: ServerClient = async (wish) => {
    if (wish.method === 'PATCH') stop.abort();
    return through(wish);
  };
  const first = await farNode(bench, { client, dataDir });
  expect(await first.do('audio', stop.signal)).toMatchObject({ kind: 'released' });
  await first.close();
  expect(await readdir(first.work)).toEqual(['audio']);
  await bench.queue.db.updateTable('task').set({ state: 'ready', nodeId: null }).where('key', '=', 'audio').execute();
  const second = await farNode(bench, { dataDir });
  expect(await second.do('audio')).toMatchObject({ kind: 'done', pace: null });
  expect([...second.asked].filter((path) => path.startsWith('/sources'))).toEqual([]);
  expect(await hashesIn(join(bench.workFolder, 'audio'))).toEqual(await hashesIn(join(made, 'plain', 'audio')));
});

test.skipIf(!canMount)('a node whose disk has too little room says so before it begins', async () => {
  const bench = await workBench(film());
  const node = await farNode(bench, { dataDir: await smallDisk(64_000) });
  const ending = await node.do('video-0001');
  expect(ending).toMatchObject({ kind: 'failed', code: 'disk-full', message: expect.stringContaining('free') });
  expect([...node.asked]).toEqual([]);
});

test('parts that found no room on the server stay where they are until the next time', async () => {
  const bench = await workBench(film());
  const through = bench.client();
  const refusal = { code: 'disk-full', message: 'The disk of the server is full.', offset: null };
  const client: ServerClient = async (wish) =>
    wish.method === 'PATCH'
      ? { status: 507, headers: {}, body: new TextEncoder().encode(JSON.stringify(refusal)) }
      : through(wish);
  const node = await farNode(bench, { client });
  expect(await node.do('audio')).toMatchObject({ kind: 'failed', code: 'disk-full' });
  expect(await readdir(node.work)).toEqual(['audio']);
});

test('folders of jobs that are over go when the server can be asked, and no sooner', async () => {
  const bench = await workBench(film());
  const relay = await tcpRelay(bench.port);
  const node = await farNode(bench, { client: bench.client(relay.url) });
  for (const name of ['folder-j1', 'folder-of-yore'])
    await mkdir(join(node.dataDir, 'work', name), { recursive: true });
  relay.cut();
  await node.tidy();
  expect((await readdir(dirname(node.work))).sort()).toEqual(['folder-j1', 'folder-of-yore']);
  relay.mend();
  await node.tidy();
  expect(await readdir(dirname(node.work))).toEqual(['folder-j1']);
});

test('a task that only the server does is given back', async () => {
  const bench = await workBench(film());
  const node = await farNode(bench);
  const { assignment } = await bench.lease('audio');
  const task = { ...assignment.task, type: 'package' as const };
  const ending = await node.execute({ ...assignment, task }, { signal: noSignal, onProgress: () => {} });
  expect(ending).toMatchObject({ kind: 'released' });
});

test('a subtitle that is drawn into the picture comes from the server, where another task has left it', async () => {
  const bench = await workBench(drawnFilm());
  const node = await farNode(bench);
  const execute = elsewhere(node, bench);
  expect(await execute('extract')).toMatchObject({ kind: 'done' });
  expect(await readdir(bench.workFolder)).toEqual(['extract']);
  const extracted = { taskId: 'j1.extract', nodeId: 'node-a', attempt: 1 };
  expect(await completeTask(bench.queue, extracted, { findings: [], output: null })).toBe(true);
  expect(await execute('video-0001')).toMatchObject({ kind: 'done' });
  expect(await hashesIn(join(bench.workFolder, 'video-0001'))).toEqual(
    await hashesIn(join(made, 'drawn', 'video-0001')),
  );
  expect([...node.asked]).toContain('/jobs/j1/extracted');
  await node.forget({ folderKey: 'folder-j1', keepParts: false });
  expect(await readdir(dirname(node.work))).toEqual([]);
});
