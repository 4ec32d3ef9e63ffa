import { z } from 'zod';
import { type Draft, isDraft } from './draft.ts';

/*
 * What was typed stays in this tab until it is saved or given up, also over a reload.
 */

export type KeptDraft = {
  /** The version that the changes were begun from. */
  base: number;
  draft: Draft;
};

const kept = z.object({ base: z.number().int().positive(), draft: z.custom<Draft>(isDraft) });

/** The changes to a profile that were not saved; null when there are none. */
export function readKeptDraft(profileId: string): KeptDraft | null {
  const text = sessionStorage.getItem(placeOf(profileId));
  if (text === null) return null;
  try {
    return kept.parse(JSON.parse(text));
  } catch {
    // An older page wrote it.
    return null;
  }
}

/** Keeps changes; null forgets them. */
export function keepDraft(profileId: string, draft: KeptDraft | null): void {
  if (draft === null) sessionStorage.removeItem(placeOf(profileId));
  else sessionStorage.setItem(placeOf(profileId), JSON.stringify(draft));
}

function placeOf(profileId: string): string {
  return `encrew-profile-${profileId}`;
}
