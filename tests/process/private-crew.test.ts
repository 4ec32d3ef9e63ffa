import { getEventListeners } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { io as connectTo } from 'socket.io-client';
import { expect, test } from 'vitest';
import { encodeJob } from '#main/app/encode-job.ts';
import type { EncodeJob, JobResult } from '#main/app/job.ts';
import { builtInProfiles } from '#main/media/profile/built-in.ts';
import { systemClock } from '#main/platform/clock.ts';
import { claimFolder } from '#main/platform/folder-claim.ts';
import { type Logger, silentLogger } from '#main/platform/logger.ts';
import { openStore } from '#main/store/open-store.ts';
import { ffmpeg } from '#tests/helpers/media-tools.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { thisFfmpeg } from '#tests/helpers/this-ffmpeg.ts';
import { profile } from '#shared/model/profile.ts';

/*
 * The server and the node of `encrew encode`, as others on the machine see them.
 */

const draft = profile.parse(builtInProfiles.find(({ name }) => name === 'draft'));

async function aFilm(): Promise<string> {
  const film = join(await temporaryFolder(), 'film.mkv');
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=12:d=2', '-c:v', 'libx264', '-preset', 'ultrafast', film);
  return film;
}

async function encode(input: string, dataDir: string, set: Partial<EncodeJob> = {}): Promise<JobResult> {
  return encodeJob({
    ...{ input, outDir: await temporaryFolder(), profile: draft, clock: systemClock, log: silentLogger },
    options: { chunkSec: null, acceptTruncated: false, overwrite: false, dataDir },
    tools: await thisFfmpeg(),
    signal: new AbortController().signal,
    onEvent: () => {},
    encrewVersion: '0.0.0',
    ...set,
  });
}

/** What keeps this process alive, or reaches out of it. */
function sockets(): string[] {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP') || name.startsWith('Process'));
}

test('are gone with their job: no port, no line, no listener, no file but the log', async () => {
  const data = await temporaryFolder();
  const { signal } = new AbortController();
  const before = sockets();
  const { state, logPath } = await encode(await aFilm(), data, { signal });
  expect(state).toBe('completed');
  expect([sockets(), getEventListeners(signal, 'abort')]).toEqual([before, []]);
  const files = await readdir(data, { recursive: true });
  expect(files.map((name) => join(data, name)).sort()).toEqual([join(data, 'logs'), logPath, join(data, 'work')]);
});

test('let nobody else in, though the port is open to every program of the machine', async () => {
  const refusals: Promise<string>[] = [];
  const knock = (url: string, auth: Record<string, string>): Promise<string> => {
    const socket = connectTo(`${url}/nodes`, { auth, transports: ['websocket'], reconnection: false, forceNew: true });
    return new Promise((resolve) => {
      socket.once('connect', () => resolve('let in'));
      socket.once('connect_error', ({ message }) => resolve(message));
    }).then((answer) => {
      socket.disconnect();
      return String(answer);
    });
  };
  const info: Logger['info'] = ({ server }, message) => {
    if (message !== 'connected to the server') return;
    for (const auth of [{}, { secret: '' }, { secret: 'x'.repeat(43) }]) refusals.push(knock(String(server), auth));
  };
  const { state } = await encode(await aFilm(), await temporaryFolder(), { log: { ...silentLogger, info } });
  expect([state, await Promise.all(refusals)]).toEqual([
    'completed',
    Array.from({ length: 3 }, () => 'nodes connect over TLS, with the key they were paired with'),
  ]);
});

test('work beside a server that has the same data folder, and leave its queue alone', async () => {
  const data = await temporaryFolder();
  const held = await claimFolder(data);
  const store = await openStore(data);
  try {
    const { state } = await encode(await aFilm(), data);
    const jobs = await store.db.selectFrom('job').select('id').execute();
    expect([held.ok, state, jobs]).toEqual([true, 'completed', []]);
  } finally {
    await store.close();
    if (held.ok) await held.release();
  }
});
