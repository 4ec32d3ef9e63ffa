import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProfileView } from '#shared/protocol/profiles.ts';
import type texts from '../texts/en/built-in-profiles.json';

export type ProfileWords = { title: string; purpose: string };

/** What people call the profiles of these names; a name itself until they are known, and where the profile was deleted. */
export function useProfileTitles(profiles: readonly ProfileView[] | undefined): (name: string) => string {
  const words = useProfileWords();
  return useCallback(
    (name) => {
      const profile = profiles?.find((one) => one.name === name);
      return profile === undefined ? name : words(profile).title;
    },
    [profiles, words],
  );
}

/** What a profile is called and what it is for; those that come with Encrew in the language that this person reads. */
export function useProfileWords(): (profile: Pick<ProfileView, 'name' | 'builtIn' | 'recipe'>) => ProfileWords {
  const { t, i18n } = useTranslation('built-in-profiles');
  return useCallback(
    ({ name, builtIn, recipe }) => {
      const isTold = (one: string): one is keyof typeof texts =>
        i18n.exists(`${one}.title`, { ns: 'built-in-profiles' });
      if (!builtIn || !isTold(name)) return { title: recipe.title, purpose: recipe.description };
      return { title: t(`${name}.title`), purpose: t(`${name}.purpose`) };
    },
    [t, i18n],
  );
}
