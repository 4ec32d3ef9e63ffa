import { useDebouncedValue } from '@mantine/hooks';
import { infiniteQueryOptions, queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { fileList, type FileRoot, fileRootList, type ServerFolder } from '#shared/protocol/files.ts';
import { ask } from './client.ts';

/** Whether folders are gone through that nobody may use yet: for an admin who chooses the roots. */
export type Reach = { anywhere?: boolean };

/** The folders of the server at which browsing begins. */
export function fileRootsQuery({ anywhere = false }: Reach = {}) {
  return queryOptions({
    queryKey: ['files', 'roots', anywhere],
    queryFn: ({ signal }) => ask('GET', '/files/roots', { query: { anywhere }, answer: fileRootList, signal }),
  });
}

export type FolderView = { path: string; mediaOnly?: boolean; search?: string; anywhere?: boolean };

const firstPage = 200;
/** Who goes on has no end in sight yet: as many as the server gives at once. */
const nextPage = 1000;

/** What is in a folder of the server, folders first, a page at a time. */
export function folderQuery(view: FolderView) {
  return infiniteQueryOptions({
    queryKey: ['files', 'folder', view],
    // Files come and go without a word.
    staleTime: 0,
    queryFn: ({ pageParam, signal }) =>
      ask('GET', '/files', {
        query: { ...view, limit: pageParam === null ? firstPage : nextPage, cursor: pageParam },
        answer: fileList,
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

/** Goes through the server's disks. Where there is one folder to begin at, it is open already. */
export function useServerFolder(reach: Reach = {}): ServerFolder {
  const roots = useQuery(fileRootsQuery(reach));
  const [wanted, setWanted] = useState<string | null>(null);
  const path = wanted ?? onlyRoot(roots.data?.items ?? []);
  const [search, setSearch] = useState('');
  const [searched] = useDebouncedValue(search, 200);
  const folder = useInfiniteQuery({
    ...folderQuery({ ...reach, path: path ?? '', search: searched, mediaOnly: true }),
    enabled: path !== null,
    // While one searches; of another folder nothing is shown.
    placeholderData: (before) => (before?.pages[0]?.path === path ? before : undefined),
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = folder;
  const onMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const pages = folder.data?.pages;
  return {
    roots: roots.data?.items,
    path,
    parent: pages?.[0]?.parent ?? null,
    entries: pages?.flatMap(({ items }) => items),
    total: pages?.at(-1)?.total ?? 0,
    error: folder.error ?? roots.error,
    search,
    onSearch: setSearch,
    onGo: (next) => {
      setSearch('');
      if (roots.isError) void roots.refetch();
      if (next === path) void folder.refetch();
      setWanted(next);
    },
    onMore,
  };
}

function onlyRoot([root, ...others]: readonly FileRoot[]): string | null {
  return root?.isOnline === true && others.length === 0 ? root.path : null;
}
