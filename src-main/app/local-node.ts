import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { LocalNodeOrders } from './local-node-orders.ts';

export type LocalNode = {
  /** Asks it to finish up, and ends it by force when it doesn't. */
  stop: () => Promise<void>;
};

export type LocalNodeOptions = {
  orders: LocalNodeOrders;
  clock: Clock;
  log: Logger;
  /** Its process is gone: nothing of it runs any more. */
  onGone: () => void;
};

const entry = fileURLToPath(new URL('../headless.ts', import.meta.url));
const restartAfterMs = 1_000;
const stopWithinMs = 20_000;

/**
 * Keeps the server's own node running: a process of its own, so that packaging a film never delays an answer, and so
 * that it is a node like every other. The channel between the two tells it when the server is gone.
 */
export function keepLocalNode({ orders, clock, log, onGone }: LocalNodeOptions): LocalNode {
  let isStopping = false;
  let cancelRestart = (): void => {};
  let child = start();

  function start(): ChildProcess {
    const node = fork(entry, ['local-node'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    // By the channel: arguments and environment can be read by others.
    node.send(orders);
    node.once('exit', (code, signal) => {
      onGone();
      if (isStopping) return;
      log.error({ code, signal }, 'the server’s own node ended: it is started again');
      cancelRestart = clock.after(restartAfterMs, () => {
        child = start();
      });
    });
    node.once('error', (error) => log.error({ error: error.message }, 'the server’s own node can’t be started'));
    return node;
  }

  return {
    stop: async () => {
      isStopping = true;
      cancelRestart();
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.disconnect();
      const cancel = clock.after(stopWithinMs, () => child.kill('SIGKILL'));
      await ended;
      cancel();
    },
  };
}
