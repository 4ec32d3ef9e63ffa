import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import type { ProfileInput } from '#shared/model/profile.ts';
import { type ProfileView, profileList, profileVersionList, profileView } from '#shared/protocol/profiles.ts';
import { ApiFault, apiUrl, ask, tell } from './client.ts';

/** Key of everything that is said about profiles. */
export const profilesKey = ['profiles'] as const;

export type ProfileVersion = z.output<typeof profileVersionList>['items'][number];

/** Every profile, built-in and own ones, by name; or those that were deleted. */
export function profilesQuery(which: 'living' | 'deleted') {
  return queryOptions({
    queryKey: [...profilesKey, which],
    queryFn: ({ signal }) => readProfiles(which === 'deleted', signal),
    staleTime: 0,
  });
}

/** One profile, by id; the id of a built-in one is its name. */
export function profileQuery(id: string) {
  return queryOptions({
    queryKey: [...profilesKey, 'one', id],
    queryFn: ({ signal }) => ask('GET', pathOf(id), { answer: profileView, signal }),
    // No news tell that somebody else saved it.
    staleTime: 0,
  });
}

/** Every version of a profile, the newest first. */
export function profileVersionsQuery(id: string) {
  return queryOptions({
    queryKey: [...profilesKey, 'one', id, 'versions'],
    staleTime: 0,
    queryFn: async ({ signal }) =>
      (await ask('GET', `${pathOf(id)}/versions`, { answer: profileVersionList, signal })).items,
  });
}

/** Where the recipe is had as a file. */
export function profileFileUrl(id: string): string {
  return apiUrl(`${pathOf(id)}/export`);
}

/** Copies a profile, also a built-in one. */
export function useCloneProfile() {
  return useProfileChange((copy: { id: string; name: string; title: string }) =>
    ask('POST', `${pathOf(copy.id)}/clone`, { body: { name: copy.name, title: copy.title }, answer: profileView }),
  );
}

/** Keeps a new profile from the JSON of an exported one. */
export function useImportProfile() {
  return useProfileChange((recipe: unknown) => ask('POST', '/profiles/import', { body: recipe, answer: profileView }));
}

/** Writes the next version, made from version `base`; `ENC-SYS-008` where somebody else did so meanwhile. */
export function useSaveProfile(id: string) {
  return useProfileChange(({ recipe, base }: { recipe: ProfileInput; base: number }) =>
    ask('PUT', pathOf(id), { body: { recipe, baseVersion: base }, answer: profileView }),
  );
}

/** Writes a new version that is as an older one was. */
export function useRollbackProfile(id: string) {
  return useProfileChange(({ version, base }: { version: number; base: number }) =>
    ask('POST', `${pathOf(id)}/rollback`, { body: { version, baseVersion: base }, answer: profileView }),
  );
}

/** Hides a profile; jobs that have it keep it. */
export function useDeleteProfile() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => tell('DELETE', pathOf(id)),
    onSettled: () => client.invalidateQueries({ queryKey: profilesKey }),
  });
}

/** Brings a deleted profile back. */
export function useRestoreProfile() {
  return useProfileChange((id: string) => ask('POST', `${pathOf(id)}/restore`, { answer: profileView }));
}

/** What the server found wrong with a recipe, each with its path; empty for every other error. */
export function recipeFaultsOf(error: unknown): readonly { path: string; message: string }[] {
  const told = error instanceof ApiFault ? recipeFaults.safeParse(error.details) : null;
  return told?.data?.faults ?? [];
}

const recipeFaults = z.object({ faults: z.array(z.object({ path: z.string(), message: z.string() })) });

function pathOf(id: string): string {
  return `/profiles/${encodeURIComponent(id)}`;
}

async function readProfiles(deleted: boolean, signal: AbortSignal): Promise<ProfileView[]> {
  const found: ProfileView[] = [];
  let cursor: string | null = null;
  do {
    const query = { deleted, limit: 200, cursor };
    const page: z.output<typeof profileList> = await ask('GET', '/profiles', { query, answer: profileList, signal });
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

function useProfileChange<Wish>(mutationFn: (wish: Wish) => Promise<ProfileView>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: (view) => client.setQueryData(profileQuery(view.id).queryKey, view),
    onSettled: () => client.invalidateQueries({ queryKey: profilesKey }),
  });
}
