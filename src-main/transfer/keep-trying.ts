import type { Clock } from '#main/platform/clock.ts';
import { pause } from '#main/platform/pause.ts';
import { LinkDown } from './server-client.ts';

/** What one try came to; `again` when the server can't just now. */
export type Tried<T> = { again: false; value: T } | { again: true };

const firstDelayMs = 200;
const longestDelayMs = 5_000;

/** Tries until it works: an outage ends some time, and a lost lease or a stopping node aborts the signal. Rejects only then. */
export async function keepTrying<T>(
  work: () => Promise<Tried<T>>,
  deps: {
    clock: Clock;
    signal: AbortSignal;
    /** Whether the server is out of reach at the moment. */
    onTrouble?: ((isTroubled: boolean) => void) | undefined;
  },
): Promise<T> {
  const { clock, signal, onTrouble } = deps;
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(longestDelayMs, delayMs * 2)) {
    signal.throwIfAborted();
    const tried = await work().catch((error: unknown): Tried<T> => {
      if (error instanceof LinkDown) return { again: true };
      throw error;
    });
    onTrouble?.(tried.again);
    if (!tried.again) return tried.value;
    await pause(delayMs, clock, signal);
  }
}
