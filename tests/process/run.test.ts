import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type FfmpegOutcome, type RunOptions, runFfmpeg } from '#main/ffmpeg/run.ts';
import { silentLogger } from '#main/platform/logger.ts';
import { commandLines } from '#tests/helpers/process-table.ts';

const program = (name: string) => fileURLToPath(new URL(`./programs/${name}`, import.meta.url));

/** Node itself plays FFmpeg, running one of the programs beside this file. */
function runProgram(
  name: string,
  args: readonly string[] = [],
  options: Partial<RunOptions> = {},
): Promise<FfmpegOutcome> {
  return runFfmpeg(
    { tool: 'ffmpeg', args: [program(name), ...args], cwd: process.cwd() },
    {
      tools: { ffmpegPath: process.execPath, ffprobePath: process.execPath },
      signal: new AbortController().signal,
      log: silentLogger,
      ...options,
    },
  );
}

test('arguments arrive as they are, without a shell', async () => {
  const args = ['', ' ', '$(id)', '`id`', "it's", '"', 'a\nb', '-dash', '*', '\\', '🎬', '%s', ';ls', '~'];
  const outcome = await runProgram('argv.mjs', args);
  expect(outcome).toMatchObject({ ok: true });
  expect(JSON.parse(outcome.stdout)).toEqual(args);
});

test('a program that obeys is stopped by asking', async () => {
  const stop = new AbortController();
  const running = runProgram('standing-still.mjs', ['-progress', 'pipe:1'], {
    signal: stop.signal,
    onProgress: () => stop.abort(),
  });
  expect(await running).toMatchObject({ ok: false, code: 'stopped', ended: 'asked' });
});

test('a program that is deaf to asking is forced after the delay', async () => {
  const stop = new AbortController();
  const outcome = await runProgram('deaf.mjs', ['-progress', 'pipe:1'], {
    signal: stop.signal,
    forceAfterMs: 300,
    onProgress: () => stop.abort(),
  });
  expect(outcome).toMatchObject({ ok: false, code: 'stopped', ended: 'forced', signal: 'SIGKILL' });
  expect(outcome.elapsedMs).toBeGreaterThan(300);
});

test('a stop before the start starts nothing', async () => {
  const outcome = await runProgram('argv.mjs', ['x'], { signal: AbortSignal.abort() });
  expect(outcome).toMatchObject({ ok: false, code: 'stopped', exitCode: null, stdout: '' });
});

test('progress that stands still ends the run as stalled', async () => {
  const outcome = await runProgram('standing-still.mjs', ['-progress', 'pipe:1'], { stallTimeoutMs: 300 });
  expect(outcome).toMatchObject({
    ok: false,
    code: 'stalled',
    ended: 'asked',
    progress: { frame: 7, outTimeSec: 0.28 },
  });
});

test('a flood on stderr is counted and only its end kept', async () => {
  const outcome = await runProgram('chatty.mjs');
  expect(outcome).toMatchObject({ ok: true, stdout: 'answer', decodeErrors: 20_000 });
  expect(outcome.stderrTail).toHaveLength(80);
  expect(outcome.stderrTail.slice(-2)).toEqual(['Grüße 🎬', '    Last message repeated 3 times']);
});

test('a kill from outside is told from a stop', async () => {
  expect(await runProgram('killed.mjs')).toMatchObject({ ok: false, code: 'killed', signal: 'SIGKILL', ended: null });
});

test('a program that is not there is an outcome, not an exception', async () => {
  const outcome = await runProgram('argv.mjs', [], {
    tools: { ffmpegPath: '/nowhere/ffmpeg', ffprobePath: '/nowhere/ffprobe' },
  });
  expect(outcome).toMatchObject({
    ok: false,
    code: 'unknown',
    message: 'FFmpeg could not be started (ENOENT)',
    exitCode: null,
    signal: null,
  });
});

test('a progress listener that throws leaves no process behind', async () => {
  const running = runProgram('standing-still.mjs', ['-progress', 'pipe:1', 'thrower'], {
    onProgress: () => {
      throw new Error('listener');
    },
  });
  await expect(running).rejects.toThrow('listener');
  expect(await commandLines()).not.toContainEqual(expect.stringContaining('thrower'));
});
