const firstMs = 1_000;
const longestMs = 60_000;
/** Whoever lived so long did not die of the start. */
const soundMs = 60_000;
const mostInRow = 6;

export type Deaths = { inRow: number };

export type AfterDeath =
  | { kind: 'restart'; afterMs: number; deaths: Deaths }
  /** It dies of the start: people are told, and may try again. */
  | { kind: 'give-up'; deaths: Deaths };

/** What follows when the work's process died by itself after `livedMs`. */
export function afterDeath({ inRow }: Deaths, livedMs: number): AfterDeath {
  const deaths = { inRow: livedMs >= soundMs ? 1 : inRow + 1 };
  if (deaths.inRow > mostInRow) return { kind: 'give-up', deaths };
  return { kind: 'restart', afterMs: Math.min(longestMs, firstMs * 2 ** (deaths.inRow - 1)), deaths };
}
