/*
 * "Encode with Encrew" in the file manager's menu, where no installer puts it there: macOS, and AppImages. The app does it by
 * itself, and leaves alone what its owner made of it.
 */

/** By digests of contents; null is nothing. */
export type MenuEntryFacts = {
  isWanted: boolean;
  /** What lies there now. */
  found: string | null;
  /** What the app put there last, as it noted. */
  placed: string | null;
  /** What this version of the app would put there. */
  own: string;
};

export type MenuEntryStep = {
  step: 'place' | 'remove' | 'leave';
  /** What is noted from now on. */
  placed: string | null;
};

/** What is done about an entry of the menu. One that its owner changed stays as it is, and one that was removed stays away. */
export function menuEntryStep({ isWanted, found, placed, own }: MenuEntryFacts): MenuEntryStep {
  if (!isWanted) {
    // Without a note, who switches it on again gets it again.
    return { step: found !== null && (found === placed || found === own) ? 'remove' : 'leave', placed: null };
  }
  if (found === own) return { step: 'leave', placed: own };
  const isOld = found === placed;
  // Both null: it was never there.
  return isOld ? { step: 'place', placed: own } : { step: 'leave', placed };
}

/** Who puts the entry there: the app always, the app if people want it, or whoever installed it. */
export type MenuKeeper = 'app' | 'app-if-asked' | 'package';

/** Null for `isAsked`: nobody has touched the switch. Answers null where the app has nothing to do with it. */
export function isMenuWanted(keeper: MenuKeeper, isAsked: boolean | null): boolean | null {
  switch (keeper) {
    case 'app':
      return isAsked ?? true;
    case 'app-if-asked':
      return isAsked ?? false;
    case 'package':
      return null;
  }
}

/**
 * The file of a menu as packages of a distribution have it, for an AppImage that lies at that path. Null for a path that would
 * mean something else in there.
 */
export function menuFileFor(template: string, appImage: string): string | null {
  if (!/^[^"`$\\%\n\r\0]+$/.test(appImage)) return null;
  return template.replaceAll(/^Exec=encrew /gm, () => `Exec="${appImage}" `).replace(/^Dependencies=encrew;\n/m, '');
}
