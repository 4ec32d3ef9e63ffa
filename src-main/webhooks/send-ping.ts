import { newId } from '#main/platform/ids.ts';
import { type AttemptEnd, logDelivery } from '#main/store/webhook-deliveries.ts';
import type { Webhook } from '#main/store/webhooks.ts';
import type { WebhookPayload } from '#shared/protocol/webhooks.ts';
import { attempt } from './attempt.ts';
import type { WebhookDeps } from './webhook-deps.ts';

/**
 * Sends a signed `ping` right now, once, also to a webhook that is switched off, and logs it. Answers what came of it with the
 * delivery's id; null when `signal` was aborted before.
 */
export async function sendPing(
  deps: WebhookDeps,
  webhook: Webhook,
  signal: AbortSignal,
): Promise<{ deliveryId: string; end: AttemptEnd } | null> {
  const createdAtMs = deps.clock.nowMs();
  const payload: WebhookPayload = {
    event_id: newId(),
    event_type: 'ping',
    timestamp: new Date(createdAtMs).toISOString(),
    data: { webhook_id: webhook.id },
  };
  const delivery = {
    id: newId(),
    webhookId: webhook.id,
    eventId: payload.event_id,
    eventType: payload.event_type,
    payloadJson: JSON.stringify(payload),
    createdAtMs,
    againOf: null,
  };
  const end = await attempt(deps, webhook, delivery, signal);
  if (end === null) return null;
  await logDelivery(deps.db, delivery, end);
  return { deliveryId: delivery.id, end };
}
