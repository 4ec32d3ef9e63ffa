import { execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { waitUntil } from './wait-until.ts';

const entry = fileURLToPath(new URL('../../src-main/headless.ts', import.meta.url));

export type NodeProcess = {
  pid: number;
  /** All that it printed so far. */
  stdout: () => string;
  stderr: () => string;
  /** Lines of stderr that are for people, without the log. */
  complaints: () => string[];
  /** Until it has said for the `times`th time that it works for a server. */
  joined: (times?: number) => Promise<void>;
  /** By SIGTERM; the exit code. */
  stop: () => Promise<number | null>;
  /** At once, and without a word. */
  kill: () => Promise<void>;
  /** The exit code, once it has ended by itself. */
  ended: Promise<number | null>;
};

/**
 * `encrew node` as a process of its own, that advertises nothing; ended with the test. `wrap` comes before its command line
 * and becomes it (`ip netns exec NAME`).
 */
export function startNodeProcess(
  dataDir: string,
  args: readonly string[] = [],
  set: {
    environment?: NodeJS.ProcessEnv;
    wrap?: readonly string[];
    /** Who ends it; the test that asked for it, when left out. */
    onEnd?: ((end: () => Promise<void>) => void) | undefined;
  } = {},
): NodeProcess {
  const [wrap, ...words] = [...(set.wrap ?? []), process.execPath, entry, 'node', '--no-mdns', '--data', dataDir];
  const child = spawn(wrap ?? process.execPath, [...words, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...set.environment },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  (set.onEnd ?? onTestFinished)(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    pid: child.pid ?? -1,
    stdout: () => stdout,
    stderr: () => stderr,
    complaints: () => stderr.split('\n').filter((line) => line.startsWith('encrew: ')),
    joined: async (times = 1) => {
      const hasJoined = (): boolean => {
        if (child.exitCode !== null) throw new Error(`the node ended with ${child.exitCode}: ${stderr}`);
        return stdout.split(' works for ').length > times;
      };
      await waitUntil(`the node has joined ${times} times`, hasJoined, 50_000);
    },
    stop: async () => {
      child.kill('SIGTERM');
      return ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    ended,
  };
}

/** By the command line, beside the running server. */
export async function inviteFor(serverDataDir: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [entry, 'invite', '--data', serverDataDir]);
  return stdout.trim();
}
