import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { WorkState } from '#shared/protocol/desktop.ts';
import { afterDeath, type Deaths } from './decide/restart-delay.ts';
import { type FromWork, fromWork, type ToWork, type WorkOrders } from './work-messages.ts';

/** A process of the work, as Electron's UtilityProcess is one. */
export type WorkProcess = {
  send: (message: ToWork) => void;
  onMessage: (hear: (raw: unknown) => void) => void;
  /** Called once, when nothing of it runs any more. */
  onExit: (work: (code: number | null) => void) => void;
  kill: () => void;
};

export type WorkStanding = { state: WorkState; url: string | null; problem: string | null };

export type KeptWork = {
  standing: () => WorkStanding;
  /** Goes to the process; where it is being started anew, its orders hold it already. */
  say: (message: Exclude<ToWork, WorkOrders>) => void;
  /** Asks it to finish, and waits until its process is gone. Whoever has no time kills it. */
  stop: () => Promise<void>;
  /** Ends it at once, for good. */
  kill: () => void;
};

export type KeepWorkOptions = {
  start: () => WorkProcess;
  /** As they are when it starts. */
  orders: () => WorkOrders;
  /** What it tells, and every change of how it stands. */
  hear: (message: FromWork) => void;
  changed: () => void;
  clock: Clock;
  log: Logger;
};

/** Keeps the work's process running: one that dies is started again, ever later, until it is plain that it dies of the start. */
export function keepWork({ start, orders, hear, changed, clock, log }: KeepWorkOptions): KeptWork {
  let now: WorkStanding = { state: 'starting', url: null, problem: null };
  let deaths: Deaths = { inRow: 0 };
  let isStopping = false;
  let cancelRestart = (): void => {};
  let child: WorkProcess | null = null;
  let gone = Promise.withResolvers<void>();

  const stands = (next: WorkStanding): void => {
    now = next;
    changed();
  };
  const begin = (): void => {
    const process = start();
    const bornMs = clock.monotonicMs();
    gone = Promise.withResolvers<void>();
    child = process;
    process.onMessage((raw) => {
      const message = fromWork.safeParse(raw);
      if (!message.success) log.error({ error: message.error.message }, 'the work said what nobody understands');
      else take(message.data);
    });
    process.onExit((code) => {
      child = null;
      gone.resolve();
      if (isStopping) return stands({ state: 'off', url: null, problem: null });
      // It said why: what people have to do.
      if (now.state === 'broken') return;
      const next = afterDeath(deaths, clock.monotonicMs() - bornMs);
      deaths = next.deaths;
      log.error({ code, deaths: deaths.inRow, next: next.kind }, 'the process that does the work ended by itself');
      if (next.kind === 'give-up') return stands({ state: 'broken', url: null, problem: dies(code) });
      stands({ state: 'starting', url: null, problem: null });
      cancelRestart = clock.after(next.afterMs, begin);
    });
    process.send(orders());
  };
  const take = (message: FromWork): void => {
    if (message.kind === 'started') stands({ state: 'running', url: message.url, problem: null });
    if (message.kind === 'refused') stands({ state: 'broken', url: now.url, problem: message.message });
    hear(message);
  };
  begin();

  return {
    standing: () => now,
    say: (message) => child?.send(message),
    stop: async () => {
      isStopping = true;
      cancelRestart();
      if (child === null) return stands({ state: 'off', url: null, problem: null });
      child.send({ kind: 'stop' });
      await gone.promise;
    },
    kill: () => {
      isStopping = true;
      cancelRestart();
      child?.kill();
    },
  };
}

function dies(code: number | null): string {
  return `it ended again and again (${code === null ? 'by a signal' : `exit code ${code}`})`;
}
