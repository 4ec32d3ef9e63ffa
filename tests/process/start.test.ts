import { existsSync } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type LauncherProject, launch, launcherProject } from '#tests/helpers/launcher-project.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';
import { waitUntil } from '#tests/helpers/wait-until.ts';

const repeatProgram = `
  process.stdout.write(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd() }) + '\\n');
  process.exitCode = 7;
`;

const source = (path: string) => JSON.stringify(fileURLToPath(new URL(`../../src-main/${path}`, import.meta.url)));

/** Tells every wish to stop that reaches it, and takes a moment to stop, as an encode does. */
const patientProgram = `
  import { interruption } from ${source('cli/interruption.ts')};
  import { systemClock } from ${source('platform/clock.ts')};
  const stop = interruption(systemClock);
  const alive = setInterval(() => {}, 1_000);
  stop.addEventListener('abort', () => {
    process.stdout.write('asked by ' + stop.reason.signal + '\\n');
    setTimeout(() => {
      process.stdout.write('stopped\\n');
      process.exitCode = 7;
      clearInterval(alive);
    }, 300);
  });
  process.stdout.write('running as ' + process.pid + '\\n');
`;

type Way = { way: string; env: (project: LauncherProject) => Record<string, string> };
const ways: readonly Way[] = [
  { way: 'in the same process', env: () => ({}) },
  { way: 'in a second process', env: ({ otherNode }) => ({ ENCREW_NODE: otherNode }) },
];

test.each(ways)('words, folder and exit code pass through $way, and stdout is the program’s alone', async ({ env }) => {
  const project = await launcherProject(repeatProgram);
  const args = [project.startScript, 'a b', '--c="$d"', '-', ''];
  const ended = await launch(process.execPath, args, { cwd: project.folder, env: env(project) }).ended;
  expect(ended).toEqual({
    code: 7,
    signal: null,
    stdout: `${JSON.stringify({ args: ['a b', '--c="$d"', '-', ''], cwd: project.folder })}\n`,
    stderr: '',
  });
});

test('npm start says nothing of its own, and paths mean the folder in which they were typed', async () => {
  const project = await launcherProject(repeatProgram);
  const below = join(project.folder, 'films', 'new');
  await mkdir(below, { recursive: true });
  const ended = await launch('npm', ['start', '--', 'x'], { cwd: below }).ended;
  expect(ended).toEqual({
    code: 7,
    signal: null,
    stdout: `${JSON.stringify({ args: ['x'], cwd: await realpath(below) })}\n`,
    stderr: '',
  });
});

const stops = ways.flatMap((way) => (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => ({ ...way, signal })));

test.each(stops)('$signal reaches the program once and waits for its end $way', async ({ env, signal }) => {
  const project = await launcherProject(patientProgram);
  const running = launch(process.execPath, [project.startScript], { cwd: project.folder, env: env(project) });
  const pid = await pidOf(running);
  running.child.kill(signal);
  expect(await running.ended).toEqual({
    code: 7,
    signal: null,
    stdout: `running as ${pid}\nasked by ${signal}\nstopped\n`,
    stderr: '',
  });
});

test.runIf(existsSync('/usr/bin/script')).each(ways)(
  'Ctrl-C in a terminal under npm is one wish to stop $way',
  async ({ env }) => {
    const project = await launcherProject(patientProgram);
    // `script` gives the command a terminal of its own, where byte 3 is Ctrl-C for all that runs in it.
    const args = ['--quiet', '--return', '--command', 'npm start', join(await temporaryFolder(), 'typescript')];
    const running = launch('/usr/bin/script', args, { cwd: project.folder, env: env(project) });
    const pid = await pidOf(running);
    running.child.stdin?.write('\x03');
    const { stdout } = await running.ended;
    expect(stdout.replaceAll('\r', '').replace('^C', '')).toBe(`running as ${pid}\nasked by SIGINT\nstopped\n`);
    expect(isRunning(pid)).toBe(false);
  },
);

test.each(ways)('SIGTERM to npm itself stops the program and leaves nothing running $way', async ({ env }) => {
  const project = await launcherProject(patientProgram);
  const running = launch('npm', ['start'], { cwd: project.folder, env: env(project) });
  const pid = await pidOf(running);
  running.child.kill('SIGTERM');
  await waitUntil('the program has stopped', () => !isRunning(pid));
  expect((await running.ended).stdout).toBe(`running as ${pid}\nasked by SIGTERM\nstopped\n`);
});

test('a launcher that is killed outright takes the program with it', async () => {
  const project = await launcherProject(patientProgram);
  const env = { ENCREW_NODE: project.otherNode };
  const running = launch(process.execPath, [project.startScript], { cwd: project.folder, env });
  const pid = await pidOf(running);
  running.child.kill('SIGKILL');
  await waitUntil('the program has stopped', () => !isRunning(pid));
  expect((await running.ended).stdout).toBe(`running as ${pid}\nasked by SIGTERM\nstopped\n`);
});

async function pidOf(running: ReturnType<typeof launch>): Promise<number> {
  await waitUntil('the program runs', () => running.stdout().includes('running as'));
  return Number(/running as (\d+)/.exec(running.stdout())?.[1]);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
