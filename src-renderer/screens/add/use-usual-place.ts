import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { fileRootsQuery } from '../../data/server-folders.ts';
import { jobsQuery } from '../../data/jobs.ts';
import { below } from './chosen.ts';

/** Where the last film's package went, else a folder of our name where browsing begins; '' while that is read. */
export function useUsualPlace(): string {
  const jobs = useInfiniteQuery(jobsQuery({ sort: '-createdAt' }, 20));
  const roots = useQuery(fileRootsQuery());
  if (jobs.isPending || roots.isPending) return '';
  // Films of a batch go into folders below.
  const last = jobs.data?.pages[0]?.items.find(({ batchId }) => batchId === null);
  const [root] = roots.data?.items ?? [];
  return last?.outputDir ?? (root === undefined ? '' : below(root.path, 'Encrew'));
}
