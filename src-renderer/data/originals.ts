import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { OriginalState } from '#shared/protocol/originals.ts';
import { originalList, originalView } from '#shared/protocol/originals.ts';
import { ask } from './client.ts';

const originalsKey = ['originals'] as const;

/** What became of films after their packages were published, the newest first. */
export function originalsQuery(state: OriginalState | null) {
  return infiniteQueryOptions({
    queryKey: [...originalsKey, state],
    queryFn: ({ pageParam, signal }) =>
      ask('GET', '/originals', { query: { state, limit: 50, cursor: pageParam }, answer: originalList, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

/** Brings a film back to its place, over nothing. */
export function useRestoreOriginal() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => ask('POST', `/originals/${encodeURIComponent(id)}/restore`, { answer: originalView }),
    onSettled: () => client.invalidateQueries({ queryKey: originalsKey }),
  });
}
