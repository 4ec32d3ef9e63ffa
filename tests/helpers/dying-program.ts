import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export type DyingOptions = {
  /** The change of a file or folder before which it is killed. */
  at: number;
  /** Plays a disk without hard links. */
  noLinks?: boolean;
};

/** Runs a program of tests/process/programs/ that is killed before its n-th change; answers whether it came to its end alive. */
export async function dyingProgram(
  name: string,
  args: readonly string[],
  { at, noLinks = false }: DyingOptions,
): Promise<'killed' | 'ended'> {
  const programs = new URL('../process/programs/', import.meta.url);
  const argv = ['--import', new URL('die-at-change.ts', programs).href, new URL(name, programs).pathname, ...args];
  const env = { ...process.env, DIE_AT_CHANGE: String(at), NO_LINKS: noLinks ? '1' : '0' };
  try {
    await promisify(execFile)(process.execPath, argv, { env });
    return 'ended';
  } catch (error) {
    if (error instanceof Error && 'signal' in error && error.signal === 'SIGKILL') return 'killed';
    throw error;
  }
}
