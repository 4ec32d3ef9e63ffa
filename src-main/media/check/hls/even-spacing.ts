/**
 * The distance between sorted times where they are evenly spaced, in their unit; null with fewer than two or where one gap
 * differs from the mean by more than `toleranceTicks`. 29.97 frames a second are 3003 ticks of 90 kHz exactly, 23.976 are
 * 3753.75 and alternate: the mean is the truth.
 */
export function evenSpacing(sorted: readonly number[], toleranceTicks: number): number | null {
  const first = sorted[0];
  const last = sorted.at(-1);
  if (first === undefined || last === undefined || sorted.length < 2) return null;
  const mean = (last - first) / (sorted.length - 1);
  for (let i = 1; i < sorted.length; i += 1) {
    const gap = (sorted[i] ?? 0) - (sorted[i - 1] ?? 0);
    if (Math.abs(gap - mean) > toleranceTicks) return null;
  }
  return mean > 0 ? mean : null;
}
