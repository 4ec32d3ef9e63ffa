import type { DeliveryEvent } from '#shared/protocol/webhooks.ts';

const keys = {
  'job.created': 'created',
  'job.started': 'started',
  'job.completed': 'completed',
  'job.failed': 'failed',
  ping: 'ping',
} as const satisfies Record<DeliveryEvent, string>;

/** The word of an event in our texts: a point would be a level there. */
export function eventKey<Event extends DeliveryEvent>(event: Event): (typeof keys)[Event] {
  return keys[event];
}
