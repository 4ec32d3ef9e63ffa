import type { Clock } from '#main/platform/clock.ts';

/** Waits for a promise, but no longer than `ms`: a disk that has gone may let its callers wait for ever. */
export async function atMost<T>(clock: Clock, ms: number, promise: Promise<T>): Promise<{ value: T } | 'late'> {
  let cancel = (): void => {};
  const late = new Promise<'late'>((resolve) => {
    cancel = clock.after(ms, () => resolve('late'));
  });
  try {
    return await Promise.race([promise.then((value) => ({ value })), late]);
  } finally {
    cancel();
  }
}
