import { open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { readPairedServer } from '#main/agent/paired-server.ts';
import { runFarNode } from '#main/app/far-node.ts';
import { findFfmpeg } from '#main/ffmpeg/find.ts';
import { type Clock, systemClock } from '#main/platform/clock.ts';
import { openIdentity } from '#main/platform/identity.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { jobEventList } from '#shared/protocol/jobs.ts';
import { type CrewNode, filmCrew, workersIn } from '../helpers/film-crew.ts';
import { canMount, makeRoom, smallDisk } from '../helpers/small-disk.ts';
import { type TcpRelay, tcpRelay } from '../helpers/tcp-relay.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { waitUntil } from '../helpers/wait-until.ts';

/*
 * A machine that isn't well, beside one that is: what it makes is refused, it is told of, and the other one does it.
 */

const crew = filmCrew({ filmSec: 6, chunkSec: 2 });
const lyingFfmpeg = fileURLToPath(new URL('../process/programs/lying-ffmpeg.sh', import.meta.url));
const ends: (() => Promise<void>)[] = [];
let attic: CrewNode;
/** The one that isn't well. */
let cellar: CrewNode;
let disk = '';
let line: TcpRelay;
let environment: NodeJS.ProcessEnv = {};

beforeAll(async () => {
  line = await tcpRelay(Number(new URL(crew().server().url).port), (end) => ends.push(end));
  disk = canMount ? await smallDisk(2 ** 20, (end) => ends.push(end)) : crew().folder;
  environment = { ENCREW_FFMPEG: lyingFfmpeg, ENCREW_TEST_LIE: join(crew().folder, 'lie') };
  const unwell = { url: line.url, dataDir: join(disk, 'cellar'), environment };
  [attic, cellar] = await Promise.all([crew().addNode('attic', { pace: 0.5 }), crew().addNode('cellar', unwell)]);
  const one = { limits: { slots: { cpu: 1 } } };
  for (const { id } of [attic, cellar]) {
    const { status } = await crew().server().ask('PATCH', `/nodes/${id}`, one);
    if (status !== 200) throw new Error(`the limits of ${id} were answered with ${status}`);
  }
}, 120_000);
afterAll(async () => {
  for (const end of ends) await end();
});

type Fault = { key: string | null; message: string | null };

/** What the timeline says of tasks that the unwell one did not bring to an end. */
async function faults(jobId: string): Promise<Fault[]> {
  const { items } = jobEventList.parse((await crew().server().ask('GET', `/jobs/${jobId}/events?limit=200`)).body);
  return items
    .filter(({ from, to, nodeId }) => from === 'leased' && to !== 'completed' && nodeId === cellar.id)
    .map(({ taskKey: key, message }) => ({ key, message }));
}

async function firstFault(jobId: string): Promise<Fault> {
  let found: Fault | undefined;
  await waitUntil('a task is refused', async () => {
    [found] = await faults(jobId);
    return found !== undefined;
  });
  return found ?? { key: null, message: null };
}

/** The film is whole, and the well one has made what was refused, each in its second attempt. */
async function expectDoneByOther(jobId: string): Promise<void> {
  const keys = (await faults(jobId)).map(({ key }) => key);
  const { tasks } = await crew().expectWholeFilm(jobId);
  const again = tasks.filter(({ key }) => keys.includes(key));
  expect(again.map(({ nodeId, attempt }) => ({ nodeId, attempt }))).toEqual(
    keys.map(() => ({ nodeId: attic.id, attempt: 2 })),
  );
}

test.each([
  ['one picture too few', 'fewer', /^video_320x180\.mp4 of video-000\d holds 47 pictures instead of 48$/],
  ['smaller pictures', 'smaller', /^the server refused the parts \(layout\): .* is h264 160x90 \S+, not h264 320x180 /],
])(
  'a node that makes %s is marked, and its task goes to another',
  async (_, lie, words) => {
    await writeFile(join(crew().folder, 'lie'), lie);
    const id = await crew().addJob();
    const { message } = await firstFault(id);
    expect(message).toMatch(words);
    expect((await crew().nodeView('cellar'))?.failuresInRow).toBe(1);
    await expectDoneByOther(id);
    // What it made well after that counts for it.
    expect(await crew().nodeView('cellar')).toMatchObject({ failuresInRow: 0, setAsideUntil: null });
  },
  60_000,
);

test('a part that goes bad on the disk of its node is not taken, and is made anew by another', async () => {
  const id = await crew().addJob();
  await crew().whenAt(id, 0.1, 'cellar');
  // Enough for greetings and news, and too little for a part.
  line.passOnly(30_000);
  await waitUntil('a part is on its way', () => line.stuckBytes() > 20_000);
  // Not always the one from before: that may just have come through.
  const { key } = await crew().whenAt(id, 0, 'cellar');
  await spoil(join(cellar.dataDir, 'work'), key);
  line.cut();
  line.passOnly(null);
  line.mend();
  expect(await firstFault(id)).toEqual({ key, message: expect.stringContaining('(hash)') });
  await expectDoneByOther(id);
}, 60_000);

/** Turns one bit of a task's part around. */
async function spoil(work: string, key: string): Promise<void> {
  const found = await readdir(work, { recursive: true });
  const path = found.find((name) => name.endsWith(`/${key}/video_320x180.mp4`));
  if (path === undefined) throw new Error(`no part of ${key} in ${found.join(', ')}`);
  const file = await open(join(work, path), 'r+');
  try {
    const { size } = await file.stat();
    const byte = new Uint8Array(1);
    await file.read(byte, 0, 1, size >> 1);
    await file.write(Uint8Array.of((byte[0] ?? 0) ^ 1), 0, 1, size >> 1);
  } finally {
    await file.close();
  }
}

test.skipIf(!canMount)(
  'a node without room for a chunk says so, and another one does it at once',
  async () => {
    // What it makes well counts for it, whatever an earlier test has left.
    await crew().expectWholeFilm(await crew().addJob());
    onTestFinished(() => makeRoom(disk, 2 ** 20));
    await makeRoom(disk, 64_000);
    const id = await crew().addJob();
    const { message } = await firstFault(id);
    expect(message).toMatch(/^the node has \S+ \wB free, \S+ takes up to \S+ \wB$/);
    await expectDoneByOther(id);
    // No fault of its own.
    expect((await crew().nodeView('cellar'))?.failuresInRow).toBe(0);
  },
  60_000,
);

test.skipIf(!canMount)(
  'a disk that is full in the middle of a chunk costs that chunk, which another one does',
  async () => {
    const id = await crew().addJob();
    const { key } = await crew().whenAt(id, 0, 'cellar');
    const encoders = async () =>
      (await workersIn([cellar.dataDir])).filter(({ commandLine }) => commandLine.includes(`${key}.partial`));
    await waitUntil('it is encoded', async () => (await encoders()).length > 0);
    // It stands while the disk is filled, or it might be done before that.
    for (const { pid } of await encoders()) process.kill(pid, 'SIGSTOP');
    onTestFinished(() => makeRoom(disk, 2 ** 20));
    await makeRoom(disk, 0);
    for (const { pid } of await encoders()) process.kill(pid, 'SIGCONT');
    const fault = await firstFault(id);
    expect(fault).toEqual({ key, message: expect.stringMatching(/disk.* full|No space left on device/) });
    await expectDoneByOther(id);
  },
  60_000,
);

test('an FFmpeg that stands at 0 pictures a second is ended, and its task goes to another node', async () => {
  await cellar.stop();
  await writeFile(join(crew().folder, 'lie'), 'stuck');
  const stop = await runCellarHere();
  const id = await crew().addJob();
  const { key, message } = await firstFault(id);
  expect(message).toMatch(/^FFmpeg made no progress any more/);
  // The next task may be at work there by now.
  const workers = await workersIn([cellar.dataDir]);
  expect(workers.filter(({ commandLine }) => commandLine.includes(`${key}.partial`))).toEqual([]);
  await expectDoneByOther(id);
  await stop();
}, 60_000);

/** The same node in this process, on a clock that needs no ten minutes to see that nothing moves. */
async function runCellarHere(): Promise<() => Promise<void>> {
  const clock: Clock = { ...systemClock, after: (ms, call) => systemClock.after(ms === 600_000 ? 2_000 : ms, call) };
  const read = await readPairedServer(cellar.dataDir);
  if (!read.ok || read.server === null) throw new Error('the node has no server');
  const { dataDir, name } = cellar;
  const here = { dataDir, name, clock, log: silentLogger, encrewVersion: '1.0.0', server: read.server };
  const ended = Promise.withResolvers<void>();
  const joined = Promise.withResolvers<void>();
  // The script reads its lie from there.
  const folder = await temporaryFolder();
  const program = join(folder, 'ffmpeg');
  await writeFile(
    program,
    `#!/bin/sh\nENCREW_TEST_LIE='${environment['ENCREW_TEST_LIE']}' exec '${lyingFfmpeg}' "$@"\n`,
    {
      mode: 0o755,
    },
  );
  const node = runFarNode({
    ...here,
    identity: await openIdentity(dataDir, name),
    tools: await findFfmpeg({ setting: { ffmpeg: program } }),
    onJoined: joined.resolve,
    ended: ended.promise,
  });
  const stop = async (): Promise<void> => {
    ended.resolve();
    await node;
  };
  onTestFinished(stop);
  await joined.promise;
  return stop;
}
