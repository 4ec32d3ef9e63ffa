import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readParts, type TaskReport } from '#main/agent/checkpoint.ts';
import { runTask } from '#main/agent/run-task.ts';
import { systemClock } from '#main/platform/clock.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { loseNode } from '#main/queue/lose-leases.ts';
import { sourceTag } from '#main/transfer/source-tag.ts';
import { commitAnswer, type PartManifest, partList, workRefusal } from '#shared/protocol/node-work.ts';
import { ffmpeg } from '#tests/helpers/media-tools.ts';
import { newFolder } from '#tests/helpers/temporary-folder.ts';
import { thisFfmpeg } from '#tests/helpers/this-ffmpeg.ts';
import { plannedFilm, type WorkBench, workBench } from '#tests/helpers/work-bench.ts';

/* What a node brings. The parts are real, made once for all tests. */

const film = plannedFilm();
let made = '';
beforeAll(async () => {
  made = await newFolder();
  const { path: sourcePath, planned } = film();
  const context = { ...planned, sourcePath, workFolder: made, clock: systemClock, log: silentLogger, attempt: 1 };
  for (const task of planned.plan.tasks.slice(0, 3)) {
    await runTask(task, { ...context, tools: await thisFfmpeg(), signal: new AbortController().signal });
  }
});
afterAll(() => rm(made, { recursive: true, force: true }));

type Files = Record<string, Uint8Array>;

async function partsOf(task: string): Promise<Files> {
  const report = await readParts(join(made, task));
  if (report === null) throw new Error(`${task} was not made`);
  const bytes = report.files.map(async ({ path }) => [path, await readFile(join(made, task, path))] as const);
  return Object.fromEntries(await Promise.all(bytes));
}

function manifestOf(files: Files): PartManifest {
  const listed = Object.entries(files).map(([path, bytes]) => ({
    ...{ path, sizeBytes: bytes.length },
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }));
  return { ffmpegVersion: '99.9', decodeErrors: 3, files: listed };
}

async function send(bench: WorkBench, at: string, files: Files): Promise<void> {
  for (const [path, body] of Object.entries(files)) {
    expect((await patch(bench, `${at}/files/${path}`, 0, body)).status).toBe(204);
  }
}

async function patch(bench: WorkBench, path: string, offset: number, body: Uint8Array, node = 'node-a') {
  const headers = { 'upload-offset': String(offset) };
  return bench.fetch(path, { method: 'PATCH', headers, body: new Uint8Array(body), node });
}

async function commit(bench: WorkBench, at: string, manifest: PartManifest) {
  return bench.fetch(`${at}/commit`, { method: 'POST', body: JSON.stringify(manifest) });
}

async function committed(bench: WorkBench, at: string, manifest: PartManifest) {
  return commitAnswer.parse(await (await commit(bench, at, manifest)).json());
}

async function refusal(response: Response) {
  const { code, offset } = workRefusal.parse(await response.json());
  return offset === null ? [response.status, code] : [response.status, code, offset];
}

/** Everything below the job's folder on the server. */
async function filesThere({ workFolder }: WorkBench): Promise<string[]> {
  const found = await readdir(workFolder, { recursive: true }).catch(() => []);
  return found.filter((path) => /\.(mp4|jpg|json)$/.test(path)).sort();
}

const video = 'j1.video-0000';
const at = `/parts/${video}/1`;
const rung = 'video_160x90.mp4';

test('parts that are all right lie where packaging looks for them, with their own FFmpeg in the report', async () => {
  const bench = await workBench(film());
  await bench.lease('video-0000');
  const files = await partsOf('video-0000');
  await send(bench, at, files);
  expect(await filesThere(bench)).toEqual(
    Object.keys(files)
      .map((path) => `.incoming/video-0000.1/${path}`)
      .sort(),
  );
  expect(await committed(bench, at, manifestOf(files))).toEqual({ state: 'committed' });
  const report = await readParts(join(bench.workFolder, 'video-0000'));
  expect(report).toMatchObject<Partial<TaskReport>>({ task: 'video-0000', ffmpegVersion: '99.9', decodeErrors: 3 });
  expect(await readdir(bench.workFolder)).toEqual(['video-0000']);
  const there = await readFile(join(bench.workFolder, 'video-0000', rung));
  expect(there.equals(files[rung] ?? Buffer.alloc(0))).toBe(true);
});

test('a commit whose answer was lost is answered the same again', async () => {
  const bench = await workBench(film());
  await bench.lease('video-0000');
  const files = await partsOf('video-0000');
  await send(bench, at, files);
  const manifest = manifestOf(files);
  const answers = [
    ...(await Promise.all([committed(bench, at, manifest), committed(bench, at, manifest)])),
    await committed(bench, at, manifest),
  ];
  expect(answers).toEqual(answers.map(() => ({ state: 'committed' })));
  expect(await readdir(bench.workFolder)).toEqual(['video-0000']);
});

test('an upload goes on where it stopped, and nowhere else', async () => {
  const bench = await workBench(film());
  await bench.lease('video-0000');
  const bytes = (await partsOf('video-0000'))[rung] ?? new Uint8Array();
  const path = `${at}/files/${rung}`;
  expect((await patch(bench, path, 0, bytes.subarray(0, 1000))).headers.get('upload-offset')).toBe('1000');
  expect(await refusal(await patch(bench, path, 0, bytes.subarray(0, 1000)))).toEqual([409, 'offset', 1000]);
  expect(await refusal(await patch(bench, path, 2000, bytes.subarray(2000)))).toEqual([409, 'offset', 1000]);
  const head = await bench.fetch(path, { method: 'HEAD' });
  expect([head.status, head.headers.get('upload-offset')]).toEqual([200, '1000']);
  expect((await patch(bench, path, 1000, bytes.subarray(1000))).status).toBe(204);
  expect(await readFile(join(bench.workFolder, '.incoming/video-0000.1', rung))).toEqual(Buffer.from(bytes));
});

test('only names of the plan are written, whatever the path says', async () => {
  const bench = await workBench(film());
  await bench.lease('video-0000');
  const body = new Uint8Array([1]);
  const names = ['done.json', 'other.mp4', '..%2f..%2fescape.mp4', '%2e%2e/%2e%2e/escape.mp4', `.%2f${rung}`];
  for (const name of names) {
    expect(await refusal(await patch(bench, `${at}/files/${name}`, 0, body))).toEqual([404, 'nothing']);
  }
  expect((await bench.fetch(`${at}/files/no.mp4`, { method: 'HEAD' })).status).toBe(404);
  expect(await filesThere(bench)).toEqual([]);
});

test('a request without an offset, without a length or with too much of a body writes nothing', async () => {
  const bench = await workBench(film());
  await bench.lease('video-0000');
  const path = `${at}/files/${rung}`;
  const unplaced = await bench.fetch(path, { method: 'PATCH', body: new Uint8Array([1]) });
  expect(await refusal(unplaced)).toEqual([400, 'bad-request']);
  const endless = new ReadableStream({ start: (stream) => (stream.enqueue(new Uint8Array([1])), stream.close()) });
  const unmeasured = { method: 'PATCH', headers: { 'upload-offset': '0' }, body: endless, duplex: 'half' } as const;
  expect(await refusal(await bench.fetch(path, unmeasured))).toEqual([400, 'bad-request']);
  expect(await refusal(await patch(bench, path, 0, new Uint8Array(4 * 2 ** 20 + 1)))).toEqual([413, 'too-big']);
  expect(await filesThere(bench)).toEqual([]);
});

test('parts that grow far beyond the plan are stopped', async () => {
  const bench = await workBench(film());
  const { assignment } = await bench.lease('video-0000');
  const { plan } = assignment;
  const small = { ...plan, estimatedBytes: 1, sourceBytes: 0 };
  await bench.queue.db
    .updateTable('jobPlan')
    .set({ planJson: JSON.stringify(small) })
    .execute();
  const slice = new Uint8Array(4 * 2 ** 20);
  const path = `${at}/files/${rung}`;
  let sent = 0;
  for (; sent < 64; sent += 1) expect((await patch(bench, path, sent * slice.length, slice)).status).toBe(204);
  expect(await refusal(await patch(bench, path, sent * slice.length, slice))).toEqual([413, 'too-big']);
});

test('a file that is missing, one too many, and one cut short are told; what came stays', async () => {
  const bench = await workBench(film());
  await bench.lease('video-0000');
  const files = await partsOf('video-0000');
  const manifest = manifestOf(files);
  await send(bench, at, { [rung]: (files[rung] ?? new Uint8Array()).subarray(0, 500) });
  const short = await committed(bench, at, manifest);
  const fewer = await committed(bench, at, { ...manifest, files: manifest.files.slice(1) });
  expect([short, fewer]).toMatchObject([{ because: 'size' }, { because: 'names' }]);
  const foreign = { path: '../../escape', sizeBytes: 1, sha256: 'a'.repeat(64) };
  await patch(bench, `${at}/files/${rung}`, 0, new Uint8Array([1]));
  const more = await committed(bench, at, { ...manifest, files: [...manifest.files, foreign] });
  expect(more).toMatchObject({ state: 'refused', because: 'names' });
});

test('other bytes than were promised are refused, and deleted', async () => {
  const bench = await workBench(film());
  await bench.lease('video-0000');
  const files = await partsOf('video-0000');
  const flipped = Buffer.from(files[rung] ?? []);
  flipped[1000] = (flipped[1000] ?? 0) ^ 1;
  await send(bench, at, { ...files, [rung]: flipped });
  const answer = await committed(bench, at, manifestOf(files));
  expect(answer).toMatchObject({ state: 'refused', because: 'hash' });
  expect(await committed(bench, at, manifestOf(files))).toEqual(answer);
  expect(await filesThere(bench)).toEqual([]);
});

test.for([
  ['too few pictures', ['-frames:v', '70'], 'pictures'],
  ['another size', ['-vf', 'scale=128:72'], 'layout'],
  ['another pixel format', ['-pix_fmt', 'yuv444p'], 'layout'],
  ['another codec', ['-c:v', 'mpeg4'], 'layout'],
] as const)('a rung with %s is refused', async ([, options, because]) => {
  const bench = await workBench(film());
  await bench.lease('video-0000');
  const files = await partsOf('video-0000');
  const other = join(bench.queue.dataDir, 'other.mp4');
  const codec = options[0] === '-c:v' ? [] : ['-c:v', 'libx264'];
  await ffmpeg('-i', join(made, 'video-0000', rung), ...codec, '-preset', 'ultrafast', ...options, other);
  const wrong = { ...files, [rung]: await readFile(other) };
  await send(bench, at, wrong);
  expect(await committed(bench, at, manifestOf(wrong))).toMatchObject({ state: 'refused', because });
  expect(await filesThere(bench)).toEqual([]);
});

test('a rung that is no film at all is refused', async () => {
  const bench = await workBench(film());
  await bench.lease('video-0000');
  const wrong = { ...(await partsOf('video-0000')), [rung]: Buffer.from('no film') };
  await send(bench, at, wrong);
  expect(await committed(bench, at, manifestOf(wrong))).toMatchObject({ state: 'refused', because: 'layout' });
});

test('sound is taken as planned, and nothing else in its place', async () => {
  const bench = await workBench(film());
  await bench.lease('audio');
  const files = await partsOf('audio');
  const [name = ''] = Object.keys(files);
  const wrong = { [name]: (await partsOf('video-0000'))[rung] ?? new Uint8Array() };
  await send(bench, '/parts/j1.audio/1', wrong);
  const refused = await committed(bench, '/parts/j1.audio/1', manifestOf(wrong));
  await send(bench, '/parts/j1.audio/1', files);
  const taken = await committed(bench, '/parts/j1.audio/1', manifestOf(files));
  expect([refused, taken]).toMatchObject([{ because: 'layout' }, { state: 'committed' }]);
});

test('an attempt that is not current brings nothing, and what it had brought is deleted', async () => {
  const bench = await workBench(film());
  await bench.lease('video-0000');
  const files = await partsOf('video-0000');
  await send(bench, at, files);
  await loseNode(bench.queue, 'node-a', 'its line was cut');
  bench.queue.clock.advance(60_000);
  const again = await bench.lease('video-0000', 'node-b');
  const lost = [410, 'lost'];
  expect(await refusal(await commit(bench, at, manifestOf(files)))).toEqual(lost);
  expect(await refusal(await patch(bench, `${at}/files/${rung}`, 0, new Uint8Array([1])))).toEqual(lost);
  expect((await bench.fetch(`${at}/files/${rung}`, { method: 'HEAD' })).status).toBe(410);
  expect(await filesThere(bench)).toEqual([]);
  const path = `/parts/${video}/${again.attempt}/files/${rung}`;
  expect(await refusal(await patch(bench, path, 0, new Uint8Array([1])))).toEqual(lost);
  expect((await patch(bench, path, 0, new Uint8Array([1]), 'node-b')).status).toBe(204);
  // Another's knock clears nothing away.
  expect(await refusal(await commit(bench, `/parts/${video}/${again.attempt}`, manifestOf(files)))).toEqual(lost);
  expect(await filesThere(bench)).toEqual([`.incoming/video-0000.${again.attempt}/${rung}`]);
});

test('parts of a lease that ran out in an outage are taken as long as nobody has begun the task since', async () => {
  const bench = await workBench(film());
  await bench.lease('video-0000');
  const files = await partsOf('video-0000');
  await loseNode(bench.queue, 'node-a', 'its line was cut');
  // Its encoder still reads the film.
  expect((await bench.fetch('/sources/j1', { headers: { 'if-match': sourceTag(film().source) } })).status).toBe(200);
  expect((await bench.fetch('/sources/j1', { node: 'node-b' })).status).toBe(410);
  expect(await refusal(await patch(bench, `${at}/files/${rung}`, 0, new Uint8Array([1]), 'node-b'))).toEqual([
    410,
    'lost',
  ]);
  await send(bench, at, files);
  expect(await committed(bench, at, manifestOf(files))).toEqual({ state: 'committed' });
  expect(await filesThere(bench)).toContain(`video-0000/${rung}`);
});

test('what nobody holds any more is swept, also after the server was started anew', async () => {
  const bench = await workBench(film());
  await bench.lease('video-0000');
  await bench.lease('video-0001');
  const body = new Uint8Array([1]);
  await patch(bench, `${at}/files/${rung}`, 0, body);
  await patch(bench, `/parts/j1.video-0001/1/files/${rung}`, 0, body);
  await mkdir(join(bench.workFolder, '.incoming/video-0002.7'), { recursive: true });
  await bench.queue.db.updateTable('task').set({ state: 'ready' }).where('id', '=', video).execute();
  await bench.sweep();
  expect(await readdir(join(bench.workFolder, '.incoming'))).toEqual(['video-0001.1']);
});

test('a twin’s parts come in as well, and the first of the two stays', async () => {
  const bench = await workBench(film());
  await bench.lease('video-0000', 'node-b');
  await bench.queue.db
    .updateTable('task')
    .set({ twinNodeId: 'node-a', twinAttempt: 2, twinLeaseUntilMs: 1, twinStartedAtMs: 1 })
    .where('id', '=', video)
    .execute();
  const files = await partsOf('video-0000');
  await send(bench, `/parts/${video}/2`, files);
  expect(await committed(bench, `/parts/${video}/2`, manifestOf(files))).toEqual({ state: 'committed' });
  const first = await readFile(join(bench.workFolder, 'video-0000/done.json'), 'utf8');
  const body = JSON.stringify({ ...manifestOf(files), ffmpegVersion: '1' });
  const second = await bench.fetch(`${at}/commit`, { method: 'POST', body, node: 'node-b' });
  expect(await second.json()).toEqual({ state: 'committed' });
  expect(await readFile(join(bench.workFolder, 'video-0000/done.json'), 'utf8')).toBe(first);
});

test('a node may take its parts back', async () => {
  const bench = await workBench(film());
  await bench.lease('video-0000');
  await send(bench, at, await partsOf('video-0000'));
  expect((await bench.fetch(at, { method: 'DELETE' })).status).toBe(204);
  expect(await readdir(bench.workFolder)).toEqual([]);
});

test('what was extracted can be had by who has a task of the job', async () => {
  const bench = await workBench(film());
  await bench.lease('video-0000');
  expect(await refusal(await bench.fetch('/jobs/j1/extracted'))).toEqual([404, 'nothing']);
  const { plan } = film().planned;
  expect(plan.tasks.map(({ type }) => type)).not.toContain('extract');
  // The same shape of folder, by any task.
  await cp(join(made, 'audio'), join(bench.workFolder, 'extract'), { recursive: true });
  const { files } = partList.parse(await (await bench.fetch('/jobs/j1/extracted')).json());
  const [file] = files;
  const bytes = await (await bench.fetch(`/jobs/j1/extracted/${file?.path}`)).arrayBuffer();
  expect([files.length, bytes.byteLength]).toEqual([1, file?.sizeBytes]);
  expect(await refusal(await bench.fetch('/jobs/j1/extracted/done.json'))).toEqual([404, 'nothing']);
  expect(await refusal(await bench.fetch('/jobs/j1/extracted', { node: 'node-b' }))).toEqual([410, 'lost']);
});
