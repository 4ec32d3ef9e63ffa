import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { LocalNodeNews, LocalNodeOrders } from './local-node-orders.ts';

export type LocalNode = {
  /** Gives back what it does, and does nothing until `resume`; finished parts stay. */
  rest: () => Promise<void>;
  resume: () => void;
  /** Tells it what it should go by from now on, also after a start of its own. */
  tell: (news: LocalNodeNews) => void;
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
  let wanted: 'work' | 'rest' | 'stop' = 'work';
  let current = orders;
  let cancelRestart = (): void => {};
  let isAsked = false;
  let child: ChildProcess | null = start();

  function start(): ChildProcess {
    const node = fork(entry, ['local-node'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    isAsked = false;
    // By the channel: arguments and environment can be read by others.
    node.send(current);
    node.once('exit', (code, signal) => {
      child = null;
      onGone();
      if (wanted !== 'work') return;
      // It rested, and was to go on before it had ended.
      if (isAsked) child = start();
      else {
        log.error({ code, signal }, 'the server’s own node ended: it is started again');
        cancelRestart = clock.after(restartAfterMs, () => {
          child = start();
        });
      }
    });
    node.once('error', (error) => log.error({ error: error.message }, 'the server’s own node can’t be started'));
    return node;
  }

  const end = async (): Promise<void> => {
    cancelRestart();
    const node = child;
    if (node === null) return;
    const ended = new Promise<void>((resolve) => node.once('exit', () => resolve()));
    isAsked = true;
    if (node.connected) node.disconnect();
    const cancel = clock.after(stopWithinMs, () => node.kill('SIGKILL'));
    await ended;
    cancel();
  };

  return {
    rest: async () => {
      if (wanted !== 'work') return;
      wanted = 'rest';
      await end();
    },
    resume: () => {
      if (wanted !== 'rest') return;
      wanted = 'work';
      child ??= start();
    },
    tell: (news) => {
      current = { ...current, ...news };
      if (child?.connected === true) child.send(news);
    },
    stop: async () => {
      wanted = 'stop';
      await end();
    },
  };
}
