import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import { errorEventList, errorEventView, type errorSeverity } from '#shared/protocol/errors.ts';
import { ask } from './client.ts';

const errorsKey = ['errors'] as const;

export type ErrorFilter = {
  resolved: boolean;
  severity: z.infer<typeof errorSeverity> | null;
  search: string;
};

/** What went wrong in pages, in the server and on nodes, the last first. */
export function errorEventsQuery(filter: ErrorFilter) {
  return infiniteQueryOptions({
    queryKey: [...errorsKey, filter],
    queryFn: ({ pageParam, signal }) =>
      ask('GET', '/errors', { query: { ...filter, limit: 50, cursor: pageParam }, answer: errorEventList, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

/** Marks an error as dealt with, or as not. */
export function useResolveError() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, resolved }: { id: string; resolved: boolean }) =>
      ask('PATCH', `/errors/${encodeURIComponent(id)}`, { body: { resolved }, answer: errorEventView }),
    onSettled: () => client.invalidateQueries({ queryKey: errorsKey }),
  });
}
