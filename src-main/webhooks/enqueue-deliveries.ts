import type { Kysely } from 'kysely';
import type { Clock } from '#main/platform/clock.ts';
import { newId } from '#main/platform/ids.ts';
import { inParallel } from '#main/platform/in-parallel.ts';
import { moveCursor, readCursor } from '#main/store/cursors.ts';
import type { Database } from '#main/store/schema.ts';
import { addDeliveries, type NewDelivery } from '#main/store/webhook-deliveries.ts';
import { enabledWebhooks, type Webhook } from '#main/store/webhooks.ts';
import type { WebhookEvent, WebhookOutput } from '#shared/protocol/webhooks.ts';
import { jobPayload, newsOf, type ToldJob } from './job-payload.ts';
import { describeOutput } from './output-size.ts';

const cursorName = 'webhooks';
const eventsOfBatch = 500;
const eventsToSkip = 1_000;
const certificatesAtOnce = 8;

/**
 * Makes deliveries of what happened since the last time, in the order in which it happened. They are written in one
 * transaction with the cursor, so that a crash, or a second caller, neither loses nor doubles one. Answers how many
 * deliveries that were.
 */
export async function enqueueDeliveries(db: Kysely<Database>, clock: Clock, signal: AbortSignal): Promise<number> {
  let added = 0;
  while (!signal.aborted) {
    const from = await readCursor(db, cursorName);
    const { news, upTo } = await newsAfter(db, from);
    // Most events are no news: moving past a few of them isn't worth a write to the disk.
    if (upTo === from || (news.length === 0 && upTo - from < eventsToSkip)) break;
    const told = await withOutputs(news, await wantedEvents(db), clock);
    added += await db.transaction().execute(async (trx) => {
      // Somebody else was faster: what they read is told already.
      if (!(await moveCursor(trx, cursorName, from, upTo))) return 0;
      const deliveries = deliveriesOf(told, await enabledWebhooks(trx), clock.nowMs());
      await addDeliveries(trx, deliveries);
      return deliveries.length;
    });
  }
  return added;
}

type News = {
  eventType: WebhookEvent;
  event: { toState: string | null; message: string | null; atMs: number };
  job: ToldJob;
};

/** The next news, and the event up to which they were looked for. */
async function newsAfter(db: Kysely<Database>, after: number): Promise<{ news: News[]; upTo: number }> {
  const { last } = await db
    .selectFrom('jobEvent')
    .select(({ fn }) => fn.max('id').as('last'))
    .executeTakeFirstOrThrow();
  if (last === null || last <= after) return { news: [], upTo: after };
  const rows = await db
    .selectFrom('jobEvent as event')
    .innerJoin('job', 'job.id', 'event.jobId')
    .select(['event.id as eventId', 'event.kind', 'event.toState', 'event.message', 'event.atMs'])
    .select(['job.id', 'job.profileName', 'job.input', 'job.output', 'job.errorCode', 'job.errorMessage'])
    .select(['job.batchId', 'job.createdAtMs'])
    .where('event.id', '>', after)
    .where('event.id', '<=', last)
    .where((row) =>
      row.or([
        row('event.kind', '=', 'created'),
        row.and([row('event.kind', '=', 'state'), row('event.toState', 'in', ['completed', 'failed'])]),
        row.and([
          row('event.kind', '=', 'state'),
          row('event.toState', '=', 'encoding'),
          row.not(
            row.exists(
              row
                .selectFrom('jobEvent as earlier')
                .select('earlier.id')
                .whereRef('earlier.jobId', '=', 'event.jobId')
                .whereRef('earlier.id', '<', 'event.id')
                .where('earlier.kind', '=', 'state')
                .where('earlier.toState', '=', 'encoding'),
            ),
          ),
        ]),
      ]),
    )
    .orderBy('event.id')
    .limit(eventsOfBatch)
    .execute();
  const news = rows.flatMap(({ eventId: _eventId, kind, toState, message, atMs, ...job }) => {
    const eventType = newsOf({ kind, toState });
    return eventType === null ? [] : [{ eventType, event: { toState, message, atMs }, job }];
  });
  return { news, upTo: rows.length < eventsOfBatch ? last : (rows.at(-1)?.eventId ?? last) };
}

async function wantedEvents(db: Kysely<Database>): Promise<ReadonlySet<WebhookEvent>> {
  return new Set((await enabledWebhooks(db)).flatMap(({ events }) => events));
}

/** Looked up before the transaction, which holds up every other write; and only if somebody wants to know. */
async function withOutputs(
  news: readonly News[],
  wanted: ReadonlySet<WebhookEvent>,
  clock: Clock,
): Promise<(News & { output: WebhookOutput | null })[]> {
  return inParallel(news, certificatesAtOnce, async (one) => {
    const path = one.eventType === 'job.completed' && wanted.has('job.completed') ? one.job.output : null;
    return { ...one, output: path === null ? null : await describeOutput(path, clock) };
  });
}

function deliveriesOf(
  news: readonly (News & { output: WebhookOutput | null })[],
  webhooks: readonly Webhook[],
  nowMs: number,
): NewDelivery[] {
  return news.flatMap(({ eventType, event, job, output }) => {
    const eventId = newId();
    const payloadJson = JSON.stringify(jobPayload(eventId, eventType, event, job, output));
    return webhooks
      .filter(({ events }) => events.includes(eventType))
      .map(({ id: webhookId }) => ({
        id: newId(),
        webhookId,
        eventId,
        eventType,
        payloadJson,
        createdAtMs: nowMs,
        againOf: null,
      }));
  });
}
