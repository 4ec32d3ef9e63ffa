import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { waitUntil } from './wait-until.ts';

const entry = fileURLToPath(new URL('../../src-main/headless.ts', import.meta.url));

export type WaitingNode = {
  /** Lines of stdout so far. */
  lines: readonly string[];
  stderr: () => string;
  /** The first line that fits, as soon as it is there. */
  line: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** Its exit code. */
  ended: Promise<number | null>;
  kill: () => void;
  stop: () => Promise<number | null>;
};

/** `encrew node` as a process of its own, whose lines people read; ended with the test. `wrap` comes before its command line. */
export function startWaitingNode(
  dataDir: string,
  args: readonly string[] = [],
  { wrap = [] }: { wrap?: readonly string[] } = {},
): WaitingNode {
  const words = [...wrap, process.execPath, entry, 'node', '--data', dataDir, ...args];
  const child = spawn(words[0] ?? process.execPath, words.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  let stderr = '';
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const find = (pattern: RegExp) => lines.map((line) => pattern.exec(line)).find((found) => found !== null) ?? null;
  return {
    ...{ lines, ended, stderr: () => stderr },
    line: async (pattern) => {
      await waitUntil(
        `the node says ${pattern.source}`,
        () => find(pattern) !== null || child.exitCode !== null,
        60_000,
      );
      const found = find(pattern);
      if (found === null) throw new Error(`the node ended with ${child.exitCode}: ${stderr}`);
      return found;
    },
    kill: () => child.kill('SIGKILL'),
    stop: async () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
