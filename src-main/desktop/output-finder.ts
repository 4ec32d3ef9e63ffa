import type { Clock } from '#main/platform/clock.ts';
import type { FromWork, ToWork } from './work-messages.ts';

export type OutputFinder = {
  /** Where a job's package lies; null where it has none, or the server does not say. */
  find: (jobId: string) => Promise<string | null>;
  answered: (message: Extract<FromWork, { kind: 'located' }>) => void;
};

/** A server that is ending, or was killed, answers nobody. */
const patienceMs = 5_000;

/** Asks the server's process, which is told of everything by messages, where packages lie. */
export function outputFinder(clock: Clock, say: (message: Extract<ToWork, { kind: 'locate' }>) => void): OutputFinder {
  const waiting = new Map<number, (path: string | null) => void>();
  let asked = 0;
  return {
    find: (jobId) =>
      new Promise((resolve) => {
        asked += 1;
        const ask = asked;
        const end = (path: string | null): void => {
          cancel();
          waiting.delete(ask);
          resolve(path);
        };
        const cancel = clock.after(patienceMs, () => end(null));
        waiting.set(ask, end);
        say({ kind: 'locate', ask, jobId });
      }),
    answered: ({ ask, path }) => waiting.get(ask)?.(path),
  };
}
