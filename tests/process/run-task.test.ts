import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runTask, type StepProgress, type TaskContext, type TaskOutcome } from '#main/agent/run-task.ts';
import { builtInProfiles } from '#main/media/profile/built-in.ts';
import { systemClock } from '#main/platform/clock.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { type PlannedSource, planSource } from '#main/stages/plan.ts';
import { commandLines } from '#tests/helpers/process-table.ts';
import { ffmpeg } from '#tests/helpers/media-tools.ts';
import { newFolder, temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { thisFfmpeg } from '#tests/helpers/this-ffmpeg.ts';
import { type Profile, profile } from '#shared/model/profile.ts';
import type { PlannedTask } from '#shared/model/plan.ts';

const draft = profile.parse(builtInProfiles.find(({ name }) => name === 'draft'));
const noSignal = new AbortController().signal;

let films = '';
let film = '';
let planned: PlannedSource;
beforeAll(async () => {
  films = await newFolder();
  film = join(films, 'film.mkv');
  const video = ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=12:d=14', '-f', 'lavfi', '-i', 'sine=d=14'];
  const subtitle = join(films, 's.srt');
  await writeFile(subtitle, '1\n00:00:01,000 --> 00:00:02,000\nHello\n');
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', '-c:s', 'srt'];
  await ffmpeg(...video, '-i', subtitle, '-map', '0', '-map', '1', '-map', '2', ...codecs, film);
  planned = await planOf(draft);
});
afterAll(() => rm(films, { recursive: true, force: true }));

async function planOf(recipe: Profile): Promise<PlannedSource> {
  const request = { path: film, profile: recipe, chunkSec: 6, acceptTruncated: false };
  const answer = await planSource(request, { tools: await thisFfmpeg(), log: silentLogger }, noSignal);
  if (!answer.ok) throw new Error(answer.refused.message);
  return answer;
}

function taskOf(id: string): PlannedTask {
  const task = planned.plan.tasks.find((candidate) => candidate.id === id);
  if (task === undefined) throw new Error(`no task ${id} among ${planned.plan.tasks.map((one) => one.id).join()}`);
  return task;
}

async function run(id: string, workFolder: string, over: Partial<TaskContext> = {}): Promise<TaskOutcome> {
  const { plan, choice } = planned;
  const context = { plan, choice, sourcePath: film, workFolder, clock: systemClock, log: silentLogger };
  return runTask(taskOf(id), { ...context, tools: await thisFfmpeg(), signal: noSignal, attempt: 1, ...over });
}

test('a chunk becomes a folder with exactly its parts and a report of them', async () => {
  const work = await temporaryFolder();
  const told: StepProgress[] = [];
  const outcome = await run('video-0001', work, { onProgress: (progress) => told.push(progress) });
  const files = await filesIn(join(work, 'video-0001'));
  expect(Object.keys(files)).toEqual(['done.json', 'tiles/00001.jpg', 'video_160x90.mp4']);
  const sizes = Object.entries(files).map(([path, sizeBytes]) => ({ path, sizeBytes }));
  expect(outcome).toMatchObject({
    ok: true,
    resumed: false,
    report: { task: 'video-0001', attempt: 1, decodeErrors: 0, files: [sizes[2], sizes[1]] },
  });
  expect(JSON.parse(await readFile(join(work, 'video-0001/done.json'), 'utf8'))).toEqual(reportOf(outcome));
  expect(await readdir(work)).toEqual(['video-0001']);
  expect(told.at(-1)?.ratio).toBe(1);
});

test('sound and subtitles come whole', async () => {
  const work = await temporaryFolder();
  expect([(await run('audio', work)).ok, (await run('extract', work)).ok]).toEqual([true, true]);
  expect(Object.keys(await filesIn(work)).sort()).toEqual([
    ...['audio/audio_und_aac.mp4', 'audio/done.json', 'extract/done.json', 'extract/subtitles/2.srt'],
  ]);
});

test('a finished task is not done again, unless its encoder, its plan, its FFmpeg or its files are others', async () => {
  const work = await temporaryFolder();
  const first = reportOf(await run('video-0000', work));
  const again = async (over: Partial<TaskContext> = {}) => {
    const outcome = await run('video-0000', work, { attempt: 2, ...over });
    return outcome.ok && outcome.resumed;
  };
  expect(await run('video-0000', work, { attempt: 2 })).toEqual({ ok: true, report: first, resumed: true });
  expect(await again({ choice: { video_160x90: 'libx264rgb' } })).toBe(false);
  expect([await again(), await again()]).toEqual([false, true]);
  expect(await again({ plan: { ...planned.plan, title: 'another' } })).toBe(false);
  expect(await again({ tools: { ...(await thisFfmpeg()), version: '99' } })).toBe(false);
  expect([await again(), await again()]).toEqual([false, true]);
  await writeFile(join(work, 'video-0000/video_160x90.mp4'), 'cut');
  expect([await again(), await again()]).toEqual([false, true]);
  await writeFile(join(work, 'video-0000/done.json'), '{"format":1}');
  expect([await again(), await again()]).toEqual([false, true]);
});

test('a second pass leaves no statistics behind', async () => {
  const work = await temporaryFolder();
  const rateControl = { mode: 'abr-two-pass' };
  const { plan, choice } = await planOf(profile.parse({ ...draft, video: { ...draft.video, rateControl } }));
  expect((await run('video-0001', work, { plan, choice })).ok).toBe(true);
  expect(Object.keys(await filesIn(work))).toEqual([
    ...['video-0001/done.json', 'video-0001/tiles/00001.jpg', 'video-0001/video_160x90.mp4'],
  ]);
});

test('an encoder that is not there is told, and leaves nothing', async () => {
  const work = await temporaryFolder();
  const outcome = await run('video-0000', work, { choice: { video_160x90: 'h264_dream' } });
  expect(outcome).toMatchObject({ ok: false, code: 'encoder-missing' });
  expect(await readdir(work)).toEqual([]);
});

test('a film that went away is bad input', async () => {
  const work = await temporaryFolder();
  expect(await run('video-0000', work, { sourcePath: join(films, 'gone.mkv') })).toMatchObject({ code: 'bad-input' });
  expect(await readdir(work)).toEqual([]);
});

test.each([
  ['makes nothing', '', 'FFmpeg did not make video_160x90.mp4'],
  ['leaves its file empty', ': > "$last"', 'FFmpeg left video_160x90.mp4 empty'],
  [
    'writes no film',
    'echo film > "$last"',
    'video_160x90.mp4 of video-0000 holds an unknown number of pictures instead of 72',
  ],
])('an FFmpeg that is content but %s is not believed', async (_, act, message) => {
  const work = await temporaryFolder();
  const task = { ...taskOf('video-0000') };
  const ffmpegPath = join(await temporaryFolder(), 'ffmpeg');
  await writeFile(ffmpegPath, `#!/bin/sh\nfor last; do case $last in *.mp4) break;; esac; done\n${act}\nexit 0\n`);
  await chmod(ffmpegPath, 0o755);
  const tools = { ...(await thisFfmpeg()), ffmpegPath };
  const plan = { ...planned.plan, thumbnails: null };
  const outcome = await run(task.id, work, { tools, plan });
  expect(outcome).toEqual({ ok: false, code: 'bad-output', message, stderrTail: [] });
  expect(await readdir(work)).toEqual([]);
});

test('a part with too few pictures is not believed', async () => {
  const work = await temporaryFolder();
  const whole = planned.plan.video[0];
  const ffmpegPath = join(await temporaryFolder(), 'ffmpeg');
  const real = (await thisFfmpeg()).ffmpegPath;
  // Plays an FFmpeg whose input ended early: 72 pictures become 60.
  await writeFile(
    ffmpegPath,
    `#!/bin/sh\nfor w; do shift; [ "$w" = 72 ] && w=60; set -- "$@" "$w"; done\nexec ${real} "$@"\n`,
  );
  await chmod(ffmpegPath, 0o755);
  const outcome = await run('video-0000', work, { tools: { ...(await thisFfmpeg()), ffmpegPath } });
  const message = `${whole?.id}.mp4 of video-0000 holds 60 pictures instead of 72`;
  expect(outcome).toEqual({ ok: false, code: 'bad-output', message, stderrTail: [] });
});

test('a stop leaves no FFmpeg and no folder', async () => {
  const work = await temporaryFolder();
  const stop = new AbortController();
  const slow = {
    ...planned.plan,
    video: planned.plan.video.map((rung) => ({ ...rung, preset: 'placebo', width: 1920, height: 1080 })),
  };
  const outcome = await run('video-0000', work, { plan: slow, signal: stop.signal, onProgress: () => stop.abort() });
  expect(outcome).toMatchObject({ ok: false, code: 'stopped' });
  expect([await readdir(work), (await commandLines()).filter((line) => line.includes(film))]).toEqual([[], []]);
});

test('what an earlier crash left is in nobody’s way', async () => {
  const work = await temporaryFolder();
  await mkdir(join(work, 'video-0000.partial/tiles'), { recursive: true });
  await writeFile(join(work, 'video-0000.partial/half.mp4'), 'half');
  await mkdir(join(work, 'video-0000'));
  expect((await run('video-0000', work)).ok).toBe(true);
  expect(await readdir(work)).toEqual(['video-0000']);
});

function reportOf(outcome: TaskOutcome): unknown {
  return outcome.ok ? outcome.report : null;
}

/** Sizes by path, sorted. */
async function filesIn(folder: string): Promise<Record<string, number>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(
    paths.sort().map(async (path) => [path.slice(folder.length + 1), (await stat(path)).size]),
  );
  return Object.fromEntries(sizes);
}
