/*
 * Which jobs are chosen. "All that match" is kept as such: nobody reads 100,000 ids to tick a box.
 */

export type Selection =
  | { kind: 'some'; ids: ReadonlySet<string> }
  /** All that the filters let through, but for these. */
  | { kind: 'all'; except: ReadonlySet<string> };

export const nothing: Selection = { kind: 'some', ids: new Set() };
export const everything: Selection = { kind: 'all', except: new Set() };

/** Whether the job is chosen. */
export function isChosen(selection: Selection, id: string): boolean {
  return selection.kind === 'some' ? selection.ids.has(id) : !selection.except.has(id);
}

/** How many are chosen of so many that match. */
export function chosenCount(selection: Selection, total: number): number {
  return selection.kind === 'some' ? selection.ids.size : Math.max(0, total - selection.except.size);
}

/** With these chosen, or not. */
export function choose(selection: Selection, ids: readonly string[], isIn: boolean): Selection {
  if (selection.kind === 'some') return { kind: 'some', ids: changed(selection.ids, ids, isIn) };
  return { kind: 'all', except: changed(selection.except, ids, !isIn) };
}

function changed(set: ReadonlySet<string>, ids: readonly string[], isIn: boolean): Set<string> {
  const next = new Set(set);
  for (const id of ids) {
    if (isIn) next.add(id);
    else next.delete(id);
  }
  return next;
}
