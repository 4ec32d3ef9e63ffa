import { z } from 'zod';
import type { Delivery } from '#main/store/webhook-deliveries.ts';
import type { Webhook } from '#main/store/webhooks.ts';
import type { DeliveryView, WebhookView } from '#shared/protocol/webhooks.ts';

/** A webhook as the API shows it: without its secret. */
export function webhookAnswer({ secretSealed: _secret, createdAtMs, updatedAtMs, ...rest }: Webhook): WebhookView {
  return { ...rest, createdAt: isoTime(createdAtMs), updatedAt: isoTime(updatedAtMs) };
}

/** A line of the log as the API shows it. */
export function deliveryAnswer(delivery: Delivery): DeliveryView {
  const { webhookId: _webhookId, payloadJson, nextAtMs, lastAtMs, createdAtMs, finishedAtMs, ...rest } = delivery;
  return {
    ...rest,
    payload: z.json().parse(JSON.parse(payloadJson)),
    nextAt: nextAtMs === null ? null : isoTime(nextAtMs),
    lastAt: lastAtMs === null ? null : isoTime(lastAtMs),
    createdAt: isoTime(createdAtMs),
    finishedAt: finishedAtMs === null ? null : isoTime(finishedAtMs),
  };
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
