import { readdir, readFile } from 'node:fs/promises';

/*
 * What runs on this machine, read from /proc: these tests run on Linux.
 */

export type RunningProcess = { pid: number; commandLine: string };

export async function runningProcesses(): Promise<RunningProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(
    pids.map(async (pid) => ({ pid: Number(pid), commandLine: await readOrEmpty(`/proc/${pid}/cmdline`) })),
  );
  return all
    .filter((running) => running.commandLine !== '')
    .map((r) => ({ ...r, commandLine: r.commandLine.replaceAll('\0', ' ') }));
}

/** Those that a process started itself. */
export async function childrenOf(parent: number): Promise<RunningProcess[]> {
  const all = await Promise.all(
    (await runningProcesses()).map(async (one) => {
      const status = await readOrEmpty(`/proc/${one.pid}/status`);
      return /^PPid:\t(\d+)$/m.exec(status)?.[1] === String(parent) ? [one] : [];
    }),
  );
  return all.flat();
}

export async function commandLines(): Promise<string[]> {
  return (await runningProcesses()).map((running) => running.commandLine);
}

async function readOrEmpty(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
