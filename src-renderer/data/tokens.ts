import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import { type newToken, tokenList, tokenWithSecret } from '#shared/protocol/tokens.ts';
import { ask, tell } from './client.ts';
import { everyPage } from './every-page.ts';

const tokensKey = ['tokens'] as const;

/** API tokens, the newest first: one's own, for an admin all. */
export const tokensQuery = queryOptions({
  queryKey: tokensKey,
  queryFn: ({ signal }) =>
    everyPage((cursor) => ask('GET', '/tokens', { query: { limit: 200, cursor }, answer: tokenList, signal })),
});

/** Makes a token; only this answer holds it. */
export function useMakeToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (token: z.input<typeof newToken>) => ask('POST', '/tokens', { body: token, answer: tokenWithSecret }),
    onSettled: () => client.invalidateQueries({ queryKey: tokensKey }),
    // A secret is not kept longer than it is shown.
    gcTime: 0,
  });
}

/** Revokes a token at once, with those that were made with it. */
export function useRevokeToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => tell('DELETE', `/tokens/${encodeURIComponent(id)}`),
    onSettled: () => client.invalidateQueries({ queryKey: tokensKey }),
  });
}
