import { spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { openProcessJournal } from '#main/ffmpeg/process-journal.ts';
import { runFfmpeg } from '#main/ffmpeg/run.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { processIdentity } from '#main/platform/process-identity.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { thisFfmpeg } from '#tests/helpers/this-ffmpeg.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';

/** A process that runs for a minute. */
async function sleeper(): Promise<{ pid: number; isRunning: () => Promise<boolean> }> {
  const child = spawn('sleep', ['60']);
  onTestFinished(() => void child.kill('SIGKILL'));
  const pid = child.pid ?? 0;
  const identity = await processIdentity(pid);
  return { pid, isRunning: async () => (await processIdentity(pid)) === identity };
}

const noted = z.object({ pid: z.number(), identity: z.string(), boot: z.string() });

test('what an earlier run had started and not seen the end of is ended, and nothing else', async () => {
  const dataDir = await temporaryFolder();
  const folder = join(dataDir, 'running');
  const journal = await openProcessJournal(dataDir, silentLogger);
  const [left, ended, recycled, rebooted] = [await sleeper(), await sleeper(), await sleeper(), await sleeper()];
  for (const { pid } of [left, recycled, rebooted]) journal.started(pid);
  journal.started(ended.pid)();
  const names = [left, recycled, rebooted].map(({ pid }) => `${pid}.json`).sort();
  await waitUntil('they are noted', async () => (await readdir(folder)).sort().join() === names.join());
  for (const [{ pid }, set] of [
    [recycled, { identity: '1' }],
    [rebooted, { boot: 'another' }],
  ] as const) {
    const path = join(folder, `${pid}.json`);
    await writeFile(path, JSON.stringify({ ...noted.parse(JSON.parse(await readFile(path, 'utf8'))), ...set }));
  }
  await writeFile(join(folder, 'cut off.json'), '{"pid":');

  await openProcessJournal(dataDir, silentLogger);
  const running = [left, ended, recycled, rebooted].map(async ({ isRunning }) => isRunning());
  expect(await Promise.all(running)).toEqual([false, true, true, true]);
  expect(await readdir(folder)).toEqual([]);
});

test('FFmpeg is noted while it runs', async () => {
  const dataDir = await temporaryFolder();
  const folder = join(dataDir, 'running');
  const tools = { ...(await thisFfmpeg()), journal: await openProcessJournal(dataDir, silentLogger) };
  const stop = new AbortController();
  const args = ['-nostdin', '-re', '-f', 'lavfi', '-i', 'testsrc2', '-f', 'null', '-'];
  const run = runFfmpeg({ tool: 'ffmpeg', args, cwd: dataDir }, { tools, signal: stop.signal, log: silentLogger });
  await waitUntil('it is noted', async () => (await readdir(folder)).length === 1);
  stop.abort();
  await run;
  await waitUntil('the note is gone', async () => (await readdir(folder)).length === 0);
});
