/** What a point of priority is worth: an hour of waiting. */
export const pointMs = 60 * 60_000;

/**
 * Where a job stands in the queue, smallest first. Waiting is worth as much as priority, for all jobs alike, so the order
 * of two jobs never changes while they wait: a number written once is enough, an index keeps 100,000 of them in order, and
 * nothing starves.
 */
export function rankOf(queuedAtMs: number, priority: number): number {
  return queuedAtMs - priority * pointMs;
}

/** A rank between two neighbours; null stands for the end of the queue. Null when there is no number left between them. */
export function rankBetween(before: number | null, after: number | null): number | null {
  if (before === null) return after === null ? 0 : after - 1;
  if (after === null) return before + 1;
  const between = (before + after) / 2;
  return before < between && between < after ? between : null;
}
