/**
 * By how many rows what one looks at has moved, from one reading of the list to the next (place in the list by job). The median:
 * a row that was moved by itself does not take the others along. 0 where nothing that was seen is left.
 */
export function rowsShift(before: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): number {
  const shifts: number[] = [];
  for (const [id, index] of before) {
    const next = now.get(id);
    if (next !== undefined) shifts.push(next - index);
  }
  // Two pages are read one after the other: were as many rows on each, either would move the list.
  if (shifts.length % 2 === 0) shifts.pop();
  shifts.sort((a, b) => a - b);
  return shifts[Math.floor(shifts.length / 2)] ?? 0;
}
