import { whyRefused } from '#main/app/why-refused.ts';
import { startNodeWork } from './node-work.ts';
import type { RunningWork, WorkDeps } from './running-work.ts';
import { lockOf } from './secret-orders.ts';
import { startServerWork } from './server-work.ts';
import { type FromWork, type ToWork, toWork, type WorkPort } from './work-messages.ts';

/**
 * The process that does the work, from its orders to its end: one message after the other. Resolves when it was stopped, or can't
 * start and has said why. Rejects for a fault, after which the process is to end and be started again.
 */
export function runWork(port: WorkPort, deps: WorkDeps): Promise<void> {
  return new Promise((resolve, reject) => {
    let work: RunningWork | null = null;
    let isOver = false;
    let turn = Promise.resolve();

    const obey = async (message: ToWork): Promise<void> => {
      switch (message.kind) {
        case 'orders':
          if (work !== null) return;
          work = await (message.work === 'server' ? startServerWork : startNodeWork)(message, port.send, deps);
          return;
        case 'wishes':
          return work?.wish(message.wishes);
        case 'rest':
          return work?.rest();
        case 'resume':
          return work?.resume();
        case 'unpair':
          return work?.unpair();
        case 'secrets':
          return work?.keepSecrets(lockOf(message.secrets));
        case 'locate':
          return port.send({ kind: 'located', ask: message.ask, path: (await work?.outputOf(message.jobId)) ?? null });
        case 'stop':
          isOver = true;
          await work?.stop();
          port.send({ kind: 'stopped' });
          return resolve();
      }
    };
    const failed = (error: unknown): void => {
      isOver = true;
      const message = whyRefused(error);
      if (message === null) return reject(error);
      const refusal: FromWork = { kind: 'refused', message };
      port.send(refusal);
      resolve();
    };
    port.listen((raw) => {
      const message = toWork.safeParse(raw);
      if (!message.success) {
        // Not the words themselves: orders hold secrets.
        deps.log.error({ error: message.error.message }, 'the shell said what nobody understands');
        return;
      }
      turn = turn.then(() => (isOver ? undefined : obey(message.data))).catch(failed);
    });
  });
}
