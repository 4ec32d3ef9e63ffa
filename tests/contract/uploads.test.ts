import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Upload, type UploadOptions } from 'tus-js-client';
import { expect, test } from 'vitest';
import type { Actor } from '#main/api/route.ts';
import { demandUploadPath, uploadRoutes } from '#main/api/routes/uploads.ts';
import { tusUploads } from '#main/api/tus.ts';
import { keepUploads, type Uploads } from '#main/intake/uploads.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { uploadList, uploadView } from '#shared/protocol/uploads.ts';
import { add, aQueue, type TestQueue } from '#tests/helpers/a-queue.ts';
import { benchFetches } from '#tests/helpers/bench-fetches.ts';
import { admin, type ApiAnswer, type ApiServer, operator, serveApi, viewer } from '#tests/helpers/serve-api.ts';
import { canMount, smallDisk } from '#tests/helpers/small-disk.ts';

const tusHeaders = { 'Tus-Resumable': '1.0.0' };
const { signal } = new AbortController();

type Bench = {
  queue: TestQueue;
  api: ApiServer;
  uploads: Uploads;
  folder: string;
  as: (actor: Actor | null) => void;
};

async function aBench(set: { mostBytes?: number; freeBytes?: number; dataDir?: string } = {}): Promise<Bench> {
  const queue = await aQueue();
  const dataDir = set.dataDir ?? queue.dataDir;
  // tus goes by the system's clock.
  queue.clock.advance(Date.now() - queue.clock.nowMs());
  const { freeBytes = 2 ** 40, ...limits } = set;
  const uploads = await keepUploads({
    ...{ db: queue.db, clock: queue.clock, log: silentLogger, ...limits, dataDir },
    space: async () => ({ freeBytes, totalBytes: 2 ** 41 }),
  });
  let who: Actor | null = operator;
  const tus = tusUploads(dataDir, uploads);
  const fetches = await benchFetches({ uploads, clock: queue.clock, dataDir });
  const api = await serveApi(uploadRoutes({ db: queue.db, uploads, fetches, tus }), { actor: () => who });
  return { queue, api, uploads, folder: join(dataDir, 'uploads'), as: (actor) => (who = actor) };
}

const metadata = (values: Record<string, string>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');

function begin(api: ApiServer, sizeBytes: number, values: Record<string, string> = {}): Promise<ApiAnswer> {
  const said = Object.keys(values).length === 0 ? {} : { 'Upload-Metadata': metadata(values) };
  const headers = { ...tusHeaders, 'Upload-Length': String(sizeBytes), ...said };
  return api.fetch('/api/v1/uploads', { method: 'POST', headers });
}

function send(api: ApiServer, path: string, offset: number, body: string): Promise<ApiAnswer> {
  const headers = { ...tusHeaders, 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' };
  return api.fetch(path, { method: 'PATCH', headers, body });
}

function head(api: ApiServer, path: string): Promise<ApiAnswer> {
  return api.fetch(path, { method: 'HEAD', headers: tusHeaders });
}

/** Begins an upload and answers its path. */
async function begun(api: ApiServer, sizeBytes: number, values: Record<string, string> = {}): Promise<string> {
  const answer = await begin(api, sizeBytes, values);
  expect([answer.status, answer.problem]).toEqual([201, null]);
  const path = answer.headers.get('location') ?? '';
  expect(path).toMatch(/^\/api\/v1\/uploads\/[0-9a-f-]{36}$/);
  return path;
}

const idOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** Sends by the client that browsers use; ends as that does. */
function sendByClient(
  api: ApiServer,
  data: Buffer,
  set: Partial<UploadOptions>,
): { upload: Upload; ended: Promise<void> } {
  let upload: Upload | undefined;
  const ended = new Promise<void>((resolve, reject) => {
    upload = new Upload(data, {
      endpoint: `${api.url}/api/v1/uploads`,
      retryDelays: [],
      onSuccess: () => resolve(),
      onError: reject,
      ...set,
    });
    upload.start();
  });
  if (upload === undefined) throw new Error('there is no upload');
  return { upload, ended };
}

test('a film that breaks off in the middle is gone on with, checked, and becomes an input', async () => {
  const { api, folder, uploads } = await aBench();
  const data = randomBytes(3_000_000);
  const options = { chunkSize: 500_000, metadata: { filename: 'Tôt: a/b.mkv', sha256: sha256(data).toUpperCase() } };
  let url: string | null = null;
  await new Promise<void>((resolve, reject) => {
    const { upload, ended } = sendByClient(api, data, {
      ...options,
      onChunkComplete: (_chunk, sent) => {
        if (sent < 1_500_000) return;
        ({ url } = upload);
        void upload.abort().then(resolve);
      },
    });
    ended.catch(reject);
  });
  const path = new URL(url ?? '').pathname;
  const halfway = uploadView.parse((await api.fetch(path)).body);
  expect(halfway).toMatchObject({ state: 'receiving', name: 'Tôt_ a_b.mkv', sizeBytes: 3_000_000, finishedAt: null });
  expect(halfway.receivedBytes).toBeGreaterThanOrEqual(1_500_000);
  expect(halfway.receivedBytes).toBeLessThan(3_000_000);
  await expect(demandUploadPath(uploads, halfway.id, operator)).rejects.toMatchObject({ code: 'ENC-SYS-008' });

  await sendByClient(api, data, { ...options, uploadUrl: url }).ended;
  const { id } = halfway;
  expect(await demandUploadPath(uploads, id, operator)).toBe(join(folder, id, 'Tôt_ a_b.mkv'));
  expect(sha256(await readFile(join(folder, id, 'Tôt_ a_b.mkv')))).toBe(sha256(data));
  expect(await readdir(join(folder, id))).toEqual(['Tôt_ a_b.mkv']);
  expect(uploadView.parse((await api.fetch(path)).body)).toEqual({
    ...halfway,
    state: 'finished',
    receivedBytes: 3_000_000,
    finishedAt: halfway.createdAt,
    expiresAt: null,
  });
  expect(halfway.input).toBe(`upload:${id}`);
});

test('a film may come whole, or in part, with the request that begins it', async () => {
  const { api, queue, uploads, folder } = await aBench();
  const beginWith = (body: string, sizeBytes: number): Promise<ApiAnswer> => {
    const said = { 'Upload-Length': String(sizeBytes), 'Upload-Metadata': metadata({ filename: 'Film.mkv' }) };
    const headers = { ...tusHeaders, ...said, 'Content-Type': 'application/offset+octet-stream' };
    return api.fetch('/api/v1/uploads', { method: 'POST', headers, body });
  };
  const whole = await beginWith('all of the film', 15);
  expect([whole.status, whole.problem, whole.headers.get('upload-offset')]).toEqual([201, null, '15']);
  const part = await beginWith('all of', 15);
  expect([part.status, part.headers.get('upload-offset')]).toEqual([201, '6']);
  const partPath = part.headers.get('location') ?? '';
  expect((await send(api, partPath, 6, ' the film')).status).toBe(204);
  for (const path of [whole.headers.get('location') ?? '', partPath]) {
    const id = idOf(path);
    expect(uploadView.parse((await api.get(`/uploads/${id}`)).body).state).toBe('finished');
    expect(await readFile(await demandUploadPath(uploads, id, operator), 'utf8')).toBe('all of the film');
  }
  expect(await readdir(folder)).toHaveLength(2);
  expect(await queue.db.selectFrom('upload').select('finishedAtMs').execute()).toHaveLength(2);
});

test('whoever missed the last answer is told that all has come, also after a crash before it was checked', async () => {
  const { api, folder, uploads, queue } = await aBench();
  const path = await begun(api, 4, { filename: 'a.mkv', sha256: sha256('film') });
  expect((await send(api, path, 0, 'fi')).headers.get('upload-offset')).toBe('2');
  expect((await head(api, path)).headers.get('upload-offset')).toBe('2');
  // The rest was written when the server died.
  await writeFile(join(folder, idOf(path), 'coming'), 'film');
  const told = await head(api, path);
  expect([told.status, told.headers.get('upload-offset'), told.headers.get('upload-length')]).toEqual([200, '4', '4']);
  expect(await uploads.find(idOf(path))).toMatchObject({ finishedAtMs: queue.clock.nowMs() });
  expect((await send(api, path, 4, '')).problem?.code).toBe('ENC-SYS-008');
  // It died after the file had got its name.
  await queue.db.updateTable('upload').set({ finishedAtMs: null }).execute();
  expect((await head(api, path)).headers.get('upload-offset')).toBe('4');
  expect(await readdir(join(folder, idOf(path)))).toEqual(['a.mkv']);
});

test('a film that is not what its sender meant is thrown away', async () => {
  const { api, folder } = await aBench();
  const path = await begun(api, 4, { sha256: sha256('other') });
  const refused = await send(api, path, 0, 'film');
  expect([refused.status, refused.problem?.code]).toEqual([422, 'ENC-STO-006']);
  expect(refused.problem?.details).toContain(sha256('film'));
  expect(await readdir(folder)).toEqual([]);
  expect((await head(api, path)).status).toBe(404);
  await expect(sendByClient(api, Buffer.from('film'), { metadata: { sha256: sha256('other') } }).ended).rejects.toThrow(
    /422/,
  );
  expect(await readdir(folder)).toEqual([]);
});

test('an upload begins only where it is well said, allowed, and there is room', async () => {
  const { api, queue, folder, as } = await aBench({ mostBytes: 100, freeBytes: 2 ** 30 + 150 });
  const codeOf = async (answer: Promise<ApiAnswer>) => (await answer).problem?.code;
  const post = (headers: Record<string, string>) => api.fetch('/api/v1/uploads', { method: 'POST', headers });
  expect({
    noTus: await codeOf(post({ 'Upload-Length': '5' })),
    oldTus: await codeOf(post({ 'Tus-Resumable': '0.2.2', 'Upload-Length': '5' })),
    noLength: await codeOf(post(tusHeaders)),
    deferred: await codeOf(post({ ...tusHeaders, 'Upload-Defer-Length': '1' })),
    nothing: await codeOf(begin(api, 0)),
    negative: await codeOf(begin(api, -5)),
    noMetadata: await codeOf(post({ ...tusHeaders, 'Upload-Length': '5', 'Upload-Metadata': 'filename not-base64' })),
    noSum: await codeOf(begin(api, 5, { sha256: 'abc' })),
    longName: await codeOf(begin(api, 5, { filename: 'x'.repeat(1_001) })),
    tooLarge: await codeOf(begin(api, 101)),
  }).toEqual({
    noTus: 'ENC-SYS-007',
    oldTus: 'ENC-SYS-007',
    noLength: 'ENC-SYS-007',
    deferred: 'ENC-SYS-007',
    nothing: 'ENC-SYS-007',
    negative: 'ENC-SYS-007',
    noMetadata: 'ENC-SYS-007',
    noSum: 'ENC-SYS-007',
    longName: 'ENC-SYS-007',
    tooLarge: 'ENC-SYS-010',
  });
  const first = await begun(api, 100);
  // 50 bytes are left, since 100 are promised.
  const full = await begin(api, 60);
  expect([full.status, full.problem?.code]).toEqual([507, 'ENC-STO-003']);
  await send(api, first, 0, 'x'.repeat(40));
  expect((await begin(api, 80)).status).toBe(201);
  as(viewer);
  expect(await codeOf(begin(api, 1))).toBe('ENC-AUTH-004');
  as(null);
  expect(await codeOf(begin(api, 1))).toBe('ENC-AUTH-001');
  expect(await queue.db.selectFrom('upload').select('sizeBytes').execute()).toHaveLength(2);
  expect(await readdir(folder)).toHaveLength(2);
});

test('a part that does not fit changes nothing', async () => {
  const { api, folder } = await aBench();
  const path = await begun(api, 4);
  const wrong = await send(api, path, 2, 'lm');
  expect([wrong.status, wrong.problem?.code]).toEqual([409, 'ENC-SYS-008']);
  const part = (headers: Record<string, string>) =>
    api.fetch(path, { method: 'PATCH', headers: { ...tusHeaders, ...headers }, body: 'film' });
  const type = { 'Content-Type': 'application/offset+octet-stream' };
  expect((await part({ ...type, 'Upload-Offset': '-1' })).problem?.code).toBe('ENC-SYS-007');
  expect((await part(type)).problem?.code).toBe('ENC-SYS-007');
  expect((await part({ 'Upload-Offset': '0', 'Content-Type': 'text/plain' })).problem?.code).toBe('ENC-SYS-009');
  expect((await part({ ...type, 'Upload-Offset': '0', 'Upload-Length': '9' })).problem?.code).toBe('ENC-SYS-007');
  const long = await send(api, path, 0, 'film and more');
  expect([long.status, long.problem?.code]).toEqual([413, 'ENC-SYS-010']);
  expect((await head(api, path)).headers.get('upload-offset')).toBe('0');
  expect((await send(api, path, 0, 'film')).status).toBe(204);
  expect(await readFile(join(folder, idOf(path), 'upload'), 'utf8')).toBe('film');
});

test.runIf(canMount)('a disk that is full is told as that, and the upload goes on once there is room', async () => {
  const disk = await smallDisk(1_024);
  const { api } = await aBench({ dataDir: disk });
  await writeFile(join(disk, 'other'), Buffer.alloc(900_000));
  const path = await begun(api, 500_000);
  const refused = await send(api, path, 0, 'x'.repeat(500_000));
  expect([refused.status, refused.problem?.code]).toEqual([507, 'ENC-STO-003']);
  await rm(join(disk, 'other'));
  const sent = Number((await head(api, path)).headers.get('upload-offset'));
  expect(sent).toBeLessThan(500_000);
  expect((await send(api, path, sent, 'x'.repeat(500_000 - sent))).status).toBe(204);
});

test('an upload is its sender’s, and an admin’s', async () => {
  const { api, uploads, as } = await aBench();
  const path = await begun(api, 4, { filename: 'mine.mkv' });
  await send(api, path, 0, 'film');
  const other: Actor = { ...operator, id: 'u-other' };
  as(other);
  expect((await head(api, path)).status).toBe(404);
  expect((await api.fetch(path)).problem?.code).toBe('ENC-STO-001');
  expect((await send(api, path, 0, 'film')).problem?.code).toBe('ENC-STO-001');
  expect((await api.fetch(path, { method: 'DELETE' })).problem?.code).toBe('ENC-STO-001');
  expect((await api.get('/uploads')).body).toEqual({ items: [], total: 0, nextCursor: null });
  await expect(demandUploadPath(uploads, idOf(path), other)).rejects.toMatchObject({ code: 'ENC-STO-001' });
  as(admin);
  expect(uploadList.parse((await api.get('/uploads')).body).items.map(({ name }) => name)).toEqual(['mine.mkv']);
  expect(await demandUploadPath(uploads, idOf(path), admin)).toMatch(/mine\.mkv$/);
  expect((await api.get('/uploads/..%2fencrew.db')).problem?.code).toBe('ENC-SYS-007');
});

test('an upload is deleted with its file, but not while a job reads it', async () => {
  const { api, queue, uploads, folder } = await aBench();
  const path = await begun(api, 4, { filename: '../../coming' });
  await send(api, path, 0, 'film');
  const input = await demandUploadPath(uploads, idOf(path), operator);
  expect(input).toBe(join(folder, idOf(path), '_._.._coming'));
  await add(queue, 'reader', { input });
  const refused = await api.fetch(path, { method: 'DELETE' });
  expect([refused.problem?.code, refused.problem?.details]).toEqual([
    'ENC-SYS-008',
    'The job reader reads it: wait for its end, or cancel it.',
  ]);
  await queue.db.updateTable('job').set({ state: 'completed' }).execute();
  expect((await api.fetch(path, { method: 'DELETE', headers: tusHeaders })).status).toBe(204);
  expect([await readdir(folder), (await head(api, path)).status]).toEqual([[], 404]);
});

test('what nobody finishes in a week goes, with what is nobody’s; what is finished stays', async () => {
  const { api, queue, uploads, folder } = await aBench();
  const dayMs = 24 * 60 * 60_000;
  const finished = await begun(api, 4);
  await send(api, finished, 0, 'film');
  const late = await begun(api, 4);
  await send(api, late, 0, 'fi');
  await mkdir(join(folder, 'nobody'));
  await mkdir(join(folder, 'new'));
  const now = new Date(queue.clock.nowMs());
  await utimes(join(folder, 'nobody'), now, now);
  queue.clock.advance(7 * dayMs);
  await uploads.turn(signal);
  expect(await readdir(folder)).toHaveLength(4);
  queue.clock.advance(1);
  const later = new Date(queue.clock.nowMs());
  await utimes(join(folder, 'new'), later, later);
  await uploads.turn(signal);
  expect((await readdir(folder)).sort()).toEqual([idOf(finished), 'new'].sort());
  expect((await head(api, late)).status).toBe(404);
  expect((await head(api, finished)).headers.get('upload-offset')).toBe('4');
});
