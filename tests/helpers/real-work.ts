import { type ChildProcess, fork } from 'node:child_process';
import { onTestFinished } from 'vitest';
import type { ForkPort } from '#main/desktop/electron-ports.ts';
import { lockOf } from '#main/desktop/secret-orders.ts';
import { toWork } from '#main/desktop/work-messages.ts';
import type { SecretLock } from '#main/platform/secret-file.ts';

export type RealWork = {
  fork: ForkPort;
  pids: () => number[];
  /** What they were given for their secrets. */
  lock: () => SecretLock;
  /** To all of them, beside the shell. */
  say: (raw: object) => void;
  /** All that they wrote on their own, on either way. */
  output: () => string;
};

/** The processes of the desktop app's work as they are, with Node's channel in place of Electron's; ended with the test. */
export function realWork(environment: NodeJS.ProcessEnv = {}): RealWork {
  const children: ChildProcess[] = [];
  let output = '';
  let lock: SecretLock | null = null;
  const port = new URL('../fleet/programs/channel-port.mjs', import.meta.url).href;
  onTestFinished(async () => {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    }
  });
  return {
    pids: () => children.flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
    output: () => output,
    say: (raw) => children.forEach((child) => child.send(raw)),
    lock: () => {
      if (lock === null) throw new Error('nothing has its orders yet');
      return lock;
    },
    fork: (path, args) => {
      const child = fork(path, args, {
        ...{ execArgv: ['--import', port], stdio: 'pipe' },
        env: { ...process.env, ENCREW_MDNS: 'off', ENCREW_PORT: '0', ...environment },
      });
      children.push(child);
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on('data', (data: Buffer) => {
          output += data.toString();
        });
      }
      return {
        on: child.on.bind(child),
        postMessage: (message) => {
          const said = toWork.parse(message);
          if (said.kind === 'orders') lock = lockOf(said.secrets);
          child.send(said);
        },
        kill: () => child.kill('SIGKILL'),
        ...{ stdout: child.stdout, stderr: child.stderr },
      };
    },
  };
}
