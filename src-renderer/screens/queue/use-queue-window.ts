import { useThrottledValue } from '@mantine/hooks';
import { useQueries, type UseQueryResult } from '@tanstack/react-query';
import type { Job } from '#shared/model/job.ts';
import { type QueueFilter, queuePageQuery, queuePageRows } from '../../data/queue.ts';
import type { RowRange } from './rows-in-sight.ts';

export type QueueWindow = {
  /** Null while no page has come. */
  total: number | null;
  /** What is known of the rows in sight, by their place in the list. */
  jobs: ReadonlyMap<number, Job>;
  error: Error | null;
  retry: () => void;
};

/** While a scroll bar is dragged, pages fly by faster than they could be read. */
const throttleMs = 120;
/** They are asked for before they come into sight. */
const aheadRows = 30;

export type Pages = { first: number; last: number };

/** The pages that the rows of a list stand on, and those beside them that a scroll comes to next. */
export function pagesOf({ first, end }: RowRange, total: number): Pages {
  const pageOf = (row: number): number => Math.floor(Math.max(0, row) / queuePageRows);
  return { first: pageOf(first - aheadRows), last: pageOf(Math.min(end + aheadRows, total) - 1) };
}

/** These pages of a list of any length, which are read as they come into sight. */
export function useQueueWindow(filter: QueueFilter, pages: Pages): QueueWindow {
  const { first, last } = useThrottledValue(pages, throttleMs);
  const numbers = Array.from({ length: Math.max(1, last - first + 1) }, (_, index) => first + index);
  return useQueries({ queries: numbers.map((page) => queuePageQuery(filter, page)), combine: windowOf });
}

type Read = UseQueryResult<{ page: number; items: Job[]; total: number }>;

function windowOf(pages: readonly Read[]): QueueWindow {
  const jobs = new Map<number, Job>();
  const seen = new Set<string>();
  for (const { data } of pages) {
    for (const [index, job] of (data?.items ?? []).entries()) {
      // Two pages that were read one after the other may both have a job that moved meanwhile.
      if (data === undefined || seen.has(job.id)) continue;
      seen.add(job.id);
      jobs.set(data.page * queuePageRows + index, job);
    }
  }
  return {
    jobs,
    total: pages.find(({ data }) => data !== undefined)?.data?.total ?? null,
    error: pages.find(({ error }) => error !== null)?.error ?? null,
    retry: () => {
      for (const { isError, refetch } of pages) if (isError) void refetch();
    },
  };
}
