import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { type OfferWatch, watchOffer } from '#main/agent/offer/watch-offer.ts';
import type { Senses } from '#main/agent/offer/readings.ts';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import { type Clock, systemClock } from '#main/platform/clock.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { type NodeOffer, nodeLimits, notTriedYet } from '#shared/model/node.ts';
import type { Assignment, TaskEnding } from '#shared/protocol/node.ts';
import { aFacts } from '#tests/helpers/a-facts.ts';
import { builtIn, planOf } from '#tests/helpers/a-plan.ts';
import { aTask } from '#tests/helpers/a-queue.ts';
import { commandLines } from '#tests/helpers/process-table.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { thisFfmpeg } from '#tests/helpers/this-ffmpeg.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';

const program = fileURLToPath(new URL('./programs/fake-gpu.mjs', import.meta.url));

let real: FfmpegTools;
let tools: FfmpegTools;
let dataDir: string;
let gpuWorks: string;
beforeEach(async () => {
  real = await thisFfmpeg();
  dataDir = await temporaryFolder();
  // Answers of one build are remembered: each test has a build of its own.
  tools = { ...real, ffmpegPath: program, version: `fake-${dataDir}` };
  gpuWorks = join(dataDir, 'gpu-works');
  await writeFile(gpuWorks, '');
  vi.stubEnv('FAKE_GPU_WORKS', gpuWorks);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** A calm machine with a mains plug. */
const calm: Senses = {
  gpus: async () => [{ index: 0, model: 'GPU of a test', memoryBytes: null }],
  onBattery: async () => false,
  temperatureC: async () => 40,
  fullScreen: async () => null,
  cpuTimes: () => ({ busyMs: 0, totalMs: systemClock.monotonicMs(), ownMs: 0 }),
  freeMemoryBytes: () => 2 ** 33,
  disk: async () => ({ freeBytes: 2 ** 40, totalBytes: 2 ** 41 }),
};
const facts = { cores: 8, cpuModel: 'Test', memoryBytes: 2 ** 34, platform: 'linux', arch: 'x64' };

/** Waiting is so many times as fast as it is. */
function quickClock(times: number): Clock {
  return {
    nowMs: () => systemClock.nowMs(),
    monotonicMs: () => systemClock.monotonicMs() * times,
    after: (delayMs, work) => systemClock.after(delayMs / times, work),
  };
}

async function watch(
  senses: Partial<Senses> = {},
  clock = quickClock(40),
): Promise<{ watch: OfferWatch; told: NodeOffer[] }> {
  const told: NodeOffer[] = [];
  const made = await watchOffer({
    ...{ tools, dataDir, packages: false, clock, log: silentLogger },
    machine: { facts, senses: { ...calm, ...senses } },
    onChange: (offer) => told.push(offer),
  });
  onTestFinished(() => made.stop());
  return { watch: made, told };
}

function encoderOf(offer: NodeOffer, name: string) {
  return offer.encoders.find((one) => one.name === name);
}

const isTried = (offer: NodeOffer): boolean => offer.encoders.every(({ reason }) => reason !== notTriedYet);

test('hardware is offered after a trial whose result was looked at, never for being listed', async () => {
  const { watch: node, told } = await watch();
  const first = node.current();
  expect(first.slots).toEqual({ cpu: 4, io: 1, 'gpu-encode': 0, 'gpu-scale': 4 });
  expect(encoderOf(first, 'libx264')).toEqual({ name: 'libx264', works: true, reason: null, megapixelsPerSec: null });
  expect(encoderOf(first, 'h264_vaapi')).toMatchObject({ works: false, reason: notTriedYet });

  await waitUntil('all were tried', () => isTried(node.current()));
  const tried = ['h264_nvenc', 'hevc_nvenc', 'h264_qsv', 'h264_vaapi'].map((name) => {
    const found = encoderOf(node.current(), name);
    return [name, found?.works, found?.reason];
  });
  expect(tried).toEqual([
    ['h264_nvenc', false, expect.stringContaining('No capable devices found')],
    ['hevc_nvenc', false, 'what it made can not be read'],
    ['h264_qsv', false, 'it made mpeg4 640x360 instead of h264 640x360'],
    ['h264_vaapi', true, null],
  ]);
  await waitUntil('the server is told', () => told.some((offer) => offer.slots['gpu-encode'] === 1));
});

test('a GPU whose driver has no encoder that works is no place for GPU tasks', async () => {
  await rm(gpuWorks);
  const { watch: node } = await watch();
  await waitUntil('all were tried', () => isTried(node.current()));
  await waitUntil('the GPU is known', () => node.current().gpus.length === 1);
  expect(node.current().slots['gpu-encode']).toBe(0);
});

test('speeds are measured once, and the next start knows them at once', async () => {
  const { watch: first } = await watch();
  await waitUntil('all were tried', () => isTried(first.current()));
  await waitUntil('all are measured', () =>
    first.current().encoders.every(({ works, megapixelsPerSec }) => {
      return !works || megapixelsPerSec !== null;
    }),
  );
  const before = encoderOf(first.current(), 'h264_vaapi');
  expect(before?.megapixelsPerSec).toBeGreaterThan(0);
  await first.stop();

  const { watch: second } = await watch();
  expect(encoderOf(second.current(), 'h264_vaapi')).toEqual(before);
  expect(second.current().slots['gpu-encode']).toBe(1);
  await second.stop();

  tools = { ...tools, version: 'another' };
  const { watch: other } = await watch();
  expect(encoderOf(other.current(), 'h264_vaapi')).toMatchObject({ works: false, reason: notTriedYet });
});

test('hardware that worked at the last start is tried again at this one', async () => {
  const { watch: first } = await watch();
  await waitUntil('it works', () => encoderOf(first.current(), 'h264_vaapi')?.works === true);
  await waitUntil('all were tried', () => isTried(first.current()));
  await first.stop();
  await rm(gpuWorks);
  const { watch: second } = await watch();
  await waitUntil('it is found out', () => encoderOf(second.current(), 'h264_vaapi')?.works === false);
  expect(second.current().slots['gpu-encode']).toBe(0);
});

test('hardware that fails at work is tried again, and taken from the offer; when it works again it is back', async () => {
  const { watch: node, told } = await watch();
  await waitUntil('it works', () => told.at(-1)?.slots['gpu-encode'] === 1);
  await rm(gpuWorks);
  const hands = node.watched({
    execute: async () => failed,
    forget: async () => {},
    close: async () => {},
  });
  await hands.execute(onVaapi(), { signal: new AbortController().signal, onProgress: () => {} });
  await waitUntil('it is no longer offered', () => told.at(-1)?.slots['gpu-encode'] === 0);
  expect(encoderOf(node.current(), 'h264_vaapi')?.reason).toContain('Failed to initialise VAAPI connection');
  await writeFile(gpuWorks, '');
  await waitUntil('it is offered again', () => told.at(-1)?.slots['gpu-encode'] === 1, 60_000);
});

test('what failed its trial is tried again at once when people ask for it, and what works stays offered', async () => {
  await rm(gpuWorks);
  const { watch: node, told } = await watch();
  await waitUntil('all were tried', () => isTried(node.current()));
  expect(node.current().slots['gpu-encode']).toBe(0);
  await writeFile(gpuWorks, '');
  node.proveAgain();
  const waiting = node.current().encoders.filter(({ reason }) => reason === notTriedYet);
  expect(waiting.map(({ name, works }) => [name, works])).toEqual([
    ['h264_nvenc', false],
    ['hevc_nvenc', false],
    ['h264_qsv', false],
    ['h264_vaapi', false],
  ]);
  expect(encoderOf(node.current(), 'libx264')?.works).toBe(true);
  expect(told.at(-1)?.encoders.some(({ reason }) => reason === notTriedYet)).toBe(true);
  await waitUntil('it is offered', () => told.at(-1)?.slots['gpu-encode'] === 1);
  await waitUntil('all were tried again', () => isTried(node.current()));
  expect(encoderOf(node.current(), 'h264_nvenc')?.reason).toContain('No capable devices found');
});

test('a benchmark makes way for a task at once, and never runs beside one', async () => {
  vi.stubEnv('FAKE_GPU_SLOW', 'yes');
  const clock = quickClock(4);
  const { watch: node } = await watch({}, clock);
  const benchmarks = async (): Promise<number> => {
    return (await commandLines()).filter((line) => line.includes(program) && line.includes('loop=loop=-1')).length;
  };
  await waitUntil('a benchmark runs', async () => (await benchmarks()) > 0);
  const task = Promise.withResolvers<TaskEnding>();
  const hands = node.watched({ execute: () => task.promise, forget: async () => {}, close: async () => {} });
  const work = hands.execute(onVaapi(), { signal: new AbortController().signal, onProgress: () => {} });
  // Left alone it would go on for five seconds.
  await waitUntil('it is gone', async () => (await benchmarks()) === 0, 2_500);
  // Longer than the pause that a benchmark waits for.
  await new Promise((resolve) => clock.after(12_000, () => resolve(null)));
  expect(await benchmarks()).toBe(0);
  task.resolve(failed);
  await work;
  await waitUntil('it runs again', async () => (await benchmarks()) > 0);
});

test('the owner’s limits are the offer’s, and a busy machine says so', async () => {
  let onBattery = false;
  const { watch: node, told } = await watch({ onBattery: async () => onBattery });
  await waitUntil('all were tried', () => isTried(node.current()));
  node.setLimits(nodeLimits.parse({ slots: { cpu: 2, 'gpu-encode': 3 } }));
  expect(node.current().slots).toEqual({ cpu: 2, io: 1, 'gpu-encode': 3, 'gpu-scale': 4 });
  onBattery = true;
  await waitUntil('it rests', () => told.at(-1)?.busy === 'it runs on battery');
  node.setLimits(nodeLimits.parse({ pauseOnBattery: false }));
  await waitUntil('it works on battery', () => told.at(-1)?.busy === null);
});

const failed: TaskEnding = {
  ...{ kind: 'failed', code: 'encoder-failed', message: 'the GPU has gone', stderrTail: [], findings: [] },
};

function onVaapi(): Assignment {
  const task = aTask('video-0000', { renditions: ['video_640x360'] });
  return {
    ...{ lease: { taskId: 'a.video-0000', attempt: 1 }, jobId: 'a', folderKey: 'a', task },
    plan: planOf(aFacts(), builtIn('draft')),
    choice: { video_640x360: 'h264_vaapi' },
    source: { path: '/film.mkv', sizeBytes: 1, modifiedMs: 0, fingerprint: 'x' },
    packaging: null,
  };
}
