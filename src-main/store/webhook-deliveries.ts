import { type Kysely, sql } from 'kysely';
import { type DeliveryEvent, type DeliveryState, deliveryEvent, deliveryState } from '#shared/protocol/webhooks.ts';
import { type Page, type PageAsk, readPage } from './page.ts';
import type { Database, WebhookDeliveryTable } from './schema.ts';

/*
 * What webhooks were told, or will be: one row for each event and webhook, and the log of it.
 */

export type Delivery = Omit<WebhookDeliveryTable, 'eventType' | 'state'> & {
  eventType: DeliveryEvent;
  state: DeliveryState;
};

export type NewDelivery = Pick<
  Delivery,
  'id' | 'webhookId' | 'eventId' | 'eventType' | 'payloadJson' | 'createdAtMs'
> & {
  againOf: string | null;
};

/** What an attempt came to. */
export type AttemptEnd = {
  startedAtMs: number;
  durationMs: number;
  /** Null where there was no answer. */
  status: number | null;
  /** Null when it was delivered. */
  error: string | null;
  answer: string | null;
};

export type AfterAttempt = { state: 'delivered' | 'failed' } | { state: 'pending'; nextAtMs: number };

type Db = Kysely<Database>;

/** Due at once. */
export async function addDeliveries(db: Db, deliveries: readonly NewDelivery[]): Promise<void> {
  for (let i = 0; i < deliveries.length; i += rowsOfInsert) {
    const rows = deliveries.slice(i, i + rowsOfInsert).map(pendingRow);
    await db.insertInto('webhookDelivery').values(rows).execute();
  }
}

/** Logs a delivery that was made outside of the queue: a test. Nothing where its webhook is gone. */
export async function logDelivery(db: Db, delivery: NewDelivery, end: AttemptEnd): Promise<void> {
  const state = end.error === null ? 'delivered' : 'failed';
  await db.transaction().execute(async (trx) => {
    const webhook = await trx
      .selectFrom('webhook')
      .select('id')
      .where('id', '=', delivery.webhookId)
      .executeTakeFirst();
    if (webhook === undefined) return;
    await addDeliveries(trx, [delivery]);
    await endAttempt(trx, { id: delivery.id, attempts: 0 }, end, { state });
  });
}

/** SQLite takes 32,766 values a statement. */
const rowsOfInsert = 500;

/** When the next delivery of each webhook that is switched on is due; only of those that have one. */
export async function nextDeliveries(db: Db): Promise<{ webhookId: string; nextAtMs: number }[]> {
  const rows = await db
    .selectFrom('webhook')
    .select((row) => [
      'id as webhookId',
      row
        .selectFrom('webhookDelivery')
        .select(({ fn }) => fn.min('nextAtMs').as('nextAtMs'))
        .where('state', '=', sql.lit('pending'))
        .whereRef('webhookDelivery.webhookId', '=', 'webhook.id')
        .as('nextAtMs'),
    ])
    .where('enabled', '=', 1)
    .execute();
  return rows.flatMap(({ webhookId, nextAtMs }) => (nextAtMs === null ? [] : [{ webhookId, nextAtMs }]));
}

/** The pending delivery of a webhook that is due first; of those of one moment the one that was added first. */
export async function firstPending(db: Db, webhookId: string): Promise<Delivery | null> {
  const row = await db
    .selectFrom('webhookDelivery')
    .selectAll()
    .where('webhookId', '=', webhookId)
    .where('state', '=', sql.lit('pending'))
    .orderBy('nextAtMs')
    .orderBy(sql`rowid`)
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : readRow(row);
}

/** Writes down an attempt. False when the delivery was finished or tried meanwhile, or is gone: then nothing is written. */
export async function endAttempt(
  db: Db,
  { id, attempts }: Pick<Delivery, 'id' | 'attempts'>,
  end: AttemptEnd,
  after: AfterAttempt,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('webhookDelivery')
    .set({
      state: after.state,
      attempts: attempts + 1,
      nextAtMs: after.state === 'pending' ? after.nextAtMs : null,
      finishedAtMs: after.state === 'pending' ? null : end.startedAtMs + end.durationMs,
      lastAtMs: end.startedAtMs,
      lastDurationMs: end.durationMs,
      lastStatus: end.status,
      lastError: end.error,
      lastAnswer: end.answer,
    })
    .where('id', '=', id)
    .where('state', '=', 'pending')
    .where('attempts', '=', attempts)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Null where the webhook has none of that id. */
export async function findDelivery(db: Db, webhookId: string, id: string): Promise<Delivery | null> {
  const row = await db
    .selectFrom('webhookDelivery')
    .selectAll()
    .where('id', '=', id)
    .where('webhookId', '=', webhookId)
    .executeTakeFirst();
  return row === undefined ? null : readRow(row);
}

/** The log of a webhook, the newest first. */
export async function pageOfDeliveries(
  db: Db,
  webhookId: string,
  state: DeliveryState | null,
  ask: PageAsk,
): Promise<Page<Delivery>> {
  const all = db.selectFrom('webhookDelivery').selectAll().where('webhookId', '=', webhookId);
  const wanted = state === null ? all : all.where('state', '=', state);
  const page = await readPage(wanted, { by: 'createdAtMs', id: 'id', direction: 'desc' }, ask);
  return { ...page, rows: page.rows.map(readRow) };
}

function pendingRow(delivery: NewDelivery): WebhookDeliveryTable {
  return {
    ...delivery,
    state: 'pending',
    attempts: 0,
    nextAtMs: delivery.createdAtMs,
    lastAtMs: null,
    lastDurationMs: null,
    lastStatus: null,
    lastError: null,
    lastAnswer: null,
    finishedAtMs: null,
  };
}

function readRow(row: WebhookDeliveryTable): Delivery {
  return { ...row, eventType: deliveryEvent.parse(row.eventType), state: deliveryState.parse(row.state) };
}
