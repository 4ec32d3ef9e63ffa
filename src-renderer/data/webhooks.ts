import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import {
  deliveryList,
  type DeliveryState,
  deliveryView,
  type newWebhook,
  pingAnswer,
  type webhookChange,
  webhookList,
  webhookView,
  webhookWithSecret,
} from '#shared/protocol/webhooks.ts';
import { ask, tell } from './client.ts';
import { everyPage } from './every-page.ts';

const webhooksKey = ['webhooks'] as const;

/** Who is told of jobs, the newest first. */
export const webhooksQuery = queryOptions({
  queryKey: [...webhooksKey, 'list'],
  queryFn: ({ signal }) =>
    everyPage((cursor) => ask('GET', '/webhooks', { query: { limit: 200, cursor }, answer: webhookList, signal })),
});

/** What a webhook was told, the newest first. */
export function deliveriesQuery(webhookId: string, state: DeliveryState | null) {
  return infiniteQueryOptions({
    queryKey: [...webhooksKey, 'deliveries', webhookId, state],
    queryFn: ({ pageParam, signal }) =>
      ask('GET', `${pathOf(webhookId)}/deliveries`, {
        query: { state, limit: 25, cursor: pageParam },
        answer: deliveryList,
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    // Nothing tells of deliveries.
    refetchInterval: 5_000,
  });
}

/** Adds a webhook; only this answer and that of a new secret hold the secret. */
export function useAddWebhook() {
  return useWebhookChange((webhook: z.input<typeof newWebhook>) =>
    ask('POST', '/webhooks', { body: webhook, answer: webhookWithSecret }),
  );
}

export type WebhookChange = { id: string } & z.input<typeof webhookChange>;

/** Changes a webhook, or switches it on and off. */
export function useChangeWebhook() {
  return useWebhookChange(({ id, ...change }: WebhookChange) =>
    ask('PATCH', pathOf(id), { body: change, answer: webhookView }),
  );
}

/** Deletes a webhook with its log. */
export function useDeleteWebhook() {
  return useWebhookChange((id: string) => tell('DELETE', pathOf(id)));
}

/** Gives a webhook a new secret at once. */
export function useNewWebhookSecret() {
  return useWebhookChange((id: string) =>
    ask('POST', `${pathOf(id)}/rotate-secret`, { body: {}, answer: webhookWithSecret }),
  );
}

/** Sends a signed ping right now. */
export function useTestWebhook() {
  return useWebhookChange((id: string) => ask('POST', `${pathOf(id)}/test`, { answer: pingAnswer }));
}

/** Delivers the same event once more. */
export function useRedeliver(webhookId: string) {
  return useWebhookChange((deliveryId: string) =>
    ask('POST', `${pathOf(webhookId)}/deliveries/${encodeURIComponent(deliveryId)}/redeliver`, {
      answer: deliveryView,
    }),
  );
}

function pathOf(id: string): string {
  return `/webhooks/${encodeURIComponent(id)}`;
}

function useWebhookChange<Wish, Answer>(mutationFn: (wish: Wish) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSettled: () => client.invalidateQueries({ queryKey: webhooksKey }),
    // A secret is not kept longer than it is shown.
    gcTime: 0,
  });
}
