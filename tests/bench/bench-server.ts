import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openStore } from '#main/store/open-store.ts';
import { fillQueue, type QueueSize } from './big-queue.ts';

const entry = fileURLToPath(new URL('../../src-main/headless.ts', import.meta.url));

export type BenchServer = {
  url: string;
  pid: number;
  /** From its start until it said that it is ready. */
  readyMs: number;
  ask(path: string, body?: unknown, method?: 'POST' | 'PATCH'): Promise<{ status: number; body: unknown }>;
  /** Resident set, bytes; Linux only. */
  residentBytes(): Promise<number>;
  /** The processor's time that it has used, milliseconds; Linux only. */
  cpuMs(): Promise<number>;
  kill(): Promise<void>;
};

/** A data folder with a queue of that size, gone when the work is done. */
export async function withQueue<T>(size: QueueSize, work: (dataDir: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'encrew-bench-'));
  try {
    const store = await openStore(folder);
    await fillQueue(store, size);
    await store.close();
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Starts a real server on a free port, without a node of its own if not wanted. */
export async function startBenchServer(
  dataDir: string,
  { ownNode = false }: { ownNode?: boolean } = {},
): Promise<BenchServer> {
  const began = performance.now();
  const node = ownNode ? [] : ['--no-node'];
  const args = [entry, 'serve', '--port', '0', '--no-open', '--no-mdns', ...node, '--data', dataDir];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // Also when a bench fails before it stops its server.
  process.once('exit', () => child.kill('SIGKILL'));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /^Encrew is ready at (\S+)$/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const readyMs = performance.now() - began;
  const { stdout } = await promisify(execFile)(process.execPath, [
    entry,
    'token',
    '--role',
    'admin',
    '--data',
    dataDir,
  ]);
  const authorization = `Bearer ${stdout.trim()}`;
  return {
    url,
    pid: child.pid ?? -1,
    readyMs,
    ask: async (path, body, method = 'POST') => {
      const response = await fetch(`${url}/api/v1${path}`, {
        method: body === undefined ? 'GET' : method,
        headers: { authorization, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer: unknown = await response.json();
      return { status: response.status, body: answer };
    },
    residentBytes: async () => {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
    },
    cpuMs: async () => {
      const fields = (await readFile(`/proc/${child.pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
      // proc(5): utime and stime, in ticks of 10 ms.
      return (Number(fields[11]) + Number(fields[12])) * 10;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
