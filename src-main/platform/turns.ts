/** Lets so many pieces of work go on at once; others wait in their order, and leave the line when their signal is aborted. */
export function turns(most: number): <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T> {
  let running = 0;
  const line: (() => void)[] = [];

  const myTurn = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const go = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        line.splice(line.indexOf(go), 1);
        reject(signal.reason);
      };
      line.push(go);
      signal.addEventListener('abort', leave, { once: true });
    });

  return async (work, signal) => {
    signal.throwIfAborted();
    if (running >= most) await myTurn(signal);
    else running += 1;
    try {
      return await work();
    } finally {
      const next = line.shift();
      // Whoever is next takes the place that is free now.
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
