import type { Clock } from './clock.ts';

/** What `work` comes to; null when that takes longer than `ms`, and the work goes on unheard. Rejects as `work` does. */
export async function within<T>(ms: number, work: Promise<T>, clock: Clock): Promise<{ value: T } | null> {
  let cancel = (): void => {};
  const late = new Promise<null>((resolve) => {
    cancel = clock.after(ms, () => resolve(null));
  });
  try {
    return await Promise.race([work.then((value) => ({ value })), late]);
  } finally {
    cancel();
  }
}
