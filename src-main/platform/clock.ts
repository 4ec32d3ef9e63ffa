/** Time as an argument: everything that waits or measures takes a `Clock`, so that tests drive it by hand. */
export type Clock = {
  /** Wall clock, milliseconds since 1970-01-01 UTC; jumps when the machine's time is set. */
  nowMs(): number;
  /** Never goes back; only differences mean something. Milliseconds. */
  monotonicMs(): number;
  /** Calls `work` once after `delayMs`; the answer calls it off. */
  after(delayMs: number, work: () => void): () => void;
};

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, work) => {
    const timer = setTimeout(work, delayMs);
    return () => clearTimeout(timer);
  },
};
