/*
 * Scans walk a folder in the very order in which SQLite sorts the paths that are known (bytes of UTF-8), so that the two
 * lists can be laid side by side without holding either in memory.
 */

/** Orders texts as their UTF-8 bytes: below zero, zero or above zero. */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** UTF-16 puts surrogates, which stand for the highest code points, before U+E000 to U+FFFF; UTF-8 puts them after. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
