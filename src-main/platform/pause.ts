import type { Clock } from './clock.ts';

/** Waits, but not past an abort. */
export async function pause(delayMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const over = (): void => {
      cancel();
      signal.removeEventListener('abort', over);
      resolve();
    };
    const cancel = clock.after(delayMs, over);
    signal.addEventListener('abort', over, { once: true });
  });
}
