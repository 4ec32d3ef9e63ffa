import { Agent, createServer } from 'node:http';
import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#main/platform/clock.ts';
import { fingerprintOfFile } from '#main/platform/file-fingerprint.ts';
import { sharedWork } from '#main/platform/shared-work.ts';
import { challengeOffsets, hashBlocks } from '#main/transfer/challenge.ts';
import { chooseWay, type WayFacts } from '#main/transfer/choose-way.ts';
import { copySource } from '#main/transfer/copy-source.ts';
import type { SourceBytes, SourceFault, SourceReader } from '#main/transfer/read-source.ts';
import { LinkDown, serverClient } from '#main/transfer/server-client.ts';
import { mapBetween, mappedPlaces, suffixPlaces } from '#main/transfer/source-places.ts';
import { openSourceProxy } from '#main/transfer/source-proxy.ts';
import { listenOnLoopback } from '#tests/helpers/listen-on-loopback.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

const gib = 2 ** 30;
const noSignal = new AbortController().signal;

test.for<[string, Partial<WayFacts>, string]>([
  ['a task that reads a part of it', {}, 'stream: read-once'],
  ['the whole of it once', { readBytes: 8 * gib }, 'stream: read-once'],
  ['more than all of it', { readBytes: 11 * gib }, 'copy: read-again'],
  ['a disk with room for the copy alone', { readBytes: 11 * gib, freeBytes: 10 * gib }, 'stream: no-room'],
  ['a fast line', { readBytes: 11 * gib, linkBps: 900e6, encodeBps: 80e6 }, 'stream: link-keeps-up'],
  ['a line that the encoder waits for', { readBytes: 11 * gib, linkBps: 100e6, encodeBps: 80e6 }, 'copy: read-again'],
])('%s', ([, set, wanted]) => {
  const usual = { sizeBytes: 8 * gib, freeBytes: 100 * gib, partsBytes: gib, linkBps: null, encodeBps: null };
  const { way, because } = chooseWay({ ...usual, readBytes: gib, ...set });
  expect(`${way}: ${because}`).toBe(wanted);
});

test('a path of the server is led by the deepest map that holds it, also to Windows and from there', () => {
  const maps = [
    { serverPath: '/media', nodePath: '/mnt/nas' },
    { serverPath: '/media/films/', nodePath: 'Z:\\films' },
    { serverPath: '/med', nodePath: '/wrong' },
    { serverPath: 'D:\\Films', nodePath: '/mnt/d' },
  ];
  expect(mappedPlaces('/media/films/a/b.mkv', maps)).toEqual(['Z:\\films\\a\\b.mkv', '/mnt/nas/films/a/b.mkv']);
  expect(mappedPlaces('d:\\films\\b.mkv', maps)).toEqual(['/mnt/d/b.mkv']);
  expect(mappedPlaces('/media', maps)).toEqual([]);
});

test('a file is looked for by the longest end of its path first, and never above a folder', () => {
  expect(suffixPlaces('/a/../b/c.mkv', ['/mnt/x', '/mnt/y'])).toEqual([
    ...['/mnt/x/a/b/c.mkv', '/mnt/y/a/b/c.mkv', '/mnt/x/b/c.mkv', '/mnt/y/b/c.mkv', '/mnt/x/c.mkv', '/mnt/y/c.mkv'],
  ]);
  expect(suffixPlaces('/1/2/3/4/5/6/7/8/9.mkv', ['/m'])).toHaveLength(8);
});

test('the map that was found leads from the one path to the other', () => {
  const pairs = [
    ['/media/films/b.mkv', '/mnt/nas/films/b.mkv', { serverPath: '/media', nodePath: '/mnt/nas' }],
    ['/films/b.mkv', 'Z:\\films\\b.mkv', { serverPath: '/films', nodePath: 'Z:\\films' }],
    ['/films/b.mkv', '/films/b.mkv', null],
    ['/films/b.mkv', '/films/c.mkv', null],
  ] as const;
  for (const [server, node, map] of pairs) {
    expect(mapBetween(server, node)).toEqual(map);
    if (map !== null) expect(mappedPlaces(server, [map])).toEqual([node]);
  }
});

test('a challenge covers a small file wholly, and picks whole blocks anywhere in a large one', () => {
  expect(challengeOffsets(150_000, () => 0)).toEqual([0, 65_536, 131_072]);
  const size = 10 * gib;
  const limits = new Set<number>();
  const offsets = challengeOffsets(size, (limit) => (limits.add(limit), limit - 1));
  expect([offsets.length, ...limits, ...new Set(offsets)]).toEqual([64, size - 65_535, size - 65_536]);
});

test('the same bytes with another nonce, and other bytes with the same one, have other hashes', async () => {
  const path = join(await temporaryFolder(), 'film.mkv');
  await writeFile(path, Buffer.alloc(100_000, 1));
  const first = await hashBlocks(path, 'a', [0, 65_536]);
  const again = await hashBlocks(path, 'b', [0, 65_536]);
  await writeFile(path, Buffer.concat([Buffer.alloc(99_999, 1), Buffer.from([2])]));
  const changed = await hashBlocks(path, 'a', [0, 65_536]);
  expect([again[0] === first[0], changed[0] === first[0], changed[1] === first[1]]).toEqual([false, true, false]);
});

const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => i % 251));

/** Reads from memory; what it was asked for is written down. */
function memoryReader(answer?: (first: number) => SourceFault | null) {
  const asked: [number, number][] = [];
  const reader: SourceReader = {
    sizeBytes: bytes.length,
    read: async (first, last): Promise<SourceBytes> => {
      asked.push([first, last]);
      const fault = answer?.(first) ?? null;
      return fault === null ? { ok: true, bytes: bytes.subarray(first, last + 1) } : { ok: false, fault };
    },
    travelled: () => ({ bytes: 0, sec: 0 }),
    isStuck: () => false,
  };
  return { reader, asked };
}

async function proxyOf(reader: SourceReader, onFault: (fault: SourceFault) => void = () => {}) {
  const proxy = await openSourceProxy({ reader, fileName: 'Film #1?.mkv', token: 't'.repeat(43), onFault });
  onTestFinished(proxy.close);
  return proxy;
}

test('the proxy gives any part of its one file, to who knows its name', async () => {
  const { reader } = memoryReader();
  const { url } = await proxyOf(reader);
  expect(new URL(url).hostname).toBe('127.0.0.1');
  const ask = async (range: string) => {
    const answer = await fetch(url, { headers: { range } });
    return [answer.status, answer.headers.get('content-range'), Buffer.from(await answer.arrayBuffer())];
  };
  expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(bytes)).toBe(true);
  expect(await ask('bytes=2999000-')).toEqual([206, 'bytes 2999000-2999999/3000000', bytes.subarray(2_999_000)]);
  expect(await ask('bytes=5-9')).toEqual([206, 'bytes 5-9/3000000', bytes.subarray(5, 10)]);
  expect((await ask('bytes=3000000-')).slice(0, 2)).toEqual([416, 'bytes */3000000']);
  expect((await ask('bytes=-5'))[0]).toBe(416);
  const { origin, pathname } = new URL(url);
  const others = ['/', `${pathname}x`, pathname.replace('t', 'u'), pathname.split('/').slice(0, 2).join('/')];
  for (const path of others) expect((await fetch(`${origin}${path}`)).status).toBe(404);
  expect((await fetch(url, { method: 'POST' })).status).toBe(405);
});

test('the proxy asks for little first, and for ever more', async () => {
  const { reader, asked } = memoryReader();
  const { url } = await proxyOf(reader);
  await (await fetch(url)).arrayBuffer();
  expect(asked.map(([first, last]) => last - first + 1)).toEqual([524_288, 1_048_576, 1_427_136]);
});

test('a source that is lost ends no answer: FFmpeg would take the rest for the whole', async () => {
  const fault: SourceFault = { because: 'changed', message: 'another film' };
  const { reader } = memoryReader((first) => (first > 0 ? fault : null));
  let tell: (fault: SourceFault) => void = () => {};
  const told = new Promise<SourceFault>((resolve) => {
    tell = resolve;
  });
  const proxy = await openSourceProxy({ reader, fileName: 'f.mkv', token: 'token', onFault: tell });
  const answer = await fetch(proxy.url);
  let ended = false;
  const body = answer.arrayBuffer().then(
    () => 'whole',
    () => 'cut',
  );
  void body.then(() => (ended = true));
  expect(await told).toEqual(fault);
  // Ways there and back by another line: the end of the first answer would have come meanwhile.
  for (let i = 0; i < 20; i += 1) {
    await (await fetch(proxy.url, { headers: { range: 'bytes=0-9' } })).arrayBuffer();
  }
  expect(ended).toBe(false);
  await proxy.close();
  expect(await body).toBe('cut');
});

test('a copy goes on with what is there, and is no copy before it is whole and right', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'source.mkv');
  await writeFile(`${path}.part`, bytes);
  const { fingerprint } = await fingerprintOfFile(`${path}.part`);
  await truncate(`${path}.part`, 1_000_000);
  const { reader, asked } = memoryReader();
  expect(await copySource(reader, { path, fingerprint }, noSignal)).toEqual({ ok: true });
  expect([asked, (await readFile(path)).equals(bytes)]).toEqual([[[1_000_000, 2_999_999]], true]);
  expect(await copySource(reader, { path, fingerprint }, noSignal)).toEqual({ ok: true });
  expect(asked).toHaveLength(1);
  const other = join(folder, 'other.mkv');
  expect(await copySource(reader, { path: other, fingerprint: 'x' }, noSignal)).toEqual({
    ok: false,
    because: 'damaged',
  });
  const left = await Promise.all([other, `${other}.part`].map((one) => stat(one).catch(() => null)));
  expect(left).toEqual([null, null]);
});

test('a client tells a cut, a silent and a missing server, and a stop, apart from an answer', async () => {
  const http = createServer((request, response) => {
    if (request.url === '/nodes/v1/cut') {
      response.writeHead(200, { 'content-length': 10 });
      response.write('half', () => response.destroy());
    } else if (request.url === '/nodes/v1/good') response.end('good');
  });
  const port = await listenOnLoopback(http);
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => {
    agent.destroy();
    http.closeAllConnections();
    http.close();
  });
  const client = serverClient({ url: `http://127.0.0.1:${port}`, agent, clock: systemClock, silenceMs: 200 });
  const get = { method: 'GET', signal: noSignal } as const;
  expect(new TextDecoder().decode((await client({ ...get, path: '/good' })).body)).toBe('good');
  const came: string[] = [];
  const onBytes = (piece: Uint8Array): void => void came.push(new TextDecoder().decode(piece));
  await expect(client({ ...get, path: '/cut', onBytes })).rejects.toThrow(LinkDown);
  expect(came).toEqual(['half']);
  await expect(client({ ...get, path: '/silent' })).rejects.toThrow(LinkDown);
  const stop = new AbortController();
  const stopped = client({ ...get, path: '/silent', signal: stop.signal });
  stop.abort(new Error('stopped'));
  await expect(stopped).rejects.toThrow('stopped');
  const nobody = serverClient({ url: 'http://127.0.0.1:1', agent, clock: systemClock });
  await expect(nobody({ ...get, path: '/good' })).rejects.toThrow(LinkDown);
});

test('shared work is done once, and called off when the last one leaves', async () => {
  let begun = 0;
  let calledOff = 0;
  const work = sharedWork(async (signal) => {
    begun += 1;
    await new Promise<void>((_, reject) => {
      signal.addEventListener('abort', () => {
        calledOff += 1;
        reject(new Error('called off'));
      });
    });
  });
  const [one, other] = [new AbortController(), new AbortController()];
  const both = [work(one.signal), work(other.signal)].map((wait) => wait.catch((error: unknown) => String(error)));
  one.abort(new Error('one left'));
  expect([await both[0], begun, calledOff]).toEqual(['Error: one left', 1, 0]);
  other.abort(new Error('the other left'));
  expect([await both[1], begun, calledOff]).toEqual(['Error: the other left', 1, 1]);
  const third = work(AbortSignal.abort(new Error('never came')));
  await expect(third).rejects.toThrow('never came');
  expect(begun).toBe(1);
});
