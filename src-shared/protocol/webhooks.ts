import { z } from 'zod';
import { pageOf, pageQuery } from './page.ts';

/*
 * Webhooks as the API takes and answers them, and what a receiver gets (S3 20). Receivers are other people's programs: what
 * they get has the names of S3 20.3, in snake case.
 */

export const webhookEvent = z.enum(['job.created', 'job.started', 'job.completed', 'job.failed']);
export type WebhookEvent = z.infer<typeof webhookEvent>;

/** `ping` is only sent when somebody asks for a test. */
export const deliveryEvent = z.enum([...webhookEvent.options, 'ping']);
export type DeliveryEvent = z.infer<typeof deliveryEvent>;

const instant = z.iso.datetime();

export const webhookOutput = z.strictObject({
  /** Master playlist or file, as the server names it. */
  path: z.string(),
  format: z.enum(['hls', 'mp4', 'mkv']).nullable(),
  /** Of the whole package. */
  size_bytes: z.number().int().nonnegative().nullable(),
});
export type WebhookOutput = z.infer<typeof webhookOutput>;

const jobData = z.strictObject({
  job_id: z.string(),
  /** The job's state at that moment; it may be another one by now. */
  status: z.string(),
  profile: z.string(),
  input: z.string(),
  output: z.string().nullable(),
  error: z.strictObject({ code: z.string().nullable(), message: z.string() }).nullable(),
  batch_id: z.string().nullable(),
  created_at: instant,
  finished_at: instant.nullable(),
  outputs: z.array(webhookOutput),
});

/** The body of a delivery. */
export const webhookPayload = z.discriminatedUnion('event_type', [
  z.strictObject({
    /** The same in every delivery of the event: who gets it twice knows it by this. */
    event_id: z.string(),
    event_type: webhookEvent,
    timestamp: instant,
    data: jobData,
  }),
  z.strictObject({
    event_id: z.string(),
    event_type: z.literal('ping'),
    timestamp: instant,
    data: z.strictObject({ webhook_id: z.string() }),
  }),
]);
export type WebhookPayload = z.infer<typeof webhookPayload>;

const url = z.string().min(1).max(2000);
const events = z
  .array(webhookEvent)
  .min(1)
  .transform((wanted) => webhookEvent.options.filter((event) => wanted.includes(event)));
const description = z.string().max(400);
/** Key of the signature; Encrew makes one where the caller has none. */
const secret = z.string().min(16).max(200);

export const newWebhook = z.strictObject({
  url,
  events: events.default([...webhookEvent.options]),
  description: description.default(''),
  enabled: z.boolean().default(true),
  secret: secret.nullable().default(null),
});

export const webhookChange = z.strictObject({
  url: url.optional(),
  events: events.optional(),
  description: description.optional(),
  enabled: z.boolean().optional(),
});

export const webhookView = z.strictObject({
  id: z.string(),
  url: z.string(),
  events: z.array(webhookEvent),
  description: z.string(),
  enabled: z.boolean(),
  /** Why the server itself switched it off; null otherwise. */
  disabledBecause: z.string().nullable(),
  createdBy: z.string().nullable(),
  createdAt: instant,
  updatedAt: instant,
});
export type WebhookView = z.infer<typeof webhookView>;

export const webhookList = pageOf(webhookView);
export const webhookListQuery = z.strictObject({ ...pageQuery });
export const webhookParams = z.strictObject({ id: z.string().min(1).max(100) });

/** The only answers that hold the secret. */
export const webhookWithSecret = webhookView.extend({ secret: z.string() });

export const webhookNewSecret = z.strictObject({ secret: secret.nullable().default(null) });

export const deliveryState = z.enum(['pending', 'delivered', 'failed']);
export type DeliveryState = z.infer<typeof deliveryState>;

export const deliveryView = z.strictObject({
  id: z.string(),
  eventId: z.string(),
  eventType: deliveryEvent,
  state: deliveryState,
  attempts: z.number().int().nonnegative(),
  /** When it is tried next; null once it is finished. */
  nextAt: instant.nullable(),
  lastAt: instant.nullable(),
  lastDurationMs: z.number().int().nonnegative().nullable(),
  /** HTTP status of the last answer; null where there was none. */
  lastStatus: z.number().int().nullable(),
  lastError: z.string().nullable(),
  /** How the last answer began. */
  lastAnswer: z.string().nullable(),
  /** The delivery that this one repeats; null otherwise. */
  againOf: z.string().nullable(),
  /** As it is sent, by whatever version wrote it: `webhookPayload`. */
  payload: z.json(),
  createdAt: instant,
  finishedAt: instant.nullable(),
});
export type DeliveryView = z.infer<typeof deliveryView>;

/** What a receiver said to a test. */
export const pingAnswer = z.strictObject({
  deliveryId: z.string(),
  delivered: z.boolean(),
  durationMs: z.number().int().nonnegative(),
  /** Null where there was no answer. */
  status: z.number().int().nullable(),
  error: z.string().nullable(),
  /** How the answer began. */
  answer: z.string().nullable(),
});

export const deliveryList = pageOf(deliveryView);
export const deliveryListQuery = z.strictObject({ state: deliveryState.optional(), ...pageQuery });
export const deliveryParams = webhookParams.extend({ deliveryId: z.string().min(1).max(100) });
