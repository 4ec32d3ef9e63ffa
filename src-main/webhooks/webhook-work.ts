import { deliveryLanes } from './delivery-lanes.ts';
import { enqueueDeliveries } from './enqueue-deliveries.ts';
import type { WebhookDeps } from './webhook-deps.ts';

/** What a supervised loop turns. */
export type WebhookWork = {
  /**
   * Makes deliveries of new events and begins to send what is due. Answers in how many milliseconds there is more to do, null
   * when only an event or the end of a delivery brings more; `changed` tells of the latter.
   */
  tick(signal: AbortSignal): Promise<number | null>;
  /** Waits until nothing is being sent: the database may be closed then, once the signal of the last turn was aborted. */
  settled(): Promise<void>;
};

/**
 * Webhooks of a server; each turn is short, and what is being sent outlives it.
 *
 * @param changed called when it is worth to turn again at once
 */
export function webhookWork(deps: WebhookDeps, changed: () => void): WebhookWork {
  const lanes = deliveryLanes(deps, changed);
  return {
    tick: async (signal) => {
      await enqueueDeliveries(deps.db, deps.clock, signal);
      return lanes.begin(signal);
    },
    settled: () => lanes.settled(),
  };
}
