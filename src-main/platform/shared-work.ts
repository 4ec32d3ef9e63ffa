/**
 * One piece of work that several wait for: it begins with the first, all get what it comes to, and it is called off when the
 * last one leaves. After it failed or was called off, whoever comes next begins it anew.
 */
export function sharedWork<T>(begin: (signal: AbortSignal) => Promise<T>): (signal: AbortSignal) => Promise<T> {
  let running: { work: Promise<T>; stop: AbortController; waiting: number } | null = null;

  const start = () => {
    const stop = new AbortController();
    const one = { work: begin(stop.signal), stop, waiting: 0 };
    running = one;
    one.work.catch(() => {
      if (running === one) running = null;
    });
    return one;
  };

  return async (signal) => {
    signal.throwIfAborted();
    const one = running ?? start();
    one.waiting += 1;
    let leave = (): void => {};
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(signal.reason);
      signal.addEventListener('abort', leave, { once: true });
    });
    try {
      return await Promise.race([one.work, left]);
    } finally {
      signal.removeEventListener('abort', leave);
      one.waiting -= 1;
      if (one.waiting === 0 && signal.aborted) {
        if (running === one) running = null;
        one.stop.abort(signal.reason);
      }
    }
  };
}
