import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { diagnose } from '#main/cli/doctor.ts';
import { measureEncoder } from '#main/agent/offer/benchmark.ts';
import { capabilityKey, keepCapabilities } from '#main/agent/offer/capability-file.ts';
import { machineFacts } from '#main/agent/offer/machine-facts.ts';
import { capabilitiesOf, proveEncoder, trialEncode } from '#main/ffmpeg/capabilities.ts';
import type { ProbeDeps } from '#main/ffmpeg/ffprobe-reads.ts';
import { runFfmpeg } from '#main/ffmpeg/run.ts';
import { trialEncodeArgs, trialFrames } from '#main/media/command/trial-encode.ts';
import { systemClock } from '#main/platform/clock.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { ffprobeJson } from '#tests/helpers/media-tools.ts';
import { newFolder } from '#tests/helpers/temporary-folder.ts';
import { thisFfmpeg } from '#tests/helpers/this-ffmpeg.ts';

let deps: ProbeDeps;
const signal = new AbortController().signal;
let folder: string;
beforeAll(async () => {
  folder = await newFolder();
  // Its own folder for temporary files: other tests run at the same time.
  vi.stubEnv('TMPDIR', folder);
  deps = { tools: await thisFfmpeg(), log: silentLogger };
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

test('what this FFmpeg lists is read', async () => {
  const { encoders, decoders, filters } = await capabilitiesOf(deps, signal);
  expect(encoders).toContainEqual({ name: 'libx264', kind: 'video', codec: 'h264', experimental: false });
  expect(decoders).toContainEqual(expect.objectContaining({ name: 'hevc', kind: 'video' }));
  expect(['scale', 'overlay', 'aresample', 'testsrc2'].filter((name) => filters.has(name))).toHaveLength(4);
});

test('software encoders are believed, unknown ones are not', async () => {
  expect(await trialEncode('libx264', deps, signal)).toEqual({ encoder: 'libx264', works: true });
  expect(await trialEncode('libnothing', deps, signal)).toEqual({
    encoder: 'libnothing',
    works: false,
    reason: 'this FFmpeg was built without it',
  });
});

test('a hardware encoder passes or fails with a reason, once, and leaves nothing behind', async () => {
  const { encoders } = await capabilitiesOf(deps, signal);
  const name =
    encoders.find((encoder) => /^h264_(nvenc|qsv|vaapi|videotoolbox)$/.test(encoder.name))?.name ?? 'h264_nvenc';
  const trial = await trialEncode(name, deps, signal);
  if (!trial.works) expect(trial.reason).toMatch(/^[^\n]+$/);
  expect(trialEncode(name, deps, signal)).toBe(trialEncode(name, deps, signal));
  expect(await readdir(folder)).toEqual([]);
});

test('the trial itself is sound: with a software encoder it gives a second of picture', async () => {
  const path = `${folder}/trial.mkv`;
  const args = trialEncodeArgs('libx264', path);
  const outcome = await runFfmpeg({ tool: 'ffmpeg', args, cwd: tmpdir() }, { ...deps, signal });
  expect(outcome).toMatchObject({ ok: true, stderrTail: [] });
  expect(await ffprobeJson(path, '-count_frames', '-show_entries', 'stream=nb_read_frames,width,height')).toMatchObject(
    {
      streams: [{ width: 640, height: 360, nb_read_frames: String(trialFrames) }],
    },
  );
});

test('software is proven by its result too, where a node offers it', async () => {
  expect(await proveEncoder('libx265', deps, signal)).toEqual({ encoder: 'libx265', works: true });
  expect(await proveEncoder('libnothing', deps, signal)).toMatchObject({ works: false });
  expect(await readdir(folder)).toEqual(['trial.mkv']);
});

test('an encoder is measured in pixels a second, a missing one is not, and a stop ends it', async () => {
  const measured = { ...deps, clock: systemClock };
  expect(await measureEncoder('libx264', 'h264', measured, signal)).toBeGreaterThan(0.5);
  expect(await measureEncoder('libnothing', 'h264', measured, signal)).toBeNull();
  await expect(measureEncoder('libx264', 'h264', measured, AbortSignal.timeout(300))).rejects.toThrow('aborted');
});

test('the doctor finds this machine fit, and knows the speeds that a node has measured', async () => {
  const key = capabilityKey(deps.tools, machineFacts());
  const listed = { encoders: [], decoders: [], filters: [] };
  const fast = { name: 'libx264', works: true, reason: null, megapixelsPerSec: 51.5 };
  await keepCapabilities(folder, { key, listed, gpus: [], encoders: [fast] }, silentLogger);
  const found = await diagnose(systemClock, signal, { dataDir: folder, speed: false });
  expect(found).toMatchObject({ problems: [], node: process.versions.node, ffmpeg: deps.tools });
  expect(found.machine).toMatchObject({ cores: expect.any(Number), platform: process.platform });
  expect(found.encoders).toContainEqual(fast);
  expect(found.encoders).toContainEqual({ name: 'aac', works: true, reason: null, megapixelsPerSec: null });
  expect(found.encoders.filter(({ works, reason }) => works === (reason !== null))).toEqual([]);
  expect(found.disks.every(({ freeBytes }) => freeBytes > 0)).toBe(true);
});
