import { useTranslation } from 'react-i18next';
import type texts from '../../texts/en/profiles.json';
import type { Fault } from './faults.ts';

type Texts = typeof texts;
type Group = 'field' | 'hint' | 'choice' | 'said';
type TextKey = { [G in Group]: `${G}.${keyof Texts[G] & string}` }[Group];

export type RecipeWords = {
  /** What a setting is called, by its path in the recipe. */
  label: (path: string) => string;
  hint: (path: string) => string | undefined;
  /** What one of the values of a setting means. */
  choice: (path: string, value: string) => string;
  fault: (fault: Fault) => string;
};

/** The words of all settings of a recipe. */
export function useRecipeWords(): RecipeWords {
  const { t, i18n } = useTranslation('profiles');
  const has = (key: string): key is TextKey => i18n.exists(key, { ns: 'profiles' });
  return {
    label: (path) => {
      const key = `field.${keyOf(path)}`;
      return has(key) ? t(key) : path;
    },
    hint: (path) => {
      const key = `hint.${keyOf(path)}`;
      return has(key) ? t(key) : undefined;
    },
    choice: (path, value) => {
      const key = `choice.${keyOf(path)}-${value}`;
      return has(key) ? t(key) : value;
    },
    fault: ({ path, kind }) => {
      const key = keyOf(path);
      // Of a list something else is said than of one of its items.
      const said = `said.${key}${path.endsWith(']') ? '-item' : ''}`;
      switch (kind.is) {
        case 'missing':
          return t('fault.missing');
        case 'format':
          return t(key === 'name' ? 'fault.name' : 'fault.format');
        case 'too-small':
        case 'too-large':
        case 'too-few':
        case 'too-many':
          return t(`fault.${kind.is}`, { limit: inShownUnit(path, kind.limit) });
        case 'step':
          return t(kind.step === 2 ? 'fault.even' : 'fault.step', { step: kind.step });
        case 'said':
          return has(said) ? t(said) : kind.message;
      }
    },
  };
}

/** Texts are kept by the path without places in lists: `video.ladder[2].width` is `video-ladder-width`. */
export function keyOf(path: string): string {
  return path.replaceAll(/\[\d+\]/g, '').replaceAll('.', '-');
}

/** Bitrates are typed in thousands, shares in hundredths. */
function inShownUnit(path: string, limit: number): number {
  if (path.endsWith('Bps')) return limit / 1000;
  return path.endsWith('maxRatio') ? limit * 100 : limit;
}
