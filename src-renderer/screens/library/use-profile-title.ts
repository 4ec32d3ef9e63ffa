import { useQuery } from '@tanstack/react-query';
import { useProfileWords } from '../../components/profile-words.ts';
import { profilesQuery } from '../../data/profiles.ts';

/** What people call the profile of that name; the name itself until it is known, and where it was deleted. */
export function useProfileTitle(name: string): string {
  const words = useProfileWords();
  const { data } = useQuery(profilesQuery('living'));
  const profile = data?.find((one) => one.name === name);
  return profile === undefined ? name : words(profile).title;
}
