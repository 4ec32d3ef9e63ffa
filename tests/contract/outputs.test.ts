import { mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { outputRoutes } from '#main/api/routes/outputs.ts';
import { outputList } from '#shared/protocol/outputs.ts';
import { problem } from '#shared/protocol/problem.ts';
import { add, aQueue } from '#tests/helpers/a-queue.ts';
import { type ApiServer, serveApi, viewer } from '#tests/helpers/serve-api.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

const at = new Date('2026-01-31T10:00:00.500Z');
const segment = Array.from({ length: 100 }, (_, n) => String(n % 10)).join('');

type Bench = { api: ApiServer; base: string; folder: string; roots: string[] };

/** Job `j` with a package in `out/Film`, job `m` with a single file, job `q` that has none yet. */
async function aBench(): Promise<Bench> {
  const base = await temporaryFolder();
  const folder = join(base, 'out', 'Film');
  await mkdir(join(folder, 'subtitles'), { recursive: true });
  const files = {
    'Film.m3u8': '#EXTM3U',
    'Film.encrew.json': '{}',
    'v-2.m4s': segment,
    'v-10.m4s': '',
    'subtitles/é #1.vtt': 'WEBVTT',
    '.encrew-note': 'hidden',
  };
  for (const [name, text] of Object.entries(files)) await putAt(join(folder, name), text);
  await putAt(join(base, 'out', 'Film.mp4'), 'mp4');
  await putAt(join(base, 'out', 'other.mp4'), 'other');
  await putAt(join(base, 'secret'), 'hidden');
  const queue = await aQueue();
  for (const id of ['j', 'm', 'q']) await add(queue, id);
  const outputs = { j: join(folder, 'Film.m3u8'), m: join(base, 'out', 'Film.mp4') };
  for (const [id, output] of Object.entries(outputs)) {
    await queue.db.updateTable('job').set({ output }).where('id', '=', id).execute();
  }
  const roots: string[] = [];
  const api = await serveApi(outputRoutes({ db: queue.db, roots: () => roots }), { actor: viewer });
  return { api, base, folder, roots };
}

async function putAt(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await utimes(path, at, at);
}

type Raw = { status: number; headers: Record<string, unknown>; text: string };

/** Sends a path as it is: `fetch` would tidy it first. */
function raw(api: ApiServer, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Raw> {
  const { hostname, port } = new URL(api.url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path: `/api/v1${path}`, headers, method }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end();
  });
}

const film = '/jobs/j/outputs/v-2.m4s';

test('a package is listed with the sizes and types of its files, and nothing hidden', async () => {
  const { api, folder } = await aBench();
  await symlink(join(folder, 'v-2.m4s'), join(folder, 'link.m4s'));
  const line = (path: string, url: string, sizeBytes: number, contentType: string) => ({
    ...{ path, sizeBytes, contentType },
    url: `/api/v1/jobs/j/outputs/${url}`,
    modifiedAt: '2026-01-31T10:00:00.500Z',
  });
  const files = [
    line('Film.encrew.json', 'Film.encrew.json', 2, 'application/json'),
    line('Film.m3u8', 'Film.m3u8', 7, 'application/vnd.apple.mpegurl'),
    line('subtitles/é #1.vtt', 'subtitles/%C3%A9%20%231.vtt', 6, 'text/vtt; charset=utf-8'),
    line('v-2.m4s', 'v-2.m4s', 100, 'video/iso.segment'),
    line('v-10.m4s', 'v-10.m4s', 0, 'video/iso.segment'),
  ];
  expect((await api.get('/jobs/j/outputs')).body).toEqual({
    entry: 'Film.m3u8',
    items: files,
    total: 5,
    nextCursor: null,
  });
  const first = outputList.parse((await api.get('/jobs/j/outputs?limit=3')).body);
  await rm(join(folder, 'subtitles'), { recursive: true });
  const second = await api.get(`/jobs/j/outputs?limit=3&cursor=${first.nextCursor}`);
  expect([...first.items, ...outputList.parse(second.body).items]).toEqual(files);
  expect((await api.get('/jobs/j/outputs?search=V-1')).body).toMatchObject({ items: [files[4]], total: 1 });
  expect((await api.get('/jobs/m/outputs')).body).toMatchObject({
    entry: 'Film.mp4',
    items: [{ path: 'Film.mp4', sizeBytes: 3, contentType: 'video/mp4' }],
    total: 1,
  });
  expect((await api.get('/jobs/q/outputs')).body).toEqual({ entry: null, items: [], total: 0, nextCursor: null });
  expect((await api.get('/jobs/none/outputs')).problem?.code).toBe('ENC-JOB-004');
});

test('a file is sent whole, with what a player and a cache need to know', async () => {
  const { api } = await aBench();
  const got = await raw(api, '/jobs/j/outputs/subtitles/%C3%A9%20%231.vtt');
  expect(got).toMatchObject({
    status: 200,
    text: 'WEBVTT',
    headers: {
      'content-type': 'text/vtt; charset=utf-8',
      'content-length': '6',
      'accept-ranges': 'bytes',
      'last-modified': 'Sat, 31 Jan 2026 10:00:00 GMT',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
      etag: expect.stringMatching(/^"6-[0-9a-f]+"$/),
    },
  });
  expect(got.headers['content-disposition']).toBeUndefined();
  const kept = await raw(api, '/jobs/j/outputs/subtitles/%C3%A9%20%231.vtt?download=1');
  expect(kept.headers['content-disposition']).toBe(
    `attachment; filename="_ #1.vtt"; filename*=UTF-8''%C3%A9%20%231.vtt`,
  );
  const head = await raw(api, film, { range: 'bytes=0-9' }, 'HEAD');
  expect(head).toMatchObject({ status: 200, text: '', headers: { 'content-length': '100' } });
  expect(await raw(api, '/jobs/j/outputs/v-10.m4s')).toMatchObject({
    status: 200,
    text: '',
    headers: { 'content-length': '0' },
  });
  expect(await raw(api, '/jobs/m/outputs/Film.mp4')).toMatchObject({ status: 200, text: 'mp4' });
});

test('a range is sent as RFC 9110 14 has it', async () => {
  const { api } = await aBench();
  const answered = async (range: string) => {
    const { status, text, headers } = await raw(api, film, { range });
    return [status, headers['content-range'] ?? null, status === 416 ? '' : text.length, text[0]];
  };
  expect({
    begin: await answered('bytes=0-0'),
    middle: await answered('bytes=23-41'),
    open: await answered('bytes=95-'),
    end: await answered('bytes=-3'),
    beyond: await answered('bytes=90-1000'),
    longEnd: await answered('bytes=-1000'),
    spaced: await answered('BYTES= 1-2 '),
  }).toEqual({
    begin: [206, 'bytes 0-0/100', 1, '0'],
    middle: [206, 'bytes 23-41/100', 19, '3'],
    open: [206, 'bytes 95-99/100', 5, '5'],
    end: [206, 'bytes 97-99/100', 3, '7'],
    beyond: [206, 'bytes 90-99/100', 10, '0'],
    longEnd: [206, 'bytes 0-99/100', 100, '0'],
    spaced: [206, 'bytes 1-2/100', 2, '1'],
  });
  for (const ignored of ['bytes=5-2', 'bytes=-', 'bytes=a-b', 'lines=0-1', 'bytes=0-1,5-6', 'bytes=0x1-2']) {
    expect(await answered(ignored)).toEqual([200, null, 100, '0']);
  }
  for (const range of ['bytes=100-', 'bytes=1000-2000', 'bytes=-0']) {
    const refused = await raw(api, film, { range });
    expect(refused).toMatchObject({
      status: 416,
      headers: { 'content-range': 'bytes */100', 'content-type': 'application/json; charset=utf-8' },
    });
    expect(refused.headers['etag']).toBeUndefined();
    expect(problem.parse(JSON.parse(refused.text)).error.code).toBe('ENC-STO-005');
  }
  expect((await raw(api, '/jobs/j/outputs/v-10.m4s', { range: 'bytes=0-' })).status).toBe(416);
});

test('who has the file gets it once, and who has a part of another file gets all of this one', async () => {
  const { api, folder } = await aBench();
  const { headers } = await raw(api, film);
  const [etag, modified] = [String(headers['etag']), String(headers['last-modified'])];
  const status = async (sent: Record<string, string>) => (await raw(api, film, sent)).status;
  expect({
    sameTag: await status({ 'if-none-match': `"x", W/${etag}` }),
    anyTag: await status({ 'if-none-match': '*' }),
    otherTag: await status({ 'if-none-match': '"x"', 'if-modified-since': modified }),
    sameTime: await status({ 'if-modified-since': modified }),
    earlier: await status({ 'if-modified-since': 'Sat, 31 Jan 2026 09:59:59 GMT' }),
    noTime: await status({ 'if-modified-since': 'yesterday' }),
    rangeOfTag: await status({ 'if-range': etag, range: 'bytes=0-1' }),
    rangeOfTime: await status({ 'if-range': modified, range: 'bytes=0-1' }),
    rangeOfWeakTag: await status({ 'if-range': `W/${etag}`, range: 'bytes=0-1' }),
    rangeOfOther: await status({ 'if-range': '"x"', range: 'bytes=0-1' }),
  }).toEqual({
    sameTag: 304,
    anyTag: 304,
    otherTag: 200,
    sameTime: 304,
    earlier: 200,
    noTime: 200,
    rangeOfTag: 206,
    rangeOfTime: 206,
    rangeOfWeakTag: 200,
    rangeOfOther: 200,
  });
  await writeFile(join(folder, 'v-2.m4s'), segment);
  expect(await status({ 'if-none-match': etag })).toBe(200);
});

test('no path leaves the package', async () => {
  const { api, base, folder } = await aBench();
  await symlink(join(base, 'secret'), join(folder, 'link'));
  await symlink(base, join(folder, 'folder'));
  const paths = [
    '../../secret',
    '%2e%2e/%2e%2e/secret',
    '..%2f..%2fsecret',
    '%2e%2e%2f%2e%2e%2fsecret',
    'subtitles/../../../secret',
    'subtitles%2f..%2f..%2f..%2fsecret',
    '..\\..\\secret',
    '%5c..%5csecret',
    '%252e%252e/secret',
    `/${base}/secret`,
    encodeURIComponent(join(base, 'secret')),
    'link',
    'folder/secret',
    'v-2.m4s%00',
    'v-2.m4s/',
    'subtitles',
    '.encrew-note',
    './v-2.m4s',

    'x'.repeat(5000),
  ];
  const answers = await Promise.all(paths.map((path) => raw(api, `/jobs/j/outputs/${path}`)));
  for (const [index, { status, text }] of answers.entries()) {
    expect([paths[index], status >= 400 && status < 500, text.includes('hidden')]).toEqual([paths[index], true, false]);
    expect(['ENC-STO-001', 'ENC-SYS-006', 'ENC-SYS-007']).toContain(problem.parse(JSON.parse(text)).error.code);
  }
  expect((await raw(api, '/jobs/j/outputs/%ff')).status).toBe(400);
  // Beside a single file lies what is not its own.
  expect((await raw(api, '/jobs/m/outputs/other.mp4')).status).toBe(404);
  expect((await raw(api, '/jobs/m/outputs/Film/Film.m3u8')).status).toBe(404);
  expect((await raw(api, '/jobs/q/outputs/Film.m3u8')).status).toBe(404);
  expect(api.errors).toEqual([]);
});

test('a package that has gone, or lies outside of the roots, is told as that', async () => {
  const { api, base, folder, roots } = await aBench();
  roots.push(join(base, 'elsewhere'));
  expect((await api.get('/jobs/j/outputs')).problem?.code).toBe('ENC-STO-002');
  expect((await api.get(film)).problem?.code).toBe('ENC-STO-002');
  roots[0] = join(base, 'out');
  expect((await api.get(film)).status).toBe(200);
  await rm(folder, { recursive: true });
  expect((await api.get('/jobs/j/outputs')).problem?.code).toBe('ENC-STO-001');
  expect((await api.get(film)).problem?.code).toBe('ENC-STO-001');
});

test('a player that goes away in the middle leaves nothing open', async () => {
  const { api, folder } = await aBench();
  await writeFile(join(folder, 'v-2.m4s'), Buffer.alloc(64 * 2 ** 20));
  const { hostname, port } = new URL(api.url);
  await new Promise<void>((resolve) => {
    const sent = request({ hostname, port, path: `/api/v1${film}` }, (response) => {
      response.once('data', () => response.destroy());
      response.once('close', resolve);
    });
    sent.on('error', () => {});
    sent.end();
  });
  // Node warns of a handle that is only closed when it is collected; the next request works on.
  expect((await raw(api, film, { range: 'bytes=0-3' })).status).toBe(206);
  expect(api.errors).toEqual([]);
});
