import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { type SettingView, settingList } from '#shared/protocol/settings.ts';
import { folderMade } from '#shared/protocol/files.ts';
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

/** Opens further folders to films and packages; the one for packages is made where it is not there. */
export function useOpenFolders() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ films, packages }: { films: string; packages: string }): Promise<FilmFolders> => {
      const now = await client.fetchQuery({ ...filmFoldersQuery, staleTime: 0 });
      const roots = withFolders(now.roots, [films, packages]);
      const isNew = roots.length !== now.roots.length || roots.some((root, index) => root !== now.roots[index]);
      if (!isNew || now.heldBy !== null) return now;
      if (roots.includes(packages)) {
        await ask('POST', '/files/folders', { body: { path: packages, anywhere: true }, answer: folderMade });
      }
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
