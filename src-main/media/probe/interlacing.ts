import type { FieldOrder } from './field-order.ts';

export type IdetCounts = { topFirst: number; bottomFirst: number; progressive: number };

/** The verdict lines that idet prints at its end; null when there are none. */
export function readIdet(stderr: readonly string[]): IdetCounts | null {
  const line = stderr.findLast((candidate) => candidate.includes('Multi frame detection:'));
  const counts = /TFF:\s*(\d+)\s+BFF:\s*(\d+)\s+Progressive:\s*(\d+)/.exec(line ?? '');
  if (counts === null) return null;
  return { topFirst: Number(counts[1]), bottomFirst: Number(counts[2]), progressive: Number(counts[3]) };
}

/** Fewer judged pictures than this prove nothing. */
const fewestPictures = 10;

/** What the pictures show; null when too few moved to tell. Film sent as fields (all progressive) is progressive. */
export function fieldOrderSeen(counts: readonly IdetCounts[]): FieldOrder | null {
  const sum = (count: (one: IdetCounts) => number) => counts.reduce((total, one) => total + count(one), 0);
  const [topFirst, bottomFirst, progressive] = [
    sum((c) => c.topFirst),
    sum((c) => c.bottomFirst),
    sum((c) => c.progressive),
  ];
  if (topFirst + bottomFirst + progressive < fewestPictures) return null;
  if (topFirst + bottomFirst <= progressive) return 'progressive';
  return topFirst >= bottomFirst ? 'top-first' : 'bottom-first';
}
