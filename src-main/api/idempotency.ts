import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import {
  beginOnce,
  forgetOnce,
  type IdempotencyId,
  type IdempotencyRecord,
  keepAnswer,
} from '#main/store/idempotency.ts';
import type { Database } from '#main/store/schema.ts';
import { type Actor, RequestRefused } from './route.ts';
import type { Answer } from './send-answer.ts';

/*
 * Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07): a POST that is sent again because its answer got lost is not
 * done again. The key belongs to who sent it and to the request that it came with.
 */

export type OnceRequest = {
  actor: Actor;
  /** The header as it came. */
  key: string;
  method: string;
  /** With the query. */
  url: string;
  body: unknown;
  /** Whether the answer may be kept: not where it holds a secret. */
  mayKeep: boolean;
};

/** Does `work` once for a key, or answers as it did the first time. RequestRefused for a key of another request. */
export type Once = (request: OnceRequest, work: () => Promise<Answer>) => Promise<Answer>;

const keptMs = 24 * 60 * 60_000;

/** Remembers in the store for a day; what is older goes with the housekeeping (store/prune.ts), a little at a time. */
export function onceByKey(db: Kysely<Database>, clock: Clock, log: Logger): Once {
  // Of this process: a record without an answer that is not among them was cut off with an earlier one.
  const running = new Set<string>();

  return async (request, work) => {
    const id = { actor: `${request.actor.kind}:${request.actor.id}`, key: readKey(request.key) };
    const name = JSON.stringify([id.actor, id.key]);
    if (running.has(name)) {
      throw new RequestRefused('ENC-SYS-008', 'The first request with this Idempotency-Key is still running.', {
        headers: { 'Retry-After': '1' },
      });
    }
    running.add(name);
    try {
      const known = await beginFresh(db, id, hashOf(request), clock.nowMs());
      if (known !== null) return repeatedAnswer(known);
      const answer = await work();
      // The work is done: that its answer can't be kept must not look as if it had failed.
      await keepOrForget(db, id, answer, request.mayKeep).catch((error: unknown) => {
        log.error({ key: id.key, error: String(error) }, 'the answer to an Idempotency-Key could not be kept');
      });
      return answer;
    } finally {
      running.delete(name);
    }
  };
}

/** Begins, also in the place of a record that is too old or was cut off; null means: do the work. */
async function beginFresh(
  db: Kysely<Database>,
  id: IdempotencyId,
  requestHash: string,
  nowMs: number,
): Promise<IdempotencyRecord | null> {
  const known = await beginOnce(db, id, requestHash, nowMs);
  if (known === null) return null;
  if (known.createdAtMs < nowMs - keptMs) {
    await forgetOnce(db, id);
    return beginOnce(db, id, requestHash, nowMs);
  }
  if (known.requestHash !== requestHash) {
    throw new RequestRefused(
      'ENC-SYS-012',
      'This Idempotency-Key came with another request before: send each request under a key of its own.',
    );
  }
  return known.status === null ? null : known;
}

/** A fault of ours may be gone next time. */
async function keepOrForget(db: Kysely<Database>, id: IdempotencyId, answer: Answer, mayKeep: boolean): Promise<void> {
  if (answer.status >= 500) await forgetOnce(db, id);
  else await keepAnswer(db, id, { status: answer.status, responseJson: mayKeep ? JSON.stringify(kept(answer)) : null });
}

const keptAnswer = z.strictObject({ json: z.string().nullable(), headers: z.record(z.string(), z.string()) });

/** Cookies are not among what is kept. */
function kept({ json, headers }: Answer): z.infer<typeof keptAnswer> {
  const plain = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' && name.toLowerCase() !== 'set-cookie' ? [[name, value] as const] : [],
  );
  return { json, headers: Object.fromEntries(plain) };
}

function repeatedAnswer({ status, responseJson }: IdempotencyRecord): Answer {
  if (status === null || responseJson === null) {
    throw new RequestRefused(
      'ENC-SYS-008',
      'This was done already. Its answer held a secret that is shown once: make a new one under a new Idempotency-Key.',
    );
  }
  const { json, headers } = keptAnswer.parse(JSON.parse(responseJson));
  return { status, json, headers: { ...headers, 'Idempotency-Replayed': 'true' } };
}

/** A structured-field string (RFC 9651 3.3.3), or the bare text that most clients send. */
function readKey(header: string): string {
  const key = /^"([!#-~ ]{1,200})"$|^([!#-~]{1,200})$/.exec(header);
  const text = key?.[1] ?? key?.[2];
  if (text === undefined) {
    throw new RequestRefused('ENC-SYS-007', {
      faults: [{ path: 'headers.idempotency-key', message: 'must be 1 to 200 ASCII characters, such as a UUID' }],
    });
  }
  return text;
}

function hashOf({ method, url, body }: OnceRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([method, url, body ?? null]))
    .digest('base64url');
}
