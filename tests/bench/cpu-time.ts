import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** CPU seconds, user and system, of a command and of every process it started and waited for; wall seconds beside it. */
export type Cost = { cpuSec: number; wallSec: number };

/**
 * Runs a command to its end and says what it cost, by the shell's own account of its children (POSIX `times`). Rejects
 * with the command's stderr when it fails.
 */
export async function costOf(argv: readonly string[], cwd: string): Promise<Cost> {
  const began = performance.now();
  const { stdout } = await run('/bin/sh', ['-c', '"$@" > /dev/null || exit $?; times', 'sh', ...argv], {
    cwd,
    maxBuffer: 64 * 1024 * 1024,
  });
  const children = stdout.trim().split('\n').at(-1) ?? '';
  const [user, system] = children.split(' ').map(minutesToSec);
  if (user === undefined || system === undefined) throw new Error(`unexpected answer of times: ${stdout}`);
  return { cpuSec: user + system, wallSec: (performance.now() - began) / 1000 };
}

/** `1m2.345s` in seconds. */
function minutesToSec(text: string): number {
  const match = /^(\d+)m([\d.]+)s$/.exec(text);
  if (match === null) throw new Error(`not a time: ${text}`);
  return Number(match[1]) * 60 + Number(match[2]);
}
