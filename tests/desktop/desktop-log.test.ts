import { execFile } from 'node:child_process';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openLogFile } from '#main/desktop/log-file.ts';
import { wholeLines } from '#main/desktop/whole-lines.ts';
import { createLogger } from '#main/platform/logger.ts';
import { startDesktop } from '../helpers/desktop-bench.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/*
 * What an installed app leaves behind for whoever asks why it failed.
 */

const logLine = z.record(z.string(), z.unknown());
const linesOf = async (path: string): Promise<Record<string, unknown>[]> =>
  (await readFile(path, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => logLine.parse(JSON.parse(line)));

test('a log never grows beyond its files, is for its owner alone, and goes on where it was', async () => {
  const folder = join(await temporaryFolder(), 'logs');
  const limits = { bytes: 30, files: 3 };
  const first = openLogFile(folder, limits);
  for (let i = 1; i <= 5; i += 1) first.write(`line ${i} of the first\n`);
  openLogFile(folder, limits).write('more\n');
  expect((await readdir(folder)).toSorted()).toEqual(['encrew.1.log', 'encrew.2.log', 'encrew.log']);
  expect(await readFile(first.path, 'utf8')).toBe('line 5 of the first\nmore\n');
  expect(await readFile(join(folder, 'encrew.2.log'), 'utf8')).toBe('line 3 of the first\n');
  const modes = await Promise.all([folder, first.path].map(async (path) => (await stat(path)).mode & 0o777));
  expect(modes).toEqual([0o700, 0o600]);
});

test('a line that is longer than a file has one of its own, and a folder that is gone costs lines alone', async () => {
  const folder = join(await temporaryFolder(), 'logs');
  const log = openLogFile(folder, { bytes: 10, files: 2 });
  log.write('a line of many words\n');
  log.write('next\n');
  expect(await readFile(join(folder, 'encrew.1.log'), 'utf8')).toBe('a line of many words\n');
  await rm(folder, { recursive: true });
  expect(() => log.write('and on\n')).not.toThrow();
});

test('output comes in pieces and is kept in lines', () => {
  const lines: string[] = [];
  const take = wholeLines((line) => lines.push(line), 5);
  const bytes = Buffer.from('für\r\nzwei\nabcdefgh');
  for (const byte of bytes) take(Uint8Array.of(byte));
  expect(lines).toEqual(['für', 'zwei', 'abcde']);
  take(Buffer.from('i\n'));
  expect(lines.at(-1)).toBe('fghi');
});

test('secrets are covered by the names of their fields, and in addresses, on every line of every log', () => {
  const lines: string[] = [];
  const log = createLogger('info', (line) => lines.push(line));
  const url = 'https://ann:pw@example.org/film.mkv?key=1';
  log.warn({ url, password: 'pw', inner: { apiKey: 'k', tokens: [1, 2] }, path: '/films/a.mkv' }, 'refused');
  expect(lines.map((line) => logLine.parse(JSON.parse(line)))).toEqual([
    {
      ...{ level: 40, time: expect.any(String), msg: 'refused', path: '/films/a.mkv', password: '[redacted]' },
      ...{ url: 'https://[redacted]@example.org/film.mkv?[redacted]' },
      inner: { apiKey: '[redacted]', tokens: '[redacted]' },
    },
  ]);
});

test('the work’s own lines are in the app’s log, whose file the page can have shown', async () => {
  const desk = await startDesktop({ mode: 'server' });
  const work = await desk.work(0);
  const path = join(desk.dataDir, 'logs', 'encrew.log');
  expect(work.args).toEqual([path]);
  work.write('{"level":30,"time":"2026-01-01T00:00:00.000Z","token":"t","msg":"it ru');
  work.write('ns"}\nRangeError: no\n\n');
  work.exit(7);
  const ofTheWork = (await linesOf(path)).filter((line) => 'from' in line || 'code' in line);
  expect(ofTheWork).toEqual([
    { level: 30, time: '2026-01-01T00:00:00.000Z', token: '[redacted]', msg: 'it runs', from: 'server' },
    { level: 40, time: expect.any(String), from: 'server', text: 'RangeError: no', msg: 'the work wrote' },
    {
      ...{ level: 50, time: expect.any(String), code: 7, deaths: 1, next: 'restart' },
      msg: 'the process that does the work ended by itself',
    },
  ]);
  expect(await desk.call('show-log')).toBe(true);
  expect(await desk.call('show-log', { path: '/etc/passwd' })).toMatchObject({ fault: expect.any(String) });
  await rm(path);
  expect(await desk.call('show-log')).toBe(false);
  expect(desk.said.filter((words) => words.startsWith('reveal'))).toEqual([`reveal ${path}`]);
});

test('the process of the work leaves its last words in the app’s log', async () => {
  const path = join(await temporaryFolder(), 'encrew.log');
  const program = fileURLToPath(new URL('../../src-main/desktop/work-process.ts', import.meta.url));
  const port = new URL('programs/broken-port.mjs', import.meta.url).href;
  const run = promisify(execFile)(process.execPath, ['--import', port, program, path]);
  await expect(run).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('the port broke') });
  expect(await linesOf(path)).toEqual([
    {
      ...{ level: 50, time: expect.any(String), msg: 'the process that does the work has failed' },
      error: expect.stringMatching(
        /^Error: the port broke at https:\/\/\[redacted\]@example\.org\/\n {4}at .*broken-port/,
      ),
    },
  ]);
});
