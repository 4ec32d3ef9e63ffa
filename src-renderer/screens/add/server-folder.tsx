import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { Fault } from '../../components/fault.tsx';
import { FolderBrowser, type FolderBrowserProps } from '../../components/folder-browser.tsx';
import { fileRootsQuery, folderQuery } from '../../data/server-folders.ts';

export type ServerFolderProps = {
  /** Null shows where browsing begins. */
  path: string | null;
  onGo: (path: string | null) => void;
  picked?: FolderBrowserProps['picked'];
};

/** The server's disks as they are now. */
export function ServerFolder({ path: wanted, onGo, picked }: ServerFolderProps) {
  const onlyRoot = useOnlyRoot();
  const path = wanted ?? onlyRoot;
  const [search, setSearch] = useState('');
  const [searched] = useDebouncedValue(search, 200);
  const roots = useQuery(fileRootsQuery);
  const folder = useInfiniteQuery({
    ...folderQuery({ path: path ?? '', search: searched, mediaOnly: true }),
    enabled: path !== null,
    // While one searches; of another folder nothing is shown.
    placeholderData: (before) => (before?.pages[0]?.path === path ? before : undefined),
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = folder;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const go = (next: string | null): void => {
    setSearch('');
    if (next === path) void folder.refetch();
    onGo(next);
  };
  if (roots.isError) return <Fault error={roots.error} onRetry={() => void roots.refetch()} />;
  const pages = folder.data?.pages;
  return (
    <FolderBrowser
      roots={roots.data?.items ?? []}
      path={path}
      parent={pages?.[0]?.parent ?? null}
      entries={pages?.flatMap(({ items }) => items)}
      total={pages?.at(-1)?.total ?? 0}
      error={folder.error}
      search={search}
      onSearch={setSearch}
      onGo={go}
      onMore={more}
      {...(picked === undefined ? {} : { picked })}
    />
  );
}

/** Where there is one folder to begin at, it is open already. */
export function useOnlyRoot(): string | null {
  const { data } = useQuery(fileRootsQuery);
  const [root, ...others] = data?.items ?? [];
  return root?.isOnline === true && others.length === 0 ? root.path : null;
}
