/** A part of a list: from its row `first`, from 0, up to and without `end`. */
export type RowRange = { first: number; end: number };

export type Sight = {
  /** From the window's upper edge down to where the list begins; negative once it is scrolled. */
  topPx: number;
  windowPx: number;
  /** Of every row: the place of any is known without drawing those above it. */
  rowPx: number;
  total: number;
};

/** Rows that come and go together. */
const stepRows = 4;
/** Drawn before they come into sight. */
const aheadRows = 4;

/** Which rows of a list are drawn: all that can be seen until a whole step of them has gone by, and some before and after. */
export function rowsInSight({ topPx, windowPx, rowPx, total }: Sight): RowRange {
  const firstSeen = Math.min(Math.max(0, Math.floor(-topPx / rowPx)), Math.max(0, total - 1));
  const step = firstSeen - (firstSeen % stepRows);
  const seen = Math.ceil(windowPx / rowPx) + 1;
  return { first: Math.max(0, step - aheadRows), end: Math.min(total, step + stepRows + seen + aheadRows) };
}
