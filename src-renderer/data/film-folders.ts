import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { type SettingView, settingList } from '#shared/protocol/settings.ts';
import { ask } from './client.ts';

/** The folders that films may be read from and packages written to. */
export type FilmFolders = {
  roots: readonly string[];
  /** What decides them instead of the settings: `the flag --root`; null where they can be changed here. */
  heldBy: string | null;
};

/** The setting `roots`; for admins. */
export const filmFoldersQuery = queryOptions({
  queryKey: ['film-folders'],
  queryFn: async ({ signal }) => foldersOf((await ask('GET', '/settings', { answer: settingList, signal })).items),
});

/** Opens further folders to films and packages. */
export function useOpenFolders() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (folders: readonly string[]): Promise<FilmFolders> => {
      const now = await client.fetchQuery({ ...filmFoldersQuery, staleTime: 0 });
      const roots = withFolders(now.roots, folders);
      const isNew = roots.length !== now.roots.length || roots.some((root, index) => root !== now.roots[index]);
      if (!isNew || now.heldBy !== null) return now;
      return foldersOf((await ask('PATCH', '/settings', { body: { roots }, answer: settingList })).items);
    },
    onSuccess: async (folders) => {
      client.setQueryData(filmFoldersQuery.queryKey, folders);
      await client.invalidateQueries({ queryKey: ['files'] });
    },
  });
}

/** Folders beside those that there are, without those that lie in another. */
export function withFolders(roots: readonly string[], more: readonly string[]): string[] {
  const all = [...new Set([...roots, ...more])];
  return all.filter((path) => !all.some((other) => other !== path && isBelow(path, other)));
}

function isBelow(path: string, folder: string): boolean {
  const separator = folder.includes('\\') ? '\\' : '/';
  return path.startsWith(folder.endsWith(separator) ? folder : `${folder}${separator}`);
}

function foldersOf(items: readonly SettingView[]): FilmFolders {
  const setting = items.find(({ key }) => key === 'roots');
  const isHeld = setting?.origin === 'flag' || setting?.origin === 'environment';
  return { roots: z.array(z.string()).catch([]).parse(setting?.value), heldBy: isHeld ? setting.where : null };
}
