import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { waitUntil } from './wait-until.ts';

const program = fileURLToPath(new URL('../process/programs/write-rows.ts', import.meta.url));

export type RowWriter = {
  /** The last number that it said to have committed; 0 before the first. */
  committed(): number;
  /** Until it committed so many more. */
  more(count: number): Promise<void>;
  /** Halts it wherever it is, mid-write perhaps; only on Linux. */
  freeze(): Promise<void>;
  goOn(): void;
  kill(): void;
  /** Its exit code. */
  ended: Promise<number | null>;
};

/** A process that commits rows to a data folder's store, `count` of them at most. Ended with the test. */
export function rowWriter(dataDir: string, writer = 'w', count = 1_000_000): RowWriter {
  const child = spawn(process.execPath, [program, dataDir, writer, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  let committed = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    committed = Number(line);
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    committed: () => committed,
    more: async (rows) => {
      const from = committed;
      await waitUntil(`${rows} more rows are committed`, () => committed >= from + rows || child.exitCode !== null);
    },
    freeze: async () => {
      child.kill('SIGSTOP');
      await waitUntil('the writer stands still', async () => {
        const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8');
        return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
      });
    },
    goOn: () => void child.kill('SIGCONT'),
    kill: () => void child.kill('SIGKILL'),
    ended,
  };
}
