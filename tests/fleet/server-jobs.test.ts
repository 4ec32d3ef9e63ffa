import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { checkPackage } from '#main/stages/check/check-package.ts';
import { type ServerProcess, startServerProcess } from '../helpers/server-process.ts';
import { newFolder, temporaryFolder } from '../helpers/temporary-folder.ts';
import { makeTwoLanguageFilm } from '../helpers/two-language-film.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const jobLog = z.object({ lines: z.array(z.object({ stderr: z.array(z.string()).default([]) })) });

const failingTask = fileURLToPath(new URL('../process/programs/failing-task.mjs', import.meta.url));

let home = '';
let input = '';
/** For all tests that need no server of their own. */
let server: ServerProcess;
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  home = await newFolder();
  input = await makeTwoLanguageFilm(home);
  server = await startServerProcess(join(home, 'data'), [], {}, { onEnd: (end) => ends.push(end) });
}, 60_000);

afterAll(async () => {
  for (const end of ends) await end();
  await rm(home, { recursive: true, force: true });
});

test('a job whose side files fail still ships with a warning', async () => {
  const folder = await temporaryFolder();
  const out = join(folder, 'out');
  const environment = { ENCREW_FFMPEG: failingTask, ENCREW_TEST_FAILS: 'extract' };
  const hindered = await startServerProcess(join(folder, 'data'), [], environment);
  const id = await hindered.addJob({ input, profile: 'draft', outputDir: out });
  const { output, findings } = await hindered.waitForState(id, 'completed');
  expect(findings.filter(({ severity }) => severity === 'warning').map(({ code }) => code)).toContain('extras-missing');
  expect(output).toBe(join(out, 'two languages', 'two languages.m3u8'));
  const checked = await checkPackage(join(out, 'two languages'));
  expect(checked.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
}, 60_000);

test('a job whose picture fails does not, keeps its evidence, and is done after all by a retry', async () => {
  const folder = await temporaryFolder();
  const [data, out] = [join(folder, 'data'), join(folder, 'out')];
  const broken = await startServerProcess(data, [], { ENCREW_FFMPEG: failingTask, ENCREW_TEST_FAILS: 'video-0000' });
  const id = await broken.addJob({ input, profile: 'draft', outputDir: out });
  await waitUntil('it failed', async () => (await broken.job(id)).state === 'failed');
  const { error, output } = await broken.job(id);
  expect([error?.code, output, await readdir(out).catch(() => [])]).toEqual(['bad-input', null, []]);
  const { lines } = jobLog.parse((await broken.ask('GET', `/jobs/${id}/log`)).body);
  expect(lines.flatMap(({ stderr }) => stderr)).toContain(`file:${input}: Invalid data found when processing input`);
  const before = await broken.tasks(id);
  expect(before.find(({ key }) => key === 'audio')?.state).toBe('completed');
  await broken.stop();

  const mended = await startServerProcess(data);
  expect((await mended.ask('POST', `/jobs/${id}/retry`, { what: 'failed' })).status).toBe(200);
  await mended.waitForState(id, 'completed');
  const attempts = Object.fromEntries((await mended.tasks(id)).map(({ key, attempt }) => [key, attempt]));
  expect(attempts).toMatchObject({ audio: 1, 'video-0000': 2, package: 1 });
  expect(await readdir(out)).toEqual(['two languages']);
}, 60_000);

test('a job that is cancelled while it encodes leaves nothing, and one that is paused goes on where it was', async () => {
  const out = join(await temporaryFolder(), 'out');
  const id = await server.addJob({ input, profile: 'mkv-archive', outputDir: out });
  await waitUntil('it encodes', async () => (await server.tasks(id)).some(({ state }) => state === 'leased'));
  expect((await server.ask('POST', `/jobs/${id}/pause`)).status).toBe(200);
  await waitUntil('nothing is leased', async () => (await server.tasks(id)).every(({ state }) => state !== 'leased'));
  expect((await server.job(id)).waiting).toEqual([
    { nodeId: null, code: 'paused', message: 'It was paused: resume it.' },
  ]);
  expect((await server.ask('POST', `/jobs/${id}/resume`)).status).toBe(200);
  await waitUntil('it encodes again', async () => (await server.tasks(id)).some(({ state }) => state === 'leased'));
  expect((await server.ask('POST', `/jobs/${id}/cancel`)).status).toBe(200);
  // Who is stopped early enough has not even made the folder of all work.
  const folders = () => readdir(join(home, 'data', 'work')).catch(() => []);
  await waitUntil('its folder is gone', async () => (await folders()).length === 0);
  expect(await readdir(out).catch(() => [])).toEqual([]);
  expect((await server.job(id)).state).toBe('cancelled');
}, 60_000);

test('a package that would be larger than the film is stopped early, and nothing is published', async () => {
  const out = join(await temporaryFolder(), 'out');
  const { body } = await server.ask('GET', '/profiles/draft/export');
  const profile = { ...z.looseObject({}).parse(body), name: 'smaller', onlyIfSmaller: { maxRatio: 0.05 } };
  const id = await server.addJob({ input, profile, outputDir: out });
  await waitUntil('it failed', async () => (await server.job(id)).state === 'failed');
  expect((await server.job(id)).error?.code).toBe('not-smaller');
  await waitUntil('nothing is left', async () => (await readdir(out).catch(() => [])).length === 0);
}, 60_000);

test('what lies in the place of the package is told before anything is encoded, and stays as it is', async () => {
  const out = await temporaryFolder();
  await writeFile(join(out, 'two languages.mp4'), 'my own');
  const id = await server.addJob({ input, profile: 'mp4-1080p', outputDir: out });
  await waitUntil('it failed', async () => (await server.job(id)).state === 'failed');
  expect([(await server.job(id)).error?.code, await server.tasks(id)]).toEqual(['target-taken', []]);
  expect(await readFile(join(out, 'two languages.mp4'), 'utf8')).toBe('my own');
}, 60_000);
