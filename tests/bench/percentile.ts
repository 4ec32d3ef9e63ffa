/** The value that 95 of 100 do not exceed (nearest rank). RangeError when there is none. */
export function p95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.ceil(sorted.length * 0.95) - 1];
  if (value === undefined) throw new RangeError('nothing was measured');
  return value;
}

/** What each of so many calls took, one after the other; the processor's time of this process is what other programs don't change. */
export type Timing = { wallMs: number[]; cpuMsEach: number };

/** Times calls that are made one after the other. */
export async function timesMs(count: number, call: (index: number) => Promise<unknown>): Promise<Timing> {
  const wallMs: number[] = [];
  const before = process.cpuUsage();
  for (let index = 0; index < count; index += 1) {
    const began = performance.now();
    await call(index);
    wallMs.push(performance.now() - began);
  }
  const { user, system } = process.cpuUsage(before);
  return { wallMs, cpuMsEach: (user + system) / 1000 / count };
}

/** `p95 12.3 ms, at most 20.1 ms, 9.8 ms of processor each`. */
export function timingText({ wallMs, cpuMsEach }: Timing): string {
  const figures = [`p95 ${p95(wallMs).toFixed(1)} ms`, `at most ${Math.max(...wallMs).toFixed(1)} ms`];
  return [...figures, `${cpuMsEach.toFixed(1)} ms of processor each`].join(', ');
}
