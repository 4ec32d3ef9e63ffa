import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import { job } from '#shared/model/job.ts';
import type { moveJob } from '#shared/protocol/jobs.ts';
import { ask } from './client.ts';
import { jobsKey } from './jobs.ts';

/** What can be done to one job; `first` puts it in front of the queue. */
export type JobStep = 'pause' | 'resume' | 'cancel' | 'retry-failed' | 'retry-whole' | 'first';

/** Does something to one job. */
export function useSteerJob(id: string) {
  const client = useQueryClient();
  const path = `/jobs/${encodeURIComponent(id)}`;
  return useMutation({
    mutationFn: (step: JobStep) => {
      switch (step) {
        case 'first':
          return ask('PATCH', path, { body: { place: 'first' } satisfies z.input<typeof moveJob>, answer: job });
        case 'retry-failed':
          return ask('POST', `${path}/retry`, { body: { what: 'failed' }, answer: job });
        case 'retry-whole':
          return ask('POST', `${path}/retry`, { body: { what: 'whole' }, answer: job });
        default:
          return ask('POST', `${path}/${step}`, { answer: job });
      }
    },
    onSettled: () => client.invalidateQueries({ queryKey: jobsKey }),
  });
}
