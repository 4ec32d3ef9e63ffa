import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type CrewNode, filmCrew, workersIn } from '../helpers/film-crew.ts';
import { childrenOf } from '../helpers/process-table.ts';
import { waitUntil } from '../helpers/wait-until.ts';

/*
 * Machines that go away in the middle of a film, and come back or don't.
 */

const crew = filmCrew({ filmSec: 18, chunkSec: 6 });
let attic: CrewNode;
let cellar: CrewNode;

beforeAll(async () => {
  [attic, cellar] = await Promise.all([crew().addNode('attic'), crew().addNode('cellar')]);
}, 120_000);

/** `video-0001 2`: which task, in its which attempt. */
function attempts(tasks: readonly { key: string; attempt: number }[]): string[] {
  return tasks.map(({ key, attempt }) => `${key} ${attempt}`);
}

const once = ['audio 1', 'package 1', 'publish 1', 'validate 1', 'video-0000 1', 'video-0001 1', 'video-0002 1'];

test('a server that is killed and stays away finds all that its nodes did meanwhile, and nothing is done again', async () => {
  const id = await crew().addJob();
  await crew().whenAt(id, 0.1, 'attic');
  await crew().whenAt(id, 0.1, 'cellar');
  await crew().server().kill();
  const isBusy = async () => (await workersIn([attic.dataDir, cellar.dataDir])).length > 0;
  expect(await isBusy()).toBe(true);
  await waitUntil('the nodes have done what they had', async () => !(await isBusy()));
  await crew().startServer();
  const { tasks } = await crew().expectWholeFilm(id);
  expect(attempts(tasks)).toEqual(once);
}, 90_000);

test('a node that is killed in the middle of a chunk leaves no FFmpeg, and comes back for what it had', async () => {
  const id = await crew().addJob();
  const { key } = await crew().whenAt(id, 0.1, 'attic');
  await attic.kill();
  await waitUntil('its FFmpeg is ended', async () => (await workersIn([attic.dataDir])).length === 0);
  attic = await crew().startNode(attic);
  const { tasks, timeline } = await crew().expectWholeFilm(id);
  expect(attempts(tasks)).toEqual(once.map((one) => (one === `${key} 1` ? `${key} 2` : one)));
  expect(timeline).toContain(`${key}: leased > ready`);
}, 90_000);

test('an FFmpeg that hangs, and outlives its node and what watches over it, is ended by the next start', async () => {
  const id = await crew().addJob();
  const { key } = await crew().whenAt(id, 0.1, 'attic');
  const isOf = (part: string) => (one: { commandLine: string }) => one.commandLine.includes(part);
  const [watchdog] = (await childrenOf(attic.pid)).filter(isOf('watchdog'));
  const [encoder] = (await workersIn([attic.dataDir])).filter(isOf(`${key}.partial`));
  if (watchdog === undefined || encoder === undefined) throw new Error('something does not run');
  // It says nothing any more: one that does finds nobody to say it to, and ends by itself.
  process.kill(encoder.pid, 'SIGSTOP');
  process.kill(watchdog.pid, 'SIGKILL');
  await attic.kill();
  const work = join(attic.dataDir, 'work');
  const forgotten = 'of-a-job-that-nobody-knows';
  await mkdir(join(work, forgotten));
  expect((await workersIn([attic.dataDir])).map(({ pid }) => pid)).toContain(encoder.pid);
  attic = await crew().startNode(attic);
  expect((await workersIn([attic.dataDir])).map(({ pid }) => pid)).not.toContain(encoder.pid);
  expect(attic.stderr()).toContain('ended a process that an earlier run had left behind');
  await waitUntil('what nobody needs is gone', async () => !(await readdir(work)).includes(forgotten));
  const { tasks } = await crew().expectWholeFilm(id);
  expect(attempts(tasks)).toEqual(once.map((one) => (one === `${key} 1` ? `${key} 2` : one)));
}, 90_000);
