import type { Kysely, Updateable } from 'kysely';
import { z } from 'zod';
import { type WebhookEvent, webhookEvent } from '#shared/protocol/webhooks.ts';
import { type Page, type PageAsk, readPage } from './page.ts';
import type { Database, WebhookTable } from './schema.ts';

/*
 * Who wants to hear of jobs, and where. A webhook that is switched off gives up what was still to be delivered: weeks later,
 * switched on again, it is not flooded with what was news once.
 */

export type Webhook = {
  id: string;
  url: string;
  events: WebhookEvent[];
  /** Sealed for `webhook:{id}`. */
  secretSealed: string;
  enabled: boolean;
  disabledBecause: string | null;
  description: string;
  createdBy: string | null;
  createdAtMs: number;
  updatedAtMs: number;
};

/** What is left out stays. */
export type WebhookChange = {
  [Column in 'url' | 'events' | 'enabled' | 'description' | 'secretSealed']?: Webhook[Column] | undefined;
};

/** Every event makes a delivery for each of them. */
export const mostWebhooks = 100;

type Db = Kysely<Database>;

/** False when there are as many as there may be. */
export async function addWebhook(db: Db, { events, enabled, ...rest }: Webhook): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const row = { ...rest, eventsJson: JSON.stringify(events), enabled: enabled ? 1 : 0 };
    await trx.insertInto('webhook').values(row).execute();
    const { count } = await trx
      .selectFrom('webhook')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    if (count <= mostWebhooks) return true;
    await trx.deleteFrom('webhook').where('id', '=', rest.id).execute();
    return false;
  });
}

/** Null where there is none. */
export async function findWebhook(db: Db, id: string): Promise<Webhook | null> {
  const row = await db.selectFrom('webhook').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : readRow(row);
}

/** The newest first. */
export async function pageOfWebhooks(db: Db, ask: PageAsk): Promise<Page<Webhook>> {
  const page = await readPage(
    db.selectFrom('webhook').selectAll(),
    { by: 'createdAtMs', id: 'id', direction: 'desc' },
    ask,
  );
  return { ...page, rows: page.rows.map(readRow) };
}

/** Those that are switched on. */
export async function enabledWebhooks(db: Db): Promise<Webhook[]> {
  const rows = await db.selectFrom('webhook').selectAll().where('enabled', '=', 1).orderBy('id').execute();
  return rows.map(readRow);
}

/** Null where there is none. */
export async function changeWebhook(
  db: Db,
  id: string,
  { events, enabled, ...rest }: WebhookChange,
  nowMs: number,
): Promise<Webhook | null> {
  return db.transaction().execute(async (trx) => {
    const set: Updateable<WebhookTable> = {
      // Kysely leaves out what is undefined.
      ...rest,
      ...(events === undefined ? {} : { eventsJson: JSON.stringify(events) }),
      ...(enabled === undefined ? {} : { enabled: enabled ? 1 : 0, disabledBecause: null }),
      updatedAtMs: nowMs,
    };
    await trx.updateTable('webhook').set(set).where('id', '=', id).execute();
    if (enabled === false) await giveUpDeliveries(trx, id, 'the webhook was switched off', nowMs);
    return findWebhook(trx, id);
  });
}

/** The server switches it off, in a transaction of the caller's. */
export async function disableWebhook(trx: Db, id: string, because: string, nowMs: number): Promise<void> {
  await trx
    .updateTable('webhook')
    .set({ enabled: 0, disabledBecause: because, updatedAtMs: nowMs })
    .where('id', '=', id)
    .where('enabled', '=', 1)
    .execute();
  await giveUpDeliveries(trx, id, because, nowMs);
}

/** Its log goes with it. False where there is none. */
export async function deleteWebhook(db: Db, id: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('webhook').where('id', '=', id).executeTakeFirst();
  return numDeletedRows === 1n;
}

async function giveUpDeliveries(trx: Db, webhookId: string, because: string, nowMs: number): Promise<void> {
  await trx
    .updateTable('webhookDelivery')
    .set({ state: 'failed', nextAtMs: null, finishedAtMs: nowMs, lastError: because })
    .where('webhookId', '=', webhookId)
    .where('state', '=', 'pending')
    .execute();
}

const eventsColumn = z.array(webhookEvent);

function readRow({ eventsJson, enabled, ...rest }: WebhookTable): Webhook {
  return { ...rest, events: eventsColumn.parse(JSON.parse(eventsJson)), enabled: enabled === 1 };
}
