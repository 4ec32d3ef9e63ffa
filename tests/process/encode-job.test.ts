import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { statfsSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { encodeJob } from '#main/app/encode-job.ts';
import type { EncodeJob, JobEvent, JobResult } from '#main/app/job.ts';
import { makePackage, type PackageMaker } from '#main/app/package-maker.ts';
import { findFfmpeg } from '#main/ffmpeg/find.ts';
import { builtInProfiles } from '#main/media/profile/built-in.ts';
import { systemClock } from '#main/platform/clock.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { checkPackage } from '#main/stages/check/check-package.ts';
import { ffmpeg } from '#tests/helpers/media-tools.ts';
import { pacedFfmpeg } from '#tests/helpers/paced-ffmpeg.ts';
import { commandLines } from '#tests/helpers/process-table.ts';
import { canMount, makeReadOnly, smallDisk } from '#tests/helpers/small-disk.ts';
import { newFolder, temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { thisFfmpeg } from '#tests/helpers/this-ffmpeg.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';
import { type Profile, profile } from '#shared/model/profile.ts';

const program = fileURLToPath(new URL('./programs/encode-job.ts', import.meta.url));
const failingGpu = fileURLToPath(new URL('./programs/failing-gpu.mjs', import.meta.url));
const draft = profile.parse(builtInProfiles.find(({ name }) => name === 'draft'));

let films = '';
/** Two seconds, and one of six chunks. */
let short = '';
let long = '';
beforeAll(async () => {
  films = await newFolder();
  short = join(films, "it's 100%d short.mkv");
  long = join(films, 'long.mkv');
  const sound = ['-f', 'lavfi', '-i', 'sine', '-shortest', '-c:a', 'aac', '-c:v', 'libx264', '-preset', 'ultrafast'];
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=12:d=2', ...sound, short);
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=12:d=36', ...sound, '-g', '12', long);
});
afterAll(() => rm(films, { recursive: true, force: true }));

type Told = JobResult & { events: JobEvent[] };

async function encode(over: Partial<EncodeJob> & { outDir: string; dataDir: string }): Promise<Told> {
  const { dataDir, ...rest } = over;
  const events: JobEvent[] = [];
  const result = await encodeJob({
    ...{ input: short, profile: draft, clock: systemClock, log: silentLogger, encrewVersion: '0.0.0' },
    options: { chunkSec: null, acceptTruncated: false, overwrite: false, dataDir },
    tools: await thisFfmpeg(),
    signal: new AbortController().signal,
    onEvent: (event) => events.push(event),
    ...rest,
  });
  return { ...result, events };
}

/** The job in a process of its own, a second a chunk, until its first chunk is done and the second is being made. */
async function interruptedJob(outDir: string, dataDir: string) {
  const child = spawn(process.execPath, [program, long, outDir, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...pacedFfmpeg(6) },
  });
  const told = text(child.stdout);
  const exited = once(child, 'exit');
  await waitUntil('a chunk is done and another begun', async () => {
    const names = await workNames(dataDir);
    return names.some((name) => /^video-\d+$/.test(name)) && names.some((name) => /^video-.*\.partial$/.test(name));
  });
  return { child, told, exited };
}

describe('a job that is interrupted', () => {
  test('by kill -9 leaves no FFmpeg and no package, and the same job goes on from its finished chunks', async () => {
    const [out, data] = [await temporaryFolder(), await temporaryFolder()];
    const { child, exited } = await interruptedJob(out, data);
    child.kill('SIGKILL');
    await exited;
    await waitUntil('FFmpeg is gone', async () => (await processesOn(long)).length === 0);
    expect((await readdir(out)).filter((name) => !name.startsWith('.'))).toEqual([]);
    const finished = (await workNames(data)).filter((name) => /^(video|audio|extract)[-\d]*$/.test(name)).sort();

    const again = await encode({ ...chunked(data), input: long, outDir: out, dataDir: data });
    expect(again).toMatchObject({ state: 'completed', output: join(out, 'long/long.m3u8'), error: null });
    expect((await resumedTasks(again.logPath)).sort()).toEqual(finished);
    expect(await leftovers(out, data)).toEqual({ out: ['long'], work: [] });
    expect(await errorsOf(join(out, 'long'))).toEqual([]);
  });

  test('by SIGTERM leaves no process, no half-made file and no folder, but its finished chunks', async () => {
    const [folder, data] = [await temporaryFolder(), await temporaryFolder()];
    const { child, told, exited } = await interruptedJob(join(folder, 'new/out'), data);
    child.kill('SIGTERM');
    await exited;
    expect(await processesOn(long)).toEqual([]);
    expect(JSON.parse((await told).trim().split('\n').at(-1) ?? '')).toMatchObject({
      state: 'failed',
      output: null,
      error: { code: 'stopped' },
    });
    expect(await readdir(folder)).toEqual([]);
    const names = (await workNames(data)).filter((name) => name.startsWith('video'));
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => name.includes('partial'))).toEqual([]);
  });

  test('is not done twice at the same time', async () => {
    const [out, data] = [await temporaryFolder(), await temporaryFolder()];
    const { child, exited } = await interruptedJob(out, data);
    const second = await encode({ ...chunked(data), input: long, outDir: out, dataDir: data });
    expect(second).toMatchObject({ state: 'refused', error: { code: 'busy' } });
    child.kill('SIGTERM');
    await exited;
  });
});

describe('a job that fails leaves the output folder as it was', () => {
  test('when a folder of someone else is in its place', async () => {
    const [out, data] = [await temporaryFolder(), await temporaryFolder()];
    await mkdir(join(out, "it's 100%d short"));
    await writeFile(join(out, "it's 100%d short", 'the only copy.mkv'), 'film');
    const before = await listing(out);
    const { state, error } = await encode({ outDir: out, dataDir: data });
    expect([state, error?.code, await listing(out)]).toEqual(['refused', 'target-taken', before]);
  });

  test('when what was made fails its check', async () => {
    const [out, data] = [await temporaryFolder(), await temporaryFolder()];
    await encode({ outDir: out, dataDir: data });
    const before = await listing(out);
    const broken: PackageMaker = async (request, deps, signal) => {
      const made = await makePackage(request, deps, signal);
      await writeFile(join(request.staging, 'video_160x90/video_160x90.m3u8'), '#EXTM3U\nno playlist');
      return made;
    };
    const { state, error, output, findings } = await encode({ outDir: out, dataDir: data, makePackage: broken });
    expect([state, error?.code, output]).toEqual(['failed', 'package-rejected', null]);
    expect(findings.some(({ severity }) => severity === 'error')).toBe(true);
    expect(await listing(out)).toEqual(before);
    expect(await leftovers(out, data)).toEqual({ out: ["it's 100%d short"], work: [] });
  });

  test('when the package would not be smaller, told before all of it is made', async () => {
    const [out, data] = [await temporaryFolder(), await temporaryFolder()];
    const thrifty: Profile = { ...draft, onlyIfSmaller: { maxRatio: 0.05 } };
    for (const [name, value] of Object.entries(pacedFfmpeg(6))) vi.stubEnv(name, value);
    const { state, error, events } = await encode({
      ...{ input: long, outDir: join(out, 'new'), dataDir: data, profile: thrifty, tools: await findFfmpeg() },
    });
    expect([state, error?.code]).toEqual(['failed', 'not-smaller']);
    expect(events.some((event) => event.type === 'state' && event.state === 'packaging')).toBe(false);
    expect(await leftovers(out, data)).toEqual({ out: [], work: [] });
  });

  test.skipIf(!canMount)('when the disk is read-only or full', async () => {
    const data = await temporaryFolder();
    const disk = await smallDisk(64);
    const full = await encode({ outDir: disk, dataDir: data });
    expect(full).toMatchObject({ state: 'refused', error: { code: 'disk-full' } });
    await makeReadOnly(disk);
    const readOnly = await encode({ outDir: join(disk, 'out'), dataDir: data });
    expect(readOnly).toMatchObject({ state: 'refused', error: { code: 'permission' } });
    expect(await leftovers(disk, data)).toEqual({ out: [], work: [] });
  });

  test.skipIf(!canMount)(
    'when the disk fills up while the package is made; the parts stay for the next time',
    async () => {
      const data = await temporaryFolder();
      const disk = await smallDisk(48_000);
      const filling: PackageMaker = async (request, deps, signal) => {
        await writeFile(join(request.staging, 'filler'), new Uint8Array(64_000_000)).catch(() => {});
        return makePackage(request, deps, signal);
      };
      const failed = await encode({ outDir: disk, dataDir: data, makePackage: filling });
      expect(failed).toMatchObject({ state: 'failed', error: { code: 'disk-full' } });
      expect((await leftovers(disk, data)).out).toEqual([]);
      const again = await encode({ outDir: disk, dataDir: data });
      expect([again.state, (await resumedTasks(again.logPath)).sort()]).toEqual(['completed', ['audio', 'video-0000']]);
    },
  );

  test.skipIf(!canMount)('when the disk of its parts fills up, and goes on when there is room again', async () => {
    const out = await temporaryFolder();
    const data = await smallDisk(60_000);
    const filler = join(data, 'filler');
    const fill = (event: JobEvent): void => {
      if (event.type !== 'state' || event.state !== 'encoding') return;
      const left = statfsSync(data);
      writeFileSync(filler, new Uint8Array(left.bavail * left.bsize - 64 * 1024));
    };
    const failed = await encode({
      ...chunked(data),
      input: long,
      outDir: join(out, 'new'),
      dataDir: data,
      onEvent: fill,
    });
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'disk-full' } });
    expect(failed.error?.message).toContain('run the same command again');
    expect([await readdir(out), (await workNames(data)).filter((name) => name.includes('partial'))]).toEqual([[], []]);
    await rm(filler);
    const again = await encode({ ...chunked(data), input: long, outDir: join(out, 'new'), dataDir: data });
    expect(again.state).toBe('completed');
  });

  test('when the film can not be used', async () => {
    const [out, data] = [await temporaryFolder(), await temporaryFolder()];
    const input = join(data, 'letter.mkv');
    await writeFile(input, 'Dear Sir or Madam');
    const { state, error } = await encode({ input, outDir: join(out, 'new'), dataDir: data });
    expect([state, error === null, await readdir(out)]).toEqual(['refused', false, []]);
  });
});

test('a job goes along the line, tells how far it is, and keeps every command as evidence', async () => {
  const [out, data] = [await temporaryFolder(), await temporaryFolder()];
  const { state, output, events, logPath } = await encode({ outDir: out, dataDir: data });
  expect([state, output]).toEqual(['completed', join(out, "it's 100%d short/it's 100%d short.m3u8")]);
  expect(events.flatMap((event) => (event.type === 'state' ? [event.state] : []))).toEqual([
    ...['probing', 'planning', 'encoding', 'packaging', 'validating', 'publishing', 'completed'],
  ]);
  const shares = events.flatMap((event) => (event.type === 'progress' ? [event.progress] : []));
  expect([shares.toSorted((a, b) => a - b), shares.at(-1)]).toEqual([shares, 1]);
  const commands = (await logLines(logPath)).flatMap(({ message, command }) =>
    message === 'step done' ? [command] : [],
  );
  expect(commands.map((command) => /\bffmpeg .*100%d short/.test(String(command)))).toEqual([true, true]);
  expect(await leftovers(out, data)).toEqual({ out: ["it's 100%d short"], work: [] });
  expect(await errorsOf(join(out, "it's 100%d short"))).toEqual([]);
});

test('a second encode keeps the first one’s playlists, and its certificate fits', async () => {
  const [out, data] = [await temporaryFolder(), await temporaryFolder()];
  const first = await encode({ outDir: out, dataDir: data });
  const master = await readFile(first.output ?? '', 'utf8');
  const second = await encode({ outDir: out, dataDir: data });
  expect(second.state).toBe('completed');
  const folder = join(out, "it's 100%d short");
  const [backup] = (await readdir(folder)).filter((name) => name.startsWith('_m3u8_backup_'));
  expect(await readFile(join(folder, backup ?? '', "it's 100%d short.m3u8"), 'utf8')).toBe(master);
  expect(await errorsOf(folder)).toEqual([]);
});

test('a GPU that gives up in the middle is left for software in every chunk, and the job says so', async () => {
  const [out, data] = [await temporaryFolder(), await temporaryFolder()];
  const video = { ...draft.video, encoders: ['h264_nvenc', 'libx264'] };
  const { state, findings, logPath } = await encode({
    ...{ ...chunked(data), input: long, outDir: out, dataDir: data, profile: { ...draft, video } },
    tools: { ...(await thisFfmpeg()), ffmpegPath: failingGpu },
  });
  const told = findings.filter(({ severity }) => severity !== 'info');
  expect([state, told.map(({ code, where }) => [code, where])]).toEqual([
    'completed',
    [['encoder-fallback', 'video_320x180']],
  ]);
  expect(told[0]?.message).toMatch(/^h264_nvenc failed \(.*OpenEncodeSessionEx failed.*\): libx264 makes it instead$/);
  const commands = (await logLines(logPath)).flatMap(({ message, task, command }) =>
    message === 'step done' && String(task).startsWith('video') ? [String(command).includes('nvenc')] : [],
  );
  expect(commands).toEqual([true, false, false, false, false, false, false]);
  expect(await errorsOf(join(out, 'long'))).toEqual([]);
});

test('a part that turns out to be unusable is made once more', async () => {
  const [out, data] = [await temporaryFolder(), await temporaryFolder()];
  let asked = 0;
  const picky: PackageMaker = async (request, deps, signal) => {
    asked += 1;
    const failure = { code: 'part-unreadable', message: 'as if it were damaged', task: 'audio' } as const;
    return asked === 1 ? { ok: false, failure } : makePackage(request, deps, signal);
  };
  const { state } = await encode({ outDir: out, dataDir: data, makePackage: picky });
  expect([state, asked]).toEqual(['completed', 2]);
});

function chunked(dataDir: string): Pick<EncodeJob, 'options'> {
  return { options: { chunkSec: 6, acceptTruncated: false, overwrite: false, dataDir } };
}

async function processesOn(film: string): Promise<string[]> {
  return (await commandLines()).filter((line) => line.includes(film));
}

/** What lies in the one job's work folder. */
async function workNames(dataDir: string): Promise<string[]> {
  const [job] = await readdir(join(dataDir, 'work')).catch(() => []);
  return job === undefined ? [] : readdir(join(dataDir, 'work', job)).catch(() => []);
}

async function leftovers(out: string, dataDir: string): Promise<{ out: string[]; work: string[] }> {
  return { out: await readdir(out), work: await readdir(join(dataDir, 'work')).catch(() => []) };
}

async function errorsOf(packagePath: string): Promise<unknown[]> {
  const { findings } = await checkPackage(packagePath);
  return findings.filter(({ severity }) => severity === 'error');
}

async function logLines(path: string): Promise<Record<string, unknown>[]> {
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  return lines.map((line): Record<string, unknown> => JSON.parse(line));
}

async function resumedTasks(logPath: string): Promise<string[]> {
  const resumed = (await logLines(logPath)).filter(({ message }) => message === 'done already by an earlier run');
  return resumed.map(({ task }) => String(task));
}

/** Every file with its size, its time of change and its content. */
async function listing(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.sort().map(async (path) => {
      const { size, mtimeMs } = await stat(path);
      const hash = createHash('sha256').update(await readFile(path));
      return `${path} ${size} ${mtimeMs} ${hash.digest('hex')}`;
    }),
  );
}
