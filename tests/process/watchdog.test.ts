import { execFile, spawn } from 'node:child_process';
import { access, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { linuxStartTicks, processIdentity } from '#main/platform/process-identity.ts';
import { commandLines, runningProcesses } from '#tests/helpers/process-table.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';

const owner = fileURLToPath(new URL('./programs/owner.ts', import.meta.url));
const helper = fileURLToPath(new URL('../../src-main/ffmpeg/watchdog-child.ts', import.meta.url));

test.each(['SIGKILL', 'SIGTERM'] as const)('%s of the owner leaves no FFmpeg and no partial file', async (signal) => {
  const folder = await temporaryFolder();
  const partial = `${folder}/half "made"\nfile.ts`;
  const parent = spawn(process.execPath, [owner, folder, partial], { stdio: ['ignore', 'pipe', 'inherit'] });
  await firstLine(parent.stdout);
  await waitUntil('the partial file is there', () => exists(partial));
  expect(await running(folder)).toBe(2);

  parent.kill(signal);
  await waitUntil('FFmpeg is gone', async () => (await running(folder)) === 0);
  await waitUntil('the partial file is gone', async () => !(await exists(partial)));
});

test('what ended or was completed is left alone', async () => {
  const folder = await temporaryFolder();
  const bystander = spawn('sleep', ['60']);
  onTestFinished(() => void bystander.kill('SIGKILL'));
  const pid = bystander.pid ?? 0;
  const [done, partial] = [`${folder}/done.ts`, `${folder}/partial.ts`];
  await writeFile(done, 'done');
  await writeFile(partial, 'partial');

  const messages = [
    ['start', pid, linuxStartTicks(pid)],
    ['end', pid],
    ['partial', done],
    ['done', done],
    ['partial', partial],
  ];
  await speakTo(helper, messages);
  expect(await exists(done)).toBe(true);
  expect(await exists(partial)).toBe(false);
  expect(await processIdentity(pid)).toBe(linuxStartTicks(pid));
});

test('a recycled pid is not killed', async () => {
  const bystander = spawn('sleep', ['60']);
  onTestFinished(() => void bystander.kill('SIGKILL'));
  const pid = bystander.pid ?? 0;
  const identity = linuxStartTicks(pid);
  await speakTo(helper, [['start', pid, String(Number(identity) - 1)]]);
  expect(linuxStartTicks(pid)).toBe(identity);
});

test('a partial path that is a folder is not deleted', async () => {
  const folder = await temporaryFolder();
  await speakTo(helper, [['partial', folder]]);
  expect(await exists(folder)).toBe(true);
});

test('a process name with spaces and parentheses does not hide the start time', async () => {
  const folder = await temporaryFolder();
  const odd = `${folder}/odd) (name`;
  await new Promise<void>((resolve, reject) => execFile('cp', ['/bin/sleep', odd], (e) => (e ? reject(e) : resolve())));
  const child = spawn(odd, ['60']);
  onTestFinished(() => void child.kill('SIGKILL'));
  expect(linuxStartTicks(child.pid ?? 0)).toMatch(/^\d+$/);
  expect((await runningProcesses()).some((r) => r.pid === child.pid)).toBe(true);
});

async function running(text: string): Promise<number> {
  return (await commandLines()).filter((line) => line.includes(text)).length;
}

/** Says everything, hangs up like a dead owner, and waits until the helper has cleaned up. */
async function speakTo(script: string, messages: readonly unknown[]): Promise<void> {
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'ignore', 'inherit'] });
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.stdin.end(messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
  await closed;
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<void> {
  const lines = createInterface({ input: stream });
  await new Promise((resolve) => lines.once('line', resolve));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
