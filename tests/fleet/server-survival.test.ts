import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobState } from '#shared/model/job.ts';
import { treeOf } from '../helpers/encrew-process.ts';
import { testProfile } from '../helpers/encode-film.ts';
import { commandLines } from '../helpers/process-table.ts';
import { type ServerProcess, startServerProcess } from '../helpers/server-process.ts';
import { newFolder, temporaryFolder } from '../helpers/temporary-folder.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const run = promisify(execFile);

/** A film of 24 seconds: four chunks of six. */
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
      ladder: [{ width: 640, height: 360, bitrateBps: null }],
    },
  }),
  options: { chunkSec: 6 },
};

beforeAll(async () => {
  home = await newFolder();
  film = join(home, 'Film.mkv');
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=24:duration=24'];
  const sound = ['-f', 'lavfi', '-i', 'sine=440:duration=24'];
  await run('ffmpeg', [
    '-v',
    'error',
    ...picture,
    ...sound,
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-c:a',
    'aac',
    film,
  ]);
}, 60_000);

afterAll(async () => {
  await run('rm', ['-rf', home]);
});

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
