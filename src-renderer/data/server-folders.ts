import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { fileList, fileRootList } from '#shared/protocol/files.ts';
import { ask } from './client.ts';

/** The folders of the server at which browsing begins. */
export const fileRootsQuery = queryOptions({
  queryKey: ['files', 'roots'],
  queryFn: ({ signal }) => ask('GET', '/files/roots', { answer: fileRootList, signal }),
});

export type FolderView = { path: string; mediaOnly?: boolean; search?: string };

/** What is in a folder of the server, folders first, a page at a time. */
export function folderQuery(view: FolderView) {
  return infiniteQueryOptions({
    queryKey: ['files', 'folder', view],
    // Files come and go without a word.
    staleTime: 0,
    queryFn: ({ pageParam, signal }) =>
      ask('GET', '/files', { query: { ...view, limit: 200, cursor: pageParam }, answer: fileList, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}
