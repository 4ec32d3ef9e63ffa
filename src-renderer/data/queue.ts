import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import { job, type JobState } from '#shared/model/job.ts';
import { batchList, bulkSteered, type bulkSteer, jobList, type jobSort, type moveJob } from '#shared/protocol/jobs.ts';
import { ask } from './client.ts';
import { jobsKey } from './jobs.ts';

/** What is shown of the queue, and in which order. */
export type QueueFilter = {
  state: readonly JobState[];
  search?: string | undefined;
  profile?: string | undefined;
  batchId?: string | undefined;
  sort: z.output<typeof jobSort>;
};

/** Rows that are read at once as the list is scrolled: a window full and some more, since the first ones are waited for. */
export const queuePageRows = 60;

/** The page of that number, wherever the list is scrolled to; it says which one it is. */
export function queuePageQuery({ state, ...filter }: QueueFilter, page: number) {
  return queryOptions({
    queryKey: [...jobsKey, 'window', { state, ...filter }, page],
    queryFn: async ({ signal }) => {
      const query = { ...filter, state: state.join(','), limit: queuePageRows, offset: page * queuePageRows };
      return { page, ...(await ask('GET', '/jobs', { query, answer: jobList, signal })) };
    },
    // A long scroll leaves many behind.
    gcTime: 60_000,
  });
}

/** Ids of all jobs that the filter lets through, read page by page: those that come meanwhile are left out, none is told twice. */
export async function matchingIds(
  { state, ...filter }: QueueFilter,
  signal: AbortSignal,
  onRead: (count: number) => void,
): Promise<string[]> {
  const ids = new Set<string>();
  let cursor: string | null = null;
  do {
    const query = { ...filter, sort: 'createdAt', state: state.join(','), limit: 200, cursor };
    const page: z.output<typeof jobList> = await ask('GET', '/jobs', { query, answer: jobList, signal });
    for (const { id } of page.items) ids.add(id);
    onRead(ids.size);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return [...ids];
}

export type BulkAction = z.input<typeof bulkSteer>['action'];
export type BulkOutcome = z.output<typeof bulkSteered>;

/** Many at once would hold the server up; few make it long. */
const bulkSize = 250;

/** Does the same to many jobs, some at a time; an abort leaves the rest as it is. */
export async function steerMany(
  action: BulkAction,
  ids: readonly string[],
  signal: AbortSignal,
  onDone: (count: number) => void,
): Promise<BulkOutcome> {
  const all: BulkOutcome = { done: [], refused: [] };
  for (let from = 0; from < ids.length && !signal.aborted; from += bulkSize) {
    const body = { action, ids: ids.slice(from, from + bulkSize) };
    const { done, refused } = await ask('POST', '/jobs/bulk', { body, answer: bulkSteered });
    all.done.push(...done);
    all.refused.push(...refused);
    onDone(all.done.length + all.refused.length);
  }
  return all;
}

/** Gives a job another place in the queue. */
export function useMoveJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, place }: { id: string; place: z.input<typeof moveJob>['place'] }) =>
      ask('PATCH', `/jobs/${encodeURIComponent(id)}`, { body: { place }, answer: job }),
    onSettled: () => client.invalidateQueries({ queryKey: jobsKey }),
  });
}

/** The latest folders that were added. */
export const batchesQuery = queryOptions({
  queryKey: ['batches'],
  queryFn: ({ signal }) => ask('GET', '/batches', { query: { limit: 200 }, answer: batchList, signal }),
});
