import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program of tests/process/programs/ that is killed right before its n-th change of a file or folder; answers whether it came to its end alive. */
export async function dyingProgram(name: string, args: readonly string[], at: number): Promise<'killed' | 'ended'> {
  const programs = new URL('../process/programs/', import.meta.url);
  const argv = ['--import', new URL('die-at-change.ts', programs).href, new URL(name, programs).pathname, ...args];
  const env = { ...process.env, DIE_AT_CHANGE: String(at) };
  try {
    await promisify(execFile)(process.execPath, argv, { env });
    return 'ended';
  } catch (error) {
    if (error instanceof Error && 'signal' in error && error.signal === 'SIGKILL') return 'killed';
    throw error;
  }
}
