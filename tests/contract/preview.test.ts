import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { taskReport } from '#main/agent/checkpoint.ts';
import { cancelJob } from '#main/queue/steer-job.ts';
import type { MadeParts } from '#tests/helpers/made-parts.ts';
import { decodeErrors, ffmpeg, ffprobeJson } from '#tests/helpers/media-tools.ts';
import { makeFilmParts, type PreviewBench, previewBench } from '#tests/helpers/preview-bench.ts';
import type { ApiServer } from '#tests/helpers/serve-api.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

const rung = 'video_320x180';
const filmSec = 8;
let folder = '';
let parts: MadeParts;
let sound = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'encrew-preview-'));
  parts = await makeFilmParts(folder, filmSec, 2);
  sound = parts.plan.audio[0]?.id ?? '';
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a preview begins when the sound and the first chunk are done, and says so in the job', async () => {
  const bench = await previewBench(parts);
  const master = () => bench.api.get('/jobs/j/preview/master.m3u8');
  const ask = async () => {
    const { status, problem, headers } = await master();
    return [status, problem?.code ?? null, headers.get('retry-after'), await bench.previews.master('j')];
  };
  const notYet = [404, 'ENC-JOB-012', '5', null];
  expect(await ask()).toEqual(notYet);
  await bench.finish('video-0000', 'video-0001');
  expect(await ask()).toEqual(notYet);
  await bench.finish('audio');
  expect(await ask()).toEqual([200, null, null, '/api/v1/jobs/j/preview/master.m3u8']);

  const { text, headers } = await master();
  expect(headers.get('content-type')).toBe('application/vnd.apple.mpegurl');
  expect(headers.get('cache-control')).toContain('no-cache');
  expect(text.split('\n').filter((line) => line.endsWith('.m3u8') || line.includes('URI='))).toEqual([
    expect.stringContaining(`TYPE=AUDIO,GROUP-ID="audio_aac"`),
    'video_320x180/video_320x180.m3u8',
    'video_160x90/video_160x90.m3u8',
  ]);
});

test('chunks are listed in the order of the film, and none behind one that is missing', async () => {
  const bench = await previewBench(parts);
  await bench.finish('audio', 'video-0000');
  const one = await playlist(bench, rung);
  expect(one).toBe(`#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:1
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:EVENT
#EXT-X-START:TIME-OFFSET=0
#EXT-X-MAP:URI="video_320x180-init.mp4"
#EXTINF:1.001000,
video_320x180-0000.m4s
#EXTINF:1.001000,
video_320x180-0001.m4s
`);
  const soundOfOne = await playlist(bench, sound);
  expect(segmentsOf(soundOfOne)).toHaveLength(2);

  await bench.finish('video-0002');
  expect(await playlist(bench, rung)).toBe(one);
  await bench.finish('video-0001');
  const three = await playlist(bench, rung);
  expect([three.startsWith(one), segmentsOf(three).length, three.includes('ENDLIST')]).toEqual([true, 6, false]);
  await bench.finish('video-0003');
  const all = await playlist(bench, rung);
  expect([all.startsWith(three), segmentsOf(all).length, all.endsWith('#EXT-X-ENDLIST\n')]).toEqual([true, 8, true]);
  const soundOfAll = await playlist(bench, sound);
  expect([soundOfAll.startsWith(soundOfOne), segmentsOf(soundOfAll).length]).toEqual([true, 8]);
  expect(soundOfAll.endsWith('#EXT-X-ENDLIST\n')).toBe(true);
});

test('what is listed holds exactly the pictures of its chunks, beside the sound, and decodes without a complaint', async () => {
  const bench = await previewBench(parts);
  await bench.finish('audio', 'video-0000', 'video-0001');
  const place = await temporaryFolder();
  const frames = parts.plan.tasks.flatMap(({ chunk }) => (chunk === null ? [] : [chunk.frames]));
  const listed = (frames[0] ?? 0) + (frames[1] ?? 0);
  for (const id of [rung, 'video_160x90']) {
    const file = await joined(bench, id, place);
    expect(await decodeErrors(file)).toBe('');
    expect(await countsOf(file)).toEqual([{ codec_type: 'video', nb_read_frames: listed, start_time: 0.133467 }]);
  }
  const heard = await joined(bench, sound, place);
  expect(await decodeErrors(heard)).toBe('');
  const [audio] = await countsOf(heard);
  expect(Math.abs((audio?.start_time ?? 0) - 0.133467)).toBeLessThan(0.0001);
});

test('FFmpeg plays the whole film over HTTP from the moment when all chunks are there', async () => {
  const bench = await previewBench(parts);
  await bench.finish('audio', 'video-0000', 'video-0001', 'video-0002', 'video-0003');
  const url = `${bench.api.url}/api/v1/jobs/j/preview/master.m3u8`;
  expect(await decodeErrors(url)).toBe('');
  const streams = await countsOf(url);
  const pictures = streams.filter(({ codec_type }) => codec_type === 'video');
  expect(pictures.map(({ nb_read_frames }) => nb_read_frames)).toEqual(Array(2).fill(parts.plan.grid.frames));
  const starts = streams.map(({ start_time }) => start_time);
  expect(Math.max(...starts) - Math.min(...starts)).toBeLessThan(0.001);
});

test('a chunk that is cut short, or that another encoder made, ends what is listed', async () => {
  const bench = await previewBench(parts);
  await bench.finish('audio', 'video-0000', 'video-0001', 'video-0002');
  await truncate(join(bench.work, 'video-0002', `${rung}.mp4`), 2000);
  expect(segmentsOf(await playlist(bench, rung))).toHaveLength(4);

  const other = await previewBench({ ...parts, choice: { ...parts.choice, [rung]: 'h264_nvenc' } });
  await other.finish('audio', 'video-0000');
  expect((await other.api.get('/jobs/j/preview/master.m3u8')).problem?.code).toBe('ENC-JOB-012');
});

test('a chunk with another stream header ends what is listed, also where its node says that all is well', async () => {
  const bench = await previewBench(parts);
  await bench.finish('audio', 'video-0000', 'video-0001');
  await encodeOtherwise(bench, 'video-0001');
  expect(segmentsOf(await playlist(bench, rung))).toHaveLength(2);
  expect(segmentsOf(await playlist(bench, 'video_160x90'))).toHaveLength(4);
});

test('what was listed stays listed when a chunk has to be made again, and its segments come back with it', async () => {
  const bench = await previewBench(parts);
  await bench.finish('audio', 'video-0000', 'video-0001');
  const before = await playlist(bench, rung);
  const segment = `/jobs/j/preview/${rung}/${rung}-0002.m4s`;
  const bytes = (await bench.api.get(segment)).text;
  await rm(join(bench.work, 'video-0001'), { recursive: true });
  expect(await playlist(bench, rung)).toBe(before);
  const gone = await bench.api.get(segment);
  expect([gone.status, gone.problem?.code, gone.headers.get('retry-after')]).toEqual([404, 'ENC-JOB-012', '5']);
  await bench.finish('video-0001');
  expect((await bench.api.get(segment)).text).toBe(bytes);

  // By an encoder with other stream headers: the player could not show it.
  await encodeOtherwise(bench, 'video-0001');
  expect((await bench.api.get(segment)).problem?.code).toBe('ENC-JOB-012');
  expect(await playlist(bench, rung)).toBe(before);
});

test('a film that is done is played from its package, and one that ended otherwise not at all', async () => {
  const bench = await previewBench(parts);
  await bench.finish('audio', 'video-0000');
  const set = { state: 'completed', output: '/out/Film/Film.m3u8' };
  await bench.queue.db.updateTable('job').set(set).where('id', '=', 'j').execute();
  const over = await bench.api.get('/jobs/j/preview/master.m3u8');
  expect([over.status, over.problem?.code, over.problem?.details]).toEqual([
    410,
    'ENC-JOB-013',
    'The film is done: play /api/v1/jobs/j/outputs/Film.m3u8 instead.',
  ]);
  expect(await bench.previews.master('j')).toBe(null);

  const other = await previewBench(parts);
  await other.finish('audio', 'video-0000');
  await cancelJob(other.queue, 'j', null);
  const ended = await other.api.get('/jobs/j/preview/master.m3u8');
  expect([ended.status, ended.problem?.code, ended.headers.get('retry-after')]).toEqual([404, 'ENC-JOB-012', null]);
});

test('nothing but what the playlists name is given out', async () => {
  const bench = await previewBench(parts);
  await bench.finish('audio', 'video-0000');
  await writeFile(join(bench.work, 'secret.mp4'), 'secret');
  const paths = [
    ...['secret.mp4', 'video-0000/done.json', `${rung}/${rung}.mp4`, `${rung}/../secret.mp4`, '%2e%2e/secret.mp4'],
    ...[`${rung}/${rung}-00000.m4s`, `${rung}/${rung}-0002.m4s`, `${rung}/${rung}--001.m4s`, `${rung}/`, '__proto__'],
    ...[`other/other.m3u8`, `${rung}/%00`, `${rung}%5c${rung}.m3u8`],
  ];
  const answers = await Promise.all(paths.map((path) => bench.api.get(`/jobs/j/preview/${path}`)));
  expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 404));
  expect((await bench.api.get('/jobs/k/preview/master.m3u8')).problem?.code).toBe('ENC-JOB-004');
});

test('a segment says how long it is, and more of them at once than the server will send are put off', async () => {
  const bench = await previewBench(parts);
  await bench.finish('audio', 'video-0000');
  const path = `/api/v1/jobs/j/preview/${rung}/${rung}-0001.m4s`;
  const whole = await fetch(`${bench.api.url}${path}`);
  const sizeBytes = (await whole.arrayBuffer()).byteLength;
  const head = await bench.api.fetch(path, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), head.headers.get('content-type'), head.text]).toEqual([
    200,
    String(sizeBytes),
    'video/iso.segment',
    '',
  ]);
  const full = await previewBench(parts, { mostSegments: 0 });
  await full.finish('audio', 'video-0000');
  const putOff = await full.api.fetch(path);
  expect([putOff.status, putOff.problem?.code, putOff.headers.get('retry-after')]).toEqual([503, 'ENC-SYS-004', '1']);
});

test('segments and playlists are made without a trace on the disk', async () => {
  const bench = await previewBench(parts);
  await bench.finish('audio', 'video-0000');
  const before = await readdir(bench.queue.dataDir, { recursive: true });
  await joined(bench, rung, await temporaryFolder());
  expect(await readdir(bench.queue.dataDir, { recursive: true })).toEqual(before);
});

/** Puts a chunk in its place that has the same pictures and other stream headers, and a report that calls it whole. */
async function encodeOtherwise(bench: PreviewBench, task: string): Promise<void> {
  const path = join(bench.work, task, `${rung}.mp4`);
  const asked = ['-c:v', 'libx264', '-profile:v', 'baseline', '-g', '30', '-sc_threshold', '0'];
  await ffmpeg('-i', join(parts.work, task, `${rung}.mp4`), ...asked, '-fps_mode', 'passthrough', path);
  const report = join(bench.work, task, 'done.json');
  const { files, ...rest } = taskReport.parse(JSON.parse(await readFile(report, 'utf8')));
  const { size } = await stat(path);
  const told = files.map((file) => (file.path === `${rung}.mp4` ? { ...file, sizeBytes: size } : file));
  await writeFile(report, JSON.stringify({ ...rest, files: told }));
}

async function playlist({ api }: PreviewBench, id: string): Promise<string> {
  const answer = await api.get(`/jobs/j/preview/${id}/${id}.m3u8`);
  if (answer.status !== 200) throw new Error(`${id}: ${answer.status} ${answer.text}`);
  return answer.text;
}

function segmentsOf(text: string): string[] {
  return text.split('\n').filter((line) => line.endsWith('.m4s'));
}

/** The init segment and all listed segments in one file, as a player would append them. */
async function joined(bench: PreviewBench, id: string, place: string): Promise<string> {
  const names = [`${id}-init.mp4`, ...segmentsOf(await playlist(bench, id))];
  const pieces = await Promise.all(names.map((name) => bytesAt(bench.api, `${id}/${name}`)));
  const path = join(place, `${id}.mp4`);
  await writeFile(path, Buffer.concat(pieces));
  return path;
}

async function bytesAt({ url }: ApiServer, path: string): Promise<Uint8Array> {
  const response = await fetch(`${url}/api/v1/jobs/j/preview/${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

const counted = z.object({
  streams: z.array(
    z.object({
      codec_type: z.string(),
      nb_read_frames: z.coerce.number(),
      start_time: z.coerce.number(),
    }),
  ),
});

async function countsOf(input: string): Promise<z.infer<typeof counted>['streams']> {
  const asked = ['-count_frames', '-show_entries', 'stream=codec_type,nb_read_frames,start_time'];
  return counted.parse(await ffprobeJson(input, ...asked)).streams;
}
