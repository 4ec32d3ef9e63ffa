import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import { type JobState, jobDetail } from '#shared/model/job.ts';
import { type BulkSteered, bulkSteered, type bulkSteer, jobList } from '#shared/protocol/jobs.ts';
import { statistics } from '#shared/protocol/statistics.ts';
import { ApiFault, ask } from './client.ts';

export type JobFilter = { state?: readonly JobState[]; search?: string; batchId?: string; sort?: string };

/** Key of everything that is said about jobs. */
export const jobsKey = ['jobs'] as const;

/** Jobs a page at a time, as the list scrolls. */
export function jobsQuery({ state = [], ...filter }: JobFilter, limit = 200) {
  return infiniteQueryOptions({
    queryKey: [...jobsKey, 'list', { state, ...filter }, limit],
    queryFn: ({ pageParam, signal }) =>
      ask('GET', '/jobs', {
        query: { ...filter, state: state.join(','), limit, cursor: pageParam },
        answer: jobList,
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

/** One job with all that is known about it. */
export function jobQuery(id: string) {
  return queryOptions({
    queryKey: [...jobsKey, id],
    queryFn: ({ signal }) => ask('GET', `/jobs/${encodeURIComponent(id)}`, { answer: jobDetail, signal }),
  });
}

/** Counts, throughput and disks. */
export const statisticsQuery = queryOptions({
  queryKey: ['statistics'],
  queryFn: ({ signal }) => ask('GET', '/statistics', { answer: statistics, signal }),
});

/** What one of several jobs was refused by, as if it had been asked for alone. */
export function refusalOf({ code, why }: BulkSteered['refused'][number]): ApiFault {
  return new ApiFault({ status: 409, code, message: why, details: why });
}

/** Pauses, resumes, cancels or retries several jobs. */
export function useSteerJobs() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wish: z.input<typeof bulkSteer>) => ask('POST', '/jobs/bulk', { body: wish, answer: bulkSteered }),
    onSettled: () => client.invalidateQueries({ queryKey: jobsKey }),
  });
}
