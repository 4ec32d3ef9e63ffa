import { createHash } from 'node:crypto';
import { copyFile, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sourceIdentity } from '#main/stages/source-identity.ts';
import { sourceTag } from '#main/transfer/source-tag.ts';
import { challengeAnswer, folderAnswer, workRefusal } from '#shared/protocol/node-work.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { plannedFilm, workBench } from '#tests/helpers/work-bench.ts';

const film = plannedFilm();

/** Status and code of a refusal. */
async function refusal(response: Response): Promise<[number, string]> {
  return [response.status, workRefusal.parse(await response.json()).code];
}

/** A copy of the film that a test may change, and a bench whose job reads it. */
async function ownFilm() {
  const path = join(await temporaryFolder(), 'film.mkv');
  await copyFile(film().path, path);
  const source = await sourceIdentity(path);
  return { path, tag: sourceTag(source), bench: await workBench({ ...film(), source }) };
}

test('a node reads any part of the source of its task, and the whole of it', async () => {
  const bench = await workBench(film());
  await bench.lease('audio');
  const bytes = await readFile(film().path);
  const tag = sourceTag(film().source);
  const part = await bench.fetch('/sources/j1', { headers: { range: 'bytes=1000-1999', 'if-match': tag } });
  const whole = await bench.fetch('/sources/j1', { headers: { 'if-match': tag } });
  expect([part.status, part.headers.get('content-range'), part.headers.get('etag')]).toEqual([
    ...[206, `bytes 1000-1999/${bytes.length}`, tag],
  ]);
  expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(1000, 2000))).toBe(true);
  expect(whole.status).toBe(200);
  expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
});

test('nobody reads a source without a task of its job', async () => {
  const bench = await workBench(film());
  const headers = { 'if-match': sourceTag(film().source) };
  expect(await refusal(await bench.fetch('/sources/j1', { headers }))).toEqual([410, 'lost']);
  await bench.lease('audio');
  expect(await refusal(await bench.fetch('/sources/j1', { headers, node: 'node-b' }))).toEqual([410, 'lost']);
  expect(await refusal(await bench.fetch('/sources/other', { headers }))).toEqual([410, 'lost']);
});

test('who is no node of this server gets nothing at all', async () => {
  const bench = await workBench(film());
  await bench.lease('audio');
  const answers = [
    ...['/sources/j1', '/jobs/j1/extracted', '/no/such/place'].map((path) => fetch(`${bench.url}/nodes/v1${path}`)),
    ...['/path-maps', '/folders', '/parts/j1.audio/1/commit'].map((path) =>
      fetch(`${bench.url}/nodes/v1${path}`, { method: 'POST' }),
    ),
  ];
  for (const answer of await Promise.all(answers)) expect(await refusal(answer)).toEqual([403, 'stranger']);
});

test('another file than the node means, a place behind its end, and no file at all are told apart', async () => {
  const { path, tag, bench } = await ownFilm();
  await bench.lease('audio');
  const get = async (headers: Record<string, string>) => refusal(await bench.fetch('/sources/j1', { headers }));
  expect(await get({ 'if-match': '"another"' })).toEqual([412, 'changed']);
  expect(await get({})).toEqual([412, 'changed']);
  expect(await get({ 'if-match': tag, range: 'bytes=999999999-' })).toEqual([404, 'nothing']);
  const bytes = await readFile(path);
  const { modifiedMs } = await sourceIdentity(path);
  // The same size and the same time: its fingerprint tells.
  await writeFile(path, Buffer.concat([Buffer.from([0]), bytes.subarray(1)]));
  await utimes(path, modifiedMs / 1000, modifiedMs / 1000);
  expect(await get({ 'if-match': tag })).toEqual([412, 'changed']);
  await writeFile(path, 'quite another film');
  expect(await get({ 'if-match': tag })).toEqual([412, 'changed']);
});

test('a source whose disk is away is no changed one', async () => {
  const bench = await workBench({ ...film(), source: { ...film().source, path: '/nowhere/film.mkv' } });
  await bench.lease('audio');
  const headers = { 'if-match': sourceTag(film().source) };
  expect(await refusal(await bench.fetch('/sources/j1', { headers }))).toEqual([503, 'away']);
});

test('a challenge is answered with the nonce in every hash', async () => {
  const bench = await workBench(film());
  await bench.lease('audio');
  const nonce = 'ab'.repeat(32);
  const ask = (body: unknown) => bench.fetch('/sources/j1/challenge', { method: 'POST', body: JSON.stringify(body) });
  const { hashes } = challengeAnswer.parse(await (await ask({ nonce, offsets: [0, 65_536] })).json());
  const bytes = await readFile(film().path);
  const wanted = [0, 65_536].map((at) => {
    const block = bytes.subarray(at, at + 65_536);
    return createHash('sha256').update(`${nonce}:${at}:${block.length}:`).update(block).digest('hex');
  });
  expect(hashes).toEqual(wanted);
});

test('a challenge that asks for too much, too far or for nothing is refused', async () => {
  const bench = await workBench(film());
  await bench.lease('audio');
  const ask = async (body: string) => refusal(await bench.fetch('/sources/j1/challenge', { method: 'POST', body }));
  const nonce = 'ab'.repeat(32);
  const bad = [400, 'bad-request'];
  expect(await ask(JSON.stringify({ nonce, offsets: [] }))).toEqual(bad);
  expect(await ask(JSON.stringify({ nonce, offsets: Array.from({ length: 65 }, (_, i) => i) }))).toEqual(bad);
  expect(await ask(JSON.stringify({ nonce, offsets: [film().source.sizeBytes] }))).toEqual(bad);
  expect(await ask(JSON.stringify({ nonce: 'short', offsets: [0] }))).toEqual(bad);
  expect(await ask('{')).toEqual(bad);
  expect(await ask('x'.repeat(300_000))).toEqual([413, 'too-big']);
});

test('a way that a node found is kept once, marked as found', async () => {
  const bench = await workBench(film());
  const { db, clock } = bench.queue;
  const now = clock.nowMs();
  await db
    .insertInto('node')
    .values({
      ...{ id: 'node-a', name: 'A', isLocal: 0, version: '1', protocol: 1, offerJson: '{}', draining: 0 },
      ...{ failuresInRow: 0, createdAtMs: now, lastSeenAtMs: now },
      pathMapsJson: JSON.stringify([{ serverPath: '/films', nodePath: '/mnt/films' }]),
    })
    .execute();
  const tell = async (map: unknown) =>
    (await bench.fetch('/path-maps', { method: 'POST', body: JSON.stringify(map) })).status;
  const map = { serverPath: '/media', nodePath: 'Z:\\media' };
  expect([await tell(map), await tell(map), await tell({ serverPath: '', nodePath: '/x' })]).toEqual([204, 204, 400]);
  expect(await tell({ serverPath: '/films', nodePath: '/mnt/films' })).toBe(204);
  const row = await db.selectFrom('node').select('pathMapsJson').where('id', '=', 'node-a').executeTakeFirstOrThrow();
  expect(JSON.parse(row.pathMapsJson)).toEqual([
    { serverPath: '/films', nodePath: '/mnt/films' },
    { ...map, found: true },
  ]);
});

test('a node hears which of its folders are needed still', async () => {
  const bench = await workBench(film());
  const ask = async (folderKeys: string[]) => {
    const answer = await bench.fetch('/folders', { method: 'POST', body: JSON.stringify({ folderKeys }) });
    return folderAnswer.parse(await answer.json()).needed;
  };
  expect(await ask(['folder-j1', 'folder-of-yore'])).toEqual(['folder-j1']);
  await bench.queue.db.updateTable('job').set({ state: 'cancelled' }).where('id', '=', 'j1').execute();
  expect([await ask(['folder-j1']), await ask([])]).toEqual([[], []]);
});
