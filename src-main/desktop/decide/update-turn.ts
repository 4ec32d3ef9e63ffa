import { type DeskFacts, isDone } from './facts.ts';

export type UpdateFacts = {
  /** People want new versions. */
  wanted: boolean;
  /** Fetched and its signature checked: it only has to be put in place. */
  isReady: boolean;
  /** Wall clock of the last look for one; null before the first. */
  lookedAtMs: number | null;
  /** Nobody looks at the window. */
  isHidden: boolean;
  /** Since when there has been nothing to do; null while there is. */
  idleSinceMs: number | null;
};

const lookEveryMs = 6 * 3_600_000;
/** A queue is often filled again as soon as it is empty. */
const calmMs = 10 * 60_000;

/** What is done about updates now: work is never cut short for one, and no window vanishes under somebody's hands. */
export function updateTurn(facts: UpdateFacts, nowMs: number): 'look' | 'install' | 'nothing' {
  if (!facts.wanted) return 'nothing';
  if (facts.isReady) {
    const isCalm = facts.idleSinceMs !== null && nowMs - facts.idleSinceMs >= calmMs;
    return isCalm && facts.isHidden ? 'install' : 'nothing';
  }
  return facts.lookedAtMs === null || nowMs - facts.lookedAtMs >= lookEveryMs ? 'look' : 'nothing';
}

/** Since when there has been nothing to do. */
export function idleSince(before: number | null, facts: DeskFacts, nowMs: number): number | null {
  return isDone(facts) ? (before ?? nowMs) : null;
}
