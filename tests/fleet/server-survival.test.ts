import { execFile } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobState } from '#shared/model/job.ts';
import { treeOf } from '../helpers/encrew-process.ts';
import { testProfile } from '../helpers/encode-film.ts';
import { ffmpeg } from '../helpers/media-tools.ts';
import { pacedFfmpeg } from '../helpers/paced-ffmpeg.ts';
import { canMount, smallDisk } from '../helpers/small-disk.ts';
import { commandLines, runningProcesses } from '../helpers/process-table.ts';
import { type ServerProcess, startServerProcess } from '../helpers/server-process.ts';
import { newFolder, temporaryFolder } from '../helpers/temporary-folder.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const run = promisify(execFile);

const idOf = z.object({ id: z.string() });

/** A film of 12 seconds: three chunks of four. */
let film = '';
let home = '';
/** The package as an undisturbed server makes it. */
let reference: Record<string, string> = {};

/** Plain CRF: with a ceiling x264's threads decide differently each time. */
const wish = {
  profile: testProfile('draft', {
    video: {
      encoders: ['libx264'],
      rateControl: { mode: 'crf', crf: 28 },
      ladder: [{ width: 320, height: 180, bitrateBps: null }],
    },
  }),
  options: { chunkSec: 4 },
};

/** Each chunk takes more than a second, to be hit in the middle. */
const slowly = pacedFfmpeg(3);

beforeAll(async () => {
  home = await newFolder();
  film = join(home, 'Film.mkv');
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=24:duration=12'];
  const sound = ['-f', 'lavfi', '-i', 'sine=440:duration=12'];
  // A keyframe each second: a chunk begins without reading what others do.
  await ffmpeg(...picture, ...sound, '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '24', '-c:a', 'aac', film);
}, 60_000);

afterAll(() => rm(home, { recursive: true, force: true }));

/** Waits for an FFmpeg that works for a server, and answers its process. */
async function encoderOf({ dataDir }: ServerProcess, word: string): Promise<number> {
  let pid: number | null = null;
  const runs = async (): Promise<boolean> => {
    const found = (await runningProcesses()).find((one) => one.commandLine.includes(word) && isIn(one.pid, dataDir));
    pid = found?.pid ?? null;
    return pid !== null;
  };
  await waitUntil(`FFmpeg makes ${word}`, runs, 40_000);
  return pid ?? -1;
}

function isIn(pid: number, folder: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
  } catch {
    return false;
  }
}

async function packageTree(out: string): Promise<Record<string, string>> {
  const { 'Film/Film.encrew.json': certificate, ...tree } = await treeOf(out);
  expect(certificate).toBeDefined();
  return tree;
}

/** Kills the server as soon as it tells that a job has come to a state. */
async function killAt(server: ServerProcess, id: string, state: JobState): Promise<void> {
  const live = server.live();
  const reached = new Promise<void>((resolve) => {
    live.on('event', (event) => {
      if (event.jobId === id && event.kind === 'state' && event.to === state) resolve();
    });
  });
  const answer = await live.emitWithAck('follow', { room: `job:${id}`, since: 0 });
  const already = answer.ok && answer.missed.some((event) => event.kind === 'state' && event.to === state);
  if (!already) await reached;
  await server.kill();
}

async function leftovers(dataDir: string, out: string): Promise<string[]> {
  const work = await readdir(join(dataDir, 'work')).catch(() => []);
  const staging = (await readdir(out)).filter((name) => name !== 'Film');
  const backups = (await readdir(join(out, 'Film'))).filter((name) => name.startsWith('_m3u8_backup'));
  return [...work, ...staging, ...backups];
}

test('an undisturbed server makes the package that the others are held against', async () => {
  const folder = await temporaryFolder();
  const [data, out] = [join(folder, 'data'), join(folder, 'out')];
  const server = await startServerProcess(data);
  const id = await server.addJob({ ...wish, input: film, outputDir: out });
  await server.waitForState(id, 'completed');
  reference = await packageTree(out);
  expect(Object.keys(reference)).toContain('Film/Film.m3u8');
  expect(await server.stop()).toBe(0);
  expect(await leftovers(data, out)).toEqual([]);
});

describe('kill -9 of the server', () => {
  test('in one state after the other costs no job, does none twice and leaves nothing behind', async () => {
    const folder = await temporaryFolder();
    const [data, out] = [join(folder, 'data'), join(folder, 'out')];
    let server = await startServerProcess(data);
    const id = await server.addJob({ ...wish, input: film, outputDir: out });
    for (const state of ['probing', 'encoding', 'packaging', 'validating', 'publishing'] as const) {
      await killAt(server, id, state);
      server = await startServerProcess(data);
    }
    const done = await server.waitForState(id, 'completed');
    expect(done.output).toBe(join(out, 'Film', 'Film.m3u8'));
    expect(await packageTree(out)).toEqual(reference);
    const timeline = await server.timeline(id);
    expect(timeline.filter((line) => line.endsWith('> completed') && !line.includes(':'))).toEqual([
      'publishing > completed',
    ]);
    await waitUntil('nothing is left over', async () => (await leftovers(data, out)).length === 0);
    expect(await server.stop()).toBe(0);
    await waitUntil('no process of it is left', async () =>
      (await commandLines()).every((line) => !line.includes(folder)),
    );
  }, 120_000);
});

test('kill -9 of FFmpeg costs one attempt, and the job goes on', async () => {
  const folder = await temporaryFolder();
  const out = join(folder, 'out');
  const server = await startServerProcess(join(folder, 'data'), [], slowly);
  const id = await server.addJob({ ...wish, input: film, outputDir: out });
  process.kill(await encoderOf(server, 'video-0001.partial'), 'SIGKILL');
  await server.waitForState(id, 'completed');
  const hit = (await server.tasks(id)).filter(({ attempt }) => attempt > 1);
  expect(hit.map(({ key, attempt, failures }) => ({ key, attempt, failures }))).toEqual([
    { key: 'video-0001', attempt: 2, failures: 1 },
  ]);
}, 60_000);

test('SIGTERM gives the work back, ends FFmpeg and exits with 0; the next start goes on with the finished chunks', async () => {
  const folder = await temporaryFolder();
  const [data, out] = [join(folder, 'data'), join(folder, 'out')];
  const first = await startServerProcess(data, [], slowly);
  const id = await first.addJob({ ...wish, input: film, outputDir: out });
  const encoder = await encoderOf(first, 'video-0001.partial');
  expect(await first.stop()).toBe(0);
  expect(
    (await runningProcesses()).filter(({ pid, commandLine }) => pid === encoder && commandLine.includes('ffmpeg')),
  ).toEqual([]);
  const second = await startServerProcess(data);
  await second.waitForState(id, 'completed');
  const tasks = await second.tasks(id);
  expect(tasks.map(({ key, attempt, failures }) => `${key} ${attempt} ${failures}`)).toEqual([
    'audio 1 0',
    'package 1 0',
    'publish 1 0',
    'validate 1 0',
    'video-0000 1 0',
    'video-0001 2 0',
    'video-0002 1 0',
  ]);
}, 60_000);

describe.runIf(canMount)('disks', () => {
  test('an output folder that is unmounted is waited for, with the reason, and never written below', async () => {
    const folder = await temporaryFolder();
    const disk = await smallDisk(64 * 1024);
    const server = await startServerProcess(join(folder, 'data'), [], slowly);
    const id = await server.addJob({ ...wish, input: film, outputDir: join(disk, 'library') });
    await encoderOf(server, 'video-0000.partial');
    await run('umount', [disk]);
    const isWaiting = async () => (await server.job(id)).waiting.some(({ code }) => code === 'root-offline');
    await waitUntil('it waits for the disk', isWaiting, 40_000);
    expect(await readdir(disk)).toEqual([]);
    expect((await server.job(id)).waiting).toEqual([
      { nodeId: null, code: 'root-offline', message: expect.stringContaining(`${disk} is not mounted`) },
    ]);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=65536k', 'encrew-test', disk]);
    const done = await server.waitForState(id, 'completed');
    expect(done.output).toBe(join(disk, 'library', 'Film', 'Film.m3u8'));
  }, 90_000);

  test.each(['work', 'output'])(
    'a full %s disk is waited for, and nothing is lost',
    async (which) => {
      const folder = await temporaryFolder();
      const disk = await smallDisk(8 * 1024);
      const data = join(folder, 'data');
      const server = await startServerProcess(data);
      const out = which === 'output' ? join(disk, 'out') : join(folder, 'out');
      if (which === 'work') {
        await run('mkdir', ['-p', join(data, 'work')]);
        await run('mount', ['--bind', disk, join(data, 'work')]);
      }
      try {
        const filler = join(disk, 'filler');
        await run('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1k', 'count=7900']).catch(() => {});
        const id = await server.addJob({ ...wish, input: film, outputDir: out });
        await waitUntil('it waits for room', async () =>
          (await server.job(id)).waiting.some(({ code }) => code === 'no-space'),
        );
        await rm(filler);
        if (which === 'output') await run('mount', ['-o', 'remount,size=64m', disk]);
        else await run('mount', ['-o', 'remount,size=64m', disk]);
        await server.waitForState(id, 'completed');
        expect(await readdir(out)).toEqual(['Film']);
        expect(await server.stop()).toBe(0);
      } finally {
        if (which === 'work') await run('umount', ['-l', join(data, 'work')]);
      }
    },
    90_000,
  );

  test('a full disk under the database refuses jobs with 507, loses none that was answered, and heals by itself', async () => {
    const disk = await smallDisk(16 * 1024);
    const folder = await temporaryFolder();
    const server = await startServerProcess(join(disk, 'data'), ['--no-node']);
    const answered: string[] = [];
    const add = async (name: string): Promise<number> => {
      const input = join(folder, `${name}.mkv`);
      await writeFile(input, name);
      const { status, body } = await server.ask('POST', '/jobs', {
        profile: 'draft',
        input,
        outputDir: join(folder, 'out'),
      });
      if (status === 201) answered.push(idOf.parse(body).id);
      return status;
    };
    expect(await add('before')).toBe(201);
    const filler = join(disk, 'filler');
    await run('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k']).catch(() => {});
    const refused: number[] = [];
    for (let i = 0; i < 2000 && refused.length === 0; i++) {
      const status = await add(`job ${i}`);
      if (status !== 201) refused.push(status);
    }
    expect(refused).toEqual([507]);
    await rm(filler);
    await waitUntil('jobs are taken again', async () => (await add('after')) === 201);
    await waitUntil('health is well again', async () => (await server.ask('GET', '/health')).status === 200);
    for (const id of answered) expect((await server.job(id)).id).toBe(id);
  }, 90_000);
});
