import { spawn } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { afterEach, expect, test } from 'vitest';
import { FfmpegNotFound } from '#main/ffmpeg/find.ts';
import { Interrupted } from '#main/cli/interruption.ts';
import { runProgram } from '#main/cli/program.ts';
import { Unusable } from '#main/cli/unusable.ts';
import { launch } from '#tests/helpers/launcher-project.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const entry = join(repository, 'src-main', 'headless.ts');

afterEach(() => {
  process.exitCode = undefined;
});

/** One command line over a command `work` that does what the test says. */
async function run(argv: readonly string[], action: () => void | Promise<void> = () => {}) {
  const complaints: string[] = [];
  const work = new Command('work').argument('<input>').option('--number <n>').action(action);
  const code = await runProgram(
    argv,
    { version: '1.2.3', commands: [work] },
    { complain: (line) => complaints.push(line), keepEvidence: () => '/logs/crash.log' },
  );
  return { code, complaints };
}

test.each([
  {
    because: 'options without a command',
    argv: ['--port', '1'],
    complaint: 'unknown command "--port": this version has work (--help tells more)',
  },
  {
    because: 'a command of a later version',
    argv: ['serve', '--port', '1'],
    complaint: 'unknown command "serve": this version has work (--help tells more)',
  },
  { because: 'a missing input', argv: ['work'], complaint: "missing required argument 'input'" },
  {
    because: 'a misspelt option',
    argv: ['work', 'x', '--numbr', '2'],
    complaint: "unknown option '--numbr' (Did you mean --number?)",
  },
  {
    because: 'one input too many',
    argv: ['work', 'x', 'y'],
    complaint: "too many arguments for 'work'. Expected 1 argument but got 2: x, y.",
  },
  {
    because: 'an option without its value',
    argv: ['work', 'x', '--number'],
    complaint: "option '--number <n>' argument missing",
  },
])('$because is wrong usage: one line and exit code 2', async ({ argv, complaint }) => {
  expect(await run(argv)).toEqual({ code: 2, complaints: [complaint] });
});

test.each([
  { outcome: 'done', action: () => {}, code: 0, complaints: [] },
  {
    outcome: 'failed work',
    action: () => {
      process.exitCode = 1;
    },
    code: 1,
    complaints: [],
  },
  {
    outcome: 'an unusable input, whatever its name holds',
    action: () => {
      throw new Unusable('a\nb\u001b[31m.mkv is not media');
    },
    code: 2,
    complaints: ['a b?[31m.mkv is not media'],
  },
  {
    outcome: 'a missing FFmpeg',
    action: () => {
      throw new FfmpegNotFound('ffmpeg-not-found', 'FFmpeg was not found');
    },
    code: 2,
    complaints: ['FFmpeg was not found'],
  },
  {
    outcome: 'an interruption',
    action: () => {
      throw new Interrupted('SIGINT');
    },
    code: 1,
    complaints: ['stopped by SIGINT'],
  },
  {
    outcome: 'an error that nobody foresaw',
    action: async () => {
      await Promise.reject(new TypeError('x is not\na function'));
    },
    code: 1,
    complaints: ['stopped by an unexpected error: x is not a function. The log is /logs/crash.log'],
  },
])('$outcome ends with exit code $code', async ({ action, code, complaints }) => {
  expect(await run(['work', 'x'], action)).toEqual({ code, complaints });
});

test('help and version are results, on stdout, with exit code 0', async () => {
  const version = await launch(process.execPath, [entry, '--version'], { cwd: repository }).ended;
  const manifest: { version: string } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'));
  expect(version).toEqual({ code: 0, signal: null, stdout: `${manifest.version}\n`, stderr: '' });
  const help = await launch(process.execPath, [entry, '--help'], { cwd: repository }).ended;
  expect(help).toMatchObject({ code: 0, stderr: '' });
  expect(help.stdout).toContain('Usage: encrew COMMAND [options]');
});

test('wrong usage of the real program is one line on stderr', async () => {
  const ended = await launch(process.execPath, [entry, 'frobnicate'], { cwd: repository }).ended;
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toMatch(
    /^encrew: unknown command "frobnicate": this version has [a-z, ]*\(--help tells more\)\n$/,
  );
});

test('a reader that goes away early is no error', async () => {
  const child = spawn(process.execPath, [entry, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (bytes) => (stderr += String(bytes)));
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('the log of an unexpected error holds the whole error and the command line', async () => {
  const home = await temporaryFolder();
  const script = `
    const { writeCrashLog } = await import(${JSON.stringify(join(repository, 'src-main', 'cli', 'crash-log.ts'))});
    process.stdout.write(writeCrashLog(new Error('lost', { cause: new Error('why') }), ['encode', 'a b.mkv']));`;
  const env = { HOME: home, XDG_STATE_HOME: join(home, 'state') };
  const { stdout } = await launch(process.execPath, ['--input-type=module', '-e', script], { cwd: home, env }).ended;
  const log = await readFile(stdout, 'utf8');
  expect(stdout.startsWith(home)).toBe(true);
  expect(log).toContain("argv: [ 'encode', 'a b.mkv' ]");
  expect(log).toMatch(/Error: lost\n\s+at /);
  expect(log).toContain('[cause]: Error: why');
  expect(await readdir(join(stdout, '..'))).toHaveLength(1);
});
