import type { AttemptEnd, Delivery } from '#main/store/webhook-deliveries.ts';
import type { Webhook } from '#main/store/webhooks.ts';
import { type Posted, post } from './post.ts';
import { findReceiver } from './receiver.ts';
import { retryAfterMs } from './retry-schedule.ts';
import { secretOwner, signature } from './signature.ts';
import type { WebhookDeps } from './webhook-deps.ts';

/** What is sent: `id` names the delivery, the event's own id is in the payload. */
export type Sendable = Pick<Delivery, 'id' | 'eventType' | 'payloadJson'>;

export type Attempted = AttemptEnd & {
  /** For how long the receiver wants to be left alone; 0 where it did not say. */
  askedMs: number;
};

/** For the name, the connection, the request and its answer together. */
const timeoutMs = 10_000;

/**
 * Signs a delivery and sends it once. Whatever comes of it is an answer, save that it is null when `signal` was aborted before
 * the receiver answered: nobody knows what became of it.
 */
export async function attempt(
  deps: WebhookDeps,
  webhook: Pick<Webhook, 'id' | 'url' | 'secretSealed'>,
  delivery: Sendable,
  signal: AbortSignal,
): Promise<Attempted | null> {
  const startedAtMs = deps.clock.nowMs();
  const startedMs = deps.clock.monotonicMs();
  const posted = await send(deps, webhook, delivery, startedAtMs, signal);
  if (!posted.ok && signal.aborted) return null;
  return {
    startedAtMs,
    durationMs: Math.round(deps.clock.monotonicMs() - startedMs),
    status: posted.ok ? posted.status : null,
    error: posted.ok ? faultOfStatus(posted.status) : posted.message,
    answer: posted.ok ? posted.answer : null,
    askedMs: posted.ok && saysWhen.has(posted.status) ? retryAfterMs(posted.retryAfter, deps.clock.nowMs()) : 0,
  };
}

async function send(
  deps: WebhookDeps,
  webhook: Pick<Webhook, 'id' | 'url' | 'secretSealed'>,
  { id, eventType, payloadJson }: Sendable,
  nowMs: number,
  signal: AbortSignal,
): Promise<Posted> {
  const secret = deps.sealer.open(webhook.secretSealed, secretOwner(webhook.id));
  if (!secret.ok) return { ok: false, message: secretFaults[secret.because] };
  const late = new AbortController();
  const cancelAlarm = deps.clock.after(timeoutMs, () => late.abort());
  const either = AbortSignal.any([signal, late.signal]);
  try {
    const rules = { allowPrivate: deps.allowPrivate(), resolveName: deps.resolveName };
    const found = await unlessAborted(findReceiver(webhook.url, rules), either);
    if (found === null) return { ok: false, message: 'the name was not found in time' };
    if (!found.ok) return found;
    const timestampSec = Math.floor(nowMs / 1000);
    const headers = {
      'Content-Type': 'application/json',
      'User-Agent': `Encrew/${deps.version}`,
      'X-Encrew-Event': eventType,
      'X-Encrew-Delivery': id,
      'X-Encrew-Timestamp': String(timestampSec),
      'X-Encrew-Signature': signature(secret.text, timestampSec, payloadJson),
    };
    return await post(found.receiver, payloadJson, headers, either);
  } finally {
    cancelAlarm();
  }
}

const secretFaults = {
  'other-key': 'the secret was sealed with another secret.key: restore that file, or set a new secret',
  damaged: 'the secret in the database is damaged: set a new one',
} as const;

/** Too Many Requests, and Service Unavailable. */
const saysWhen: ReadonlySet<number> = new Set([429, 503]);

/** Null for an answer that is delivered. */
function faultOfStatus(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return `answered ${status}: redirects are not followed, name the final URL`;
  return `answered ${status}`;
}

/** Looking up a name can't be stopped, only no longer waited for. Null then. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
    work.then(resolve, reject);
  });
}
