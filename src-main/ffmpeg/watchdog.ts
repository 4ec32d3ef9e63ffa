import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { linuxStartTicks } from '#main/platform/process-identity.ts';

/*
 * Even kill -9 of Encrew must leave no FFmpeg running. A signal handler can't promise that, so a small helper process holds
 * the other end of a pipe: when Encrew ends in whatever way, the pipe closes and the helper kills and deletes what is left.
 */

export type Watchdog = {
  /** Tells of a process right after it was started, before anything else happens. */
  processStarted(pid: number): void;
  processEnded(pid: number): void;
  /** A half-made file, absolute path; only a plain file is ever deleted, never a folder. */
  partialFile(path: string): void;
  /** The file is complete, or deleted already. */
  partialFileDone(path: string): void;
};

let watchdog: Watchdog | null = null;

/** The helper of this process, started at first use: there is one, because there is one pipe that closes with the process. */
export function processWatchdog(): Watchdog {
  watchdog ??= startWatchdog();
  return watchdog;
}

function startWatchdog(): Watchdog {
  const processes = new Map<number, string | null>();
  const partialPaths = new Set<string>();
  let helper: ChildProcess | null = null;

  const send = (...message: readonly unknown[]): void => {
    helper?.stdin?.write(`${JSON.stringify(message)}\n`);
  };
  /** A helper that died (someone ended it) is replaced and told everything again. */
  const ensureHelper = (): void => {
    if (helper !== null) return;
    const child = startHelper();
    helper = child;
    const forget = () => {
      if (helper === child) helper = null;
    };
    child.once('exit', forget).once('error', forget);
    child.stdin?.on('error', forget);
    for (const [pid, identity] of processes) send('start', pid, identity);
    for (const path of partialPaths) send('partial', path);
  };

  return {
    processStarted: (pid) => {
      ensureHelper();
      const identity = linuxStartTicks(pid);
      processes.set(pid, identity);
      send('start', pid, identity);
    },
    processEnded: (pid) => {
      processes.delete(pid);
      send('end', pid);
    },
    partialFile: (path) => {
      ensureHelper();
      partialPaths.add(path);
      send('partial', path);
    },
    partialFileDone: (path) => {
      partialPaths.delete(path);
      send('done', path);
    },
  };
}

/** Detached, so that a signal to Encrew's process group (Ctrl-C) doesn't reach it; unreferenced, so that it holds nobody up. */
function startHelper(): ChildProcess {
  const script = fileURLToPath(new URL('./watchdog-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    windowsHide: true,
    // Inside Electron the same program is Node only when told so.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' },
  });
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  return child;
}
