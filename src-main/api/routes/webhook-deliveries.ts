import type { Kysely } from 'kysely';
import type { Clock } from '#main/platform/clock.ts';
import { newId } from '#main/platform/ids.ts';
import type { Database } from '#main/store/schema.ts';
import { addDeliveries, type Delivery, findDelivery, pageOfDeliveries } from '#main/store/webhook-deliveries.ts';
import {
  deliveryList,
  deliveryListQuery,
  deliveryParams,
  deliveryView,
  webhookParams,
} from '#shared/protocol/webhooks.ts';
import { answerPage } from '../page.ts';
import { RequestRefused, type Route, route } from '../route.ts';
import { demandWebhook } from './webhook-demands.ts';
import { deliveryAnswer } from './webhook-views.ts';

export type WebhookDeliveryDeps = {
  db: Kysely<Database>;
  clock: Clock;
  /** Called when there is something new to deliver. */
  changed: () => void;
};

/** The log of a webhook. */
export function webhookDeliveryRoutes({ db, clock, changed }: WebhookDeliveryDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/webhooks/{id}/deliveries',
      tag: 'webhooks',
      summary: 'What a webhook was told, the newest first; kept for 30 days',
      role: 'admin',
      params: webhookParams,
      query: deliveryListQuery,
      answer: deliveryList,
      problems: ['ENC-SYS-006'],
      handle: async ({ params: { id }, query }) => {
        await demandWebhook(db, id);
        const read = (ask: Parameters<typeof pageOfDeliveries>[3]) =>
          pageOfDeliveries(db, id, query.state ?? null, ask);
        return answerPage(`webhooks/${id}/deliveries`, query, read, deliveryAnswer);
      },
    }),
    route({
      method: 'get',
      path: '/webhooks/{id}/deliveries/{deliveryId}',
      tag: 'webhooks',
      summary: 'One delivery',
      role: 'admin',
      params: deliveryParams,
      answer: deliveryView,
      problems: ['ENC-SYS-006'],
      handle: async ({ params }) => ({ body: deliveryAnswer(await demandDelivery(db, params)) }),
    }),
    route({
      method: 'post',
      path: '/webhooks/{id}/deliveries/{deliveryId}/redeliver',
      tag: 'webhooks',
      summary: 'Delivers the same event again, as a new delivery with retries of its own',
      role: 'admin',
      params: deliveryParams,
      answer: deliveryView,
      status: 202,
      problems: ['ENC-SYS-006', 'ENC-SYS-008'],
      handle: async ({ params }) => {
        const { enabled } = await demandWebhook(db, params.id);
        if (!enabled) throw new RequestRefused('ENC-SYS-008', 'This webhook is switched off: switch it on first.');
        const { state, ...first } = await demandDelivery(db, params);
        if (state === 'pending') {
          throw new RequestRefused(
            'ENC-SYS-008',
            'This delivery is still being tried; nextAt says when the next time is.',
          );
        }
        const { webhookId, eventId, eventType, payloadJson } = first;
        const again = { id: newId(), webhookId, eventId, eventType, payloadJson, createdAtMs: clock.nowMs() };
        await addDeliveries(db, [{ ...again, againOf: first.id }]);
        changed();
        return { body: deliveryAnswer(await demandDelivery(db, { id: webhookId, deliveryId: again.id })) };
      },
    }),
  ];
}

async function demandDelivery(db: Kysely<Database>, params: { id: string; deliveryId: string }): Promise<Delivery> {
  const found = await findDelivery(db, params.id, params.deliveryId);
  if (found !== null) return found;
  const details = `The webhook ${params.id} has no delivery ${params.deliveryId}; those finished 30 days ago are forgotten.`;
  throw new RequestRefused('ENC-SYS-006', details);
}
