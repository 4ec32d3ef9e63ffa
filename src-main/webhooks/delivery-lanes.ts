import {
  type AfterAttempt,
  type Delivery,
  endAttempt,
  firstPending,
  nextDeliveries,
} from '#main/store/webhook-deliveries.ts';
import { disableWebhook, findWebhook } from '#main/store/webhooks.ts';
import { attempt, type Attempted } from './attempt.ts';
import { isDue, nextAttemptAtMs } from './retry-schedule.ts';
import type { WebhookDeps } from './webhook-deps.ts';

/*
 * Each receiver is served by itself, one delivery at a time and in order: a slow or dead one holds up only its own news.
 */

export type DeliveryLanes = {
  /**
   * Begins to send what is due, without waiting for it; answers in how many milliseconds there is more to begin, null when
   * nothing waits but what is being sent. Throws what went wrong inside of us since the last time.
   */
  begin(signal: AbortSignal): Promise<number | null>;
  /** Waits until nothing is being sent any more. */
  settled(): Promise<void>;
};

const receiversAtOnce = 16;
/** RFC 9110 15.5.11: for good, and whoever says so wants no more of it. */
const gone = 410;

/**
 * Sends what `enqueueDeliveries` made.
 *
 * @param changed called when a delivery has ended: there may be another to begin
 */
export function deliveryLanes(deps: WebhookDeps, changed: () => void): DeliveryLanes {
  const sending = new Map<string, Promise<void>>();
  /** Who was served last stands last: with more dead receivers than places, the living ones still get theirs. */
  const servedAt = new Map<string, number>();
  /** Until when receivers have asked to be left alone, with all their news. */
  const restsUntilMs = new Map<string, number>();
  let served = 0;
  const faults: unknown[] = [];

  const deliver = async (webhookId: string, signal: AbortSignal): Promise<void> => {
    const askedMs = await deliverNext(deps, webhookId, signal);
    if (askedMs > 0) restsUntilMs.set(webhookId, deps.clock.nowMs() + askedMs);
    else restsUntilMs.delete(webhookId);
  };

  const serve = (webhookId: string, signal: AbortSignal): void => {
    served += 1;
    servedAt.set(webhookId, served);
    const work = deliver(webhookId, signal)
      .catch((error: unknown) => {
        faults.push(error);
      })
      .finally(() => {
        sending.delete(webhookId);
        changed();
      });
    sending.set(webhookId, work);
  };

  return {
    begin: async (signal) => {
      if (faults.length > 0)
        throw new AggregateError(faults.splice(0), 'what became of a delivery was not written down');
      const nowMs = deps.clock.nowMs();
      const waiting = (await nextDeliveries(deps.db))
        .filter(({ webhookId }) => !sending.has(webhookId))
        .map((next) => ({ ...next, nextAtMs: Math.max(next.nextAtMs, restsUntilMs.get(next.webhookId) ?? 0) }));
      const due = waiting
        .filter(({ nextAtMs }) => isDue(nextAtMs, nowMs))
        .sort((a, b) => (servedAt.get(a.webhookId) ?? 0) - (servedAt.get(b.webhookId) ?? 0));
      const free = signal.aborted ? 0 : receiversAtOnce - sending.size;
      for (const { webhookId } of due.slice(0, free)) serve(webhookId, signal);
      const later = waiting.filter(({ nextAtMs }) => !isDue(nextAtMs, nowMs)).map(({ nextAtMs }) => nextAtMs - nowMs);
      return later.length === 0 ? null : Math.min(...later);
    },
    settled: async () => {
      await Promise.all(sending.values());
    },
  };
}

/** Sends the first due delivery of a webhook, and writes down what came of it. Answers for how long it is to be left alone. */
async function deliverNext(deps: WebhookDeps, webhookId: string, signal: AbortSignal): Promise<number> {
  const webhook = await findWebhook(deps.db, webhookId);
  const delivery = await firstPending(deps.db, webhookId);
  if (webhook?.enabled !== true || delivery === null || !isDue(delivery.nextAtMs ?? 0, deps.clock.nowMs())) return 0;
  const end = await attempt(deps, webhook, delivery, signal);
  if (end === null) return 0;
  const after = afterAttempt(deps, delivery, end);
  await deps.db.transaction().execute(async (trx) => {
    const isMine = await endAttempt(trx, delivery, end, after);
    if (isMine && end.status === gone) {
      await disableWebhook(trx, webhookId, 'the receiver answered 410 Gone', deps.clock.nowMs());
    }
  });
  if (end.error === null) return 0;
  const facts = { webhookId, deliveryId: delivery.id, attempts: delivery.attempts + 1, error: end.error };
  deps.log.warn(facts, after.state === 'pending' ? 'a webhook will be tried again' : 'a webhook was given up');
  return end.askedMs;
}

function afterAttempt(deps: WebhookDeps, delivery: Delivery, end: Attempted): AfterAttempt {
  if (end.error === null) return { state: 'delivered' };
  if (end.status === gone) return { state: 'failed' };
  const tried = { createdAtMs: delivery.createdAtMs, failures: delivery.attempts + 1, askedMs: end.askedMs };
  const nextAtMs = nextAttemptAtMs(tried, deps.chance(), deps.clock.nowMs());
  return nextAtMs === null ? { state: 'failed' } : { state: 'pending', nextAtMs };
}
