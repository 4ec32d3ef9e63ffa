import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CrewNode, filmCrew, workersIn } from '../helpers/film-crew.ts';
import { withSqlite } from '../helpers/raw-store.ts';
import { type TcpRelay, tcpRelay } from '../helpers/tcp-relay.ts';
import { waitUntil } from '../helpers/wait-until.ts';

/*
 * One node and its line to the server, which break off at the worst of moments. The parts of a film are small: what is kept
 * back of them is kept back by the line.
 */

const crew = filmCrew({ filmSec: 6, chunkSec: 6 });
const once = ['audio 1', 'package 1', 'publish 1', 'validate 1', 'video-0000 1'];
const twice = ['audio 1', 'package 1', 'publish 1', 'validate 1', 'video-0000 2'];
let attic: CrewNode;
let line: TcpRelay;
let cutLine = async (): Promise<void> => {};

beforeAll(async () => {
  line = await tcpRelay(Number(new URL(crew().server().url).port), (end) => (cutLine = end));
  attic = await crew().addNode('attic', { url: line.url, pace: 2 });
}, 120_000);
afterAll(() => cutLine());

/** `video-0001 2`: which task, in its which attempt. */
function attempts(tasks: readonly { key: string; attempt: number }[]): string[] {
  return tasks.map(({ key, attempt }) => `${key} ${attempt}`);
}

/** The one chunk is being encoded, and everything else that could be done is done. */
async function begun(id: string): Promise<void> {
  await crew().whenAt(id, 0.1, 'attic');
  await waitUntil('the sound is there', async () =>
    (await crew().server().tasks(id)).some(({ key, state }) => key === 'audio' && state === 'completed'),
  );
}

/** Chunks that a node has encoded in this run. */
function encoded({ stderr }: CrewNode): number {
  return stderr()
    .split('\n')
    .filter((text) => /"task":"video-.*"msg":"step done"/.test(text)).length;
}

/** What came of a task's parts so far, whether they were taken or not. */
async function arrived(): Promise<{ incomingBytes: number; isTaken: boolean }> {
  const work = join(crew().server().dataDir, 'work');
  const paths = await readdir(work, { recursive: true }).catch(() => []);
  const incoming = paths.filter((path) => /\/\.incoming\/video-0000\.\d+\/.*\.mp4$/.test(path));
  const sizes = incoming.map(async (path) => (await stat(join(work, path)).catch(() => null))?.size ?? 0);
  const isTaken = paths.some((path) => /^[^/]+\/video-0000$/.test(path));
  return { incomingBytes: (await Promise.all(sizes)).reduce((sum, one) => sum + one, 0), isTaken };
}

test('a node that is killed in mid-upload only brings what it had made', async () => {
  const id = await crew().addJob();
  await begun(id);
  line.passOnly(50_000);
  await waitUntil('a part is stuck on its way', () => line.stuckBytes() > 0 && encoded(attic) === 1);
  expect(await arrived()).toEqual({ incomingBytes: 0, isTaken: false });
  await attic.kill();
  line.passOnly(null);
  attic = await crew().startNode(attic, { pace: 2 });
  const { tasks } = await crew().expectWholeFilm(id);
  expect([attempts(tasks), encoded(attic)]).toEqual([twice, 0]);
}, 60_000);

test('a node that is killed between its parts and their commit brings them again', async () => {
  const id = await crew().addJob();
  await begun(id);
  line.late(1_500);
  await waitUntil('a part is there', async () => (await arrived()).incomingBytes > 0);
  await attic.kill();
  line.late(0);
  expect((await arrived()).isTaken).toBe(false);
  attic = await crew().startNode(attic, { pace: 2 });
  const { tasks } = await crew().expectWholeFilm(id);
  expect([attempts(tasks), encoded(attic)]).toEqual([twice, 0]);
}, 60_000);

test('a node that is killed when its parts are taken, before it could tell of it, makes nothing again', async () => {
  const id = await crew().addJob();
  await begun(id);
  line.late(1_500);
  await waitUntil('its parts are taken', async () => (await arrived()).isTaken);
  await attic.kill();
  line.late(0);
  expect((await crew().server().tasks(id)).find(({ key }) => key === 'video-0000')?.state).toBe('leased');
  attic = await crew().startNode(attic, { pace: 2 });
  const { tasks } = await crew().expectWholeFilm(id);
  expect([attempts(tasks), encoded(attic)]).toEqual([twice, 0]);
}, 60_000);

test('a node that is out of reach for longer than its lease goes on, and nothing is done again', async () => {
  const before = encoded(attic);
  const id = await crew().addJob();
  await begun(id);
  line.cut();
  withSqlite(join(crew().server().dataDir, 'encrew.db'), (sqlite) =>
    sqlite.prepare("UPDATE task SET leaseUntilMs = 1 WHERE state = 'leased'").run(),
  );
  const runOut = 'video-0000: leased > ready';
  await waitUntil('its lease has run out', async () => (await crew().server().timeline(id)).includes(runOut));
  line.mend();
  const { tasks, timeline } = await crew().expectWholeFilm(id);
  expect([attempts(tasks), encoded(attic) - before]).toEqual([once, 1]);
  expect(timeline.filter((text) => text.startsWith('video-0000'))).toEqual([
    'video-0000: ready > leased',
    runOut,
    'video-0000: ready > leased',
    'video-0000: leased > completed',
  ]);
}, 60_000);

test('a job whose nodes are all gone waits, says for whom, and goes on when one comes back', async () => {
  const id = await crew().addJob();
  await begun(id);
  await attic.kill();
  const waiting = async (): Promise<string[]> =>
    (await crew().server().job(id)).waiting.map(({ code, message }) => `${code}: ${message}`);
  await waitUntil('the job says why', async () => (await waiting()).length > 0);
  const had = /^no-node: attic is not connected: what it had goes to others in \d+ s unless it comes back\.$/;
  expect(await waiting()).toEqual([expect.stringMatching(had)]);
  withSqlite(join(crew().server().dataDir, 'encrew.db'), (sqlite) =>
    sqlite.prepare("UPDATE task SET leaseUntilMs = 1 WHERE state = 'leased'").run(),
  );
  await waitUntil('its lease has run out', async () => (await waiting()).length === 2);
  expect((await waiting()).sort()).toEqual([
    'no-node: attic is not connected.',
    expect.stringMatching(/^no-proven-encoder: .* does no cpu tasks\.$/),
  ]);
  expect(await workersIn([attic.dataDir])).toEqual([]);
  attic = await crew().startNode(attic, { pace: 2 });
  const { tasks } = await crew().expectWholeFilm(id);
  expect(attempts(tasks)).toEqual(twice);
}, 60_000);
