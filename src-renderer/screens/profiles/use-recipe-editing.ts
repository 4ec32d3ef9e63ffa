import { useEffect, useMemo, useState } from 'react';
import type { Profile } from '#shared/model/profile.ts';
import type { ProfileView } from '#shared/protocol/profiles.ts';
import { recipeFaultsOf, useSaveProfile } from '../../data/profiles.ts';
import { areSame, type Draft, draftOf } from './draft.ts';
import type { Editing } from './editing.ts';
import { type Fault, judged } from './faults.ts';
import { keepDraft, type KeptDraft, readKeptDraft } from './kept-draft.ts';
import { useRecipeWords } from './words.ts';

export type RecipeEditing = Editing & {
  /** What would be saved; null while it has faults. */
  recipe: Profile | null;
  isChanged: boolean;
  /** The changes were begun from a version that is not the newest any more. */
  isOutdated: boolean;
  /** The version that the changes were begun from. */
  base: number;
  /** They come from an earlier visit of this tab. */
  isFound: boolean;
  faults: readonly Fault[];
  isSaving: boolean;
  /** Why it was not saved; null where faults or a newer version say so themselves. */
  error: Error | null;
  save: () => void;
  discard: () => void;
  /** Goes on from the newest version, with all that was typed. */
  takeNewestAsBase: () => void;
};

/** What somebody makes of a profile, until it is saved or given up. */
export function useRecipeEditing(profile: ProfileView): RecipeEditing {
  const [found] = useState(() => readKeptDraft(profile.id));
  // Null while nothing is changed: then whatever the server has is shown.
  const [kept, setKept] = useState<KeptDraft | null>(found);
  const saved = useMemo(() => draftOf(profile.recipe), [profile.recipe]);
  const save = useSaveProfile(profile.id);
  const { fault: faultText } = useRecipeWords();
  useEffect(() => keepDraft(profile.id, kept), [profile.id, kept]);

  const draft = kept?.draft ?? saved;
  const base = kept?.base ?? profile.version;
  const isOutdated = base !== profile.version;
  const { recipe, faults: ownFaults } = useMemo(() => judged(draft), [draft]);
  const refused = recipeFaultsOf(save.error);
  const faults: readonly Fault[] =
    ownFaults.length > 0 ? ownFaults : refused.map(({ path, message }) => ({ path, kind: { is: 'said', message } }));
  const isToldOtherwise = refused.length > 0 || isOutdated;

  return {
    draft,
    recipe,
    base,
    faults,
    isOutdated,
    isChanged: kept !== null,
    isFound: kept !== null && kept.draft === found?.draft,
    isSaving: save.isPending,
    error: isToldOtherwise ? null : save.error,
    change: (part: Partial<Draft>) => {
      if (save.isError) save.reset();
      const next = { ...draft, ...part };
      setKept(!isOutdated && areSame(next, saved) ? null : { base, draft: next });
    },
    faultAt: (path) => {
      const fault = faults.find((one) => one.path === path);
      return fault === undefined ? undefined : faultText(fault);
    },
    hasFaultIn: (paths) => faults.some((fault) => paths.some((path) => isBelow(fault.path, path))),
    save: () => {
      if (recipe === null) return;
      const done = ({ version }: ProfileView) =>
        // What was typed meanwhile is a change to what has just been saved.
        setKept((now) => (now === null || now.draft === draft ? null : { base: version, draft: now.draft }));
      save.mutate({ recipe, base }, { onSuccess: done });
    },
    discard: () => {
      save.reset();
      setKept(null);
    },
    takeNewestAsBase: () => {
      save.reset();
      setKept({ base: profile.version, draft });
    },
  };
}

function isBelow(path: string, top: string): boolean {
  return path === top || path.startsWith(`${top}.`) || path.startsWith(`${top}[`);
}
