import { createContext, useContext } from 'react';
import type { Draft } from './draft.ts';

export type Editing = {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  /** What is wrong at a path of the recipe, in words. */
  faultAt: (path: string) => string | undefined;
  /** Whether anything at or below one of the paths is wrong. */
  hasFaultIn: (paths: readonly string[]) => boolean;
};

export const EditingContext = createContext<Editing | null>(null);

/** The recipe that is being edited on this screen. */
export function useEditing(): Editing {
  const editing = useContext(EditingContext);
  if (editing === null) throw new Error('nothing is edited here');
  return editing;
}

/** One part of the recipe, and how to change some of it. */
export function usePart<Name extends 'video' | 'audio' | 'subtitles' | 'filters' | 'segment'>(
  name: Name,
): [Draft[Name], (part: Partial<Draft[Name]>) => void] {
  const { draft, change } = useEditing();
  const put = (part: Partial<Draft[Name]>) => change({ [name]: { ...draft[name], ...part } });
  return [draft[name], put];
}
