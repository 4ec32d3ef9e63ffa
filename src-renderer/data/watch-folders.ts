import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { KnownFileState } from '#shared/model/watch-folder.ts';
import {
  type dryRunRequest,
  knownFileList,
  type newWatchFolder,
  savedWatchFolder,
  watchFolderDetail,
  watchFolderList,
  watchFolderPreview,
  type WatchFolderView,
  watchFolderView,
} from '#shared/protocol/watch-folders.ts';
import { ask, tell } from './client.ts';

/** Key of everything that is said about watch folders. */
export const watchFoldersKey = ['watch-folders'] as const;

/** There is no live news of folders. */
const readAgainMs = 5_000;

/** All watch folders, by name. */
export const watchFoldersQuery = queryOptions({
  queryKey: [...watchFoldersKey, 'all'],
  refetchInterval: readAgainMs,
  queryFn: ({ signal }) => readFolders(signal),
});

/** One watch folder, with how many files there are of each state. */
export function watchFolderQuery(id: string) {
  return queryOptions({
    queryKey: [...watchFoldersKey, 'one', id],
    refetchInterval: readAgainMs,
    queryFn: ({ signal }) => ask('GET', pathOf(id), { answer: watchFolderDetail, signal }),
  });
}

export type KnownFileFilter = { state?: KnownFileState; search?: string };

/** What is known of the files of a watch folder, a page at a time. */
export function knownFilesQuery(id: string, filter: KnownFileFilter) {
  return infiniteQueryOptions({
    queryKey: [...watchFoldersKey, 'one', id, 'files', filter],
    refetchInterval: readAgainMs,
    queryFn: ({ pageParam, signal }) =>
      ask('GET', `${pathOf(id)}/files`, {
        query: { ...filter, limit: 200, cursor: pageParam },
        answer: knownFileList,
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

export type FolderRule = z.input<typeof newWatchFolder>;

/** Begins to watch a folder, or changes the rule of the one of that id. */
export function useSaveWatchFolder(id: string | null) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (rule: FolderRule) =>
      id === null
        ? ask('POST', '/watch-folders', { body: rule, answer: savedWatchFolder })
        : ask('PATCH', pathOf(id), { body: rule, answer: savedWatchFolder }),
    onSuccess: () => client.invalidateQueries({ queryKey: watchFoldersKey }),
  });
}

/** What a rule would do now to the files that are there; nothing is changed. */
export function useTryWatchFolder() {
  return useMutation({
    mutationFn: (wish: z.input<typeof dryRunRequest>) =>
      ask('POST', '/watch-folders/dry-run', { body: wish, answer: watchFolderPreview }),
  });
}

/** Looks through the whole folder. */
export function useScanWatchFolder() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => ask('POST', `${pathOf(id)}/scan`, { answer: watchFolderView }),
    onSettled: () => client.invalidateQueries({ queryKey: watchFoldersKey }),
  });
}

/** Watches a folder no longer. */
export function useRemoveWatchFolder() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => tell('DELETE', pathOf(id)),
    onSuccess: () => client.invalidateQueries({ queryKey: watchFoldersQuery.queryKey }),
  });
}

function pathOf(id: string): string {
  return `/watch-folders/${encodeURIComponent(id)}`;
}

async function readFolders(signal: AbortSignal): Promise<WatchFolderView[]> {
  const found: WatchFolderView[] = [];
  let cursor: string | null = null;
  do {
    const query = { limit: 200, cursor };
    const page: z.output<typeof watchFolderList> = await ask('GET', '/watch-folders', {
      ...{ query, answer: watchFolderList, signal },
    });
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}
