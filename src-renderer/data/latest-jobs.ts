import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { JobState } from '#shared/model/job.ts';
import { jobList, type jobSort } from '#shared/protocol/jobs.ts';
import { ask } from './client.ts';
import { jobsKey } from './jobs.ts';

/** The first jobs of these states in that order, and how many there are. */
export function latestJobsQuery(states: readonly JobState[], sort: z.output<typeof jobSort>, limit: number) {
  const state = states.join(',');
  return queryOptions({
    queryKey: [...jobsKey, 'latest', { state, sort, limit }],
    queryFn: ({ signal }) => ask('GET', '/jobs', { query: { state, sort, limit }, answer: jobList, signal }),
  });
}
