import type { Kysely } from 'kysely';
import type { Database } from '#main/store/schema.ts';
import { findWebhook, type Webhook } from '#main/store/webhooks.ts';
import { RequestRefused } from '../route.ts';

/** The webhook of that id; RequestRefused where there is none. */
export async function demandWebhook(db: Kysely<Database>, id: string): Promise<Webhook> {
  const found = await findWebhook(db, id);
  if (found === null) throw unknownWebhook(id);
  return found;
}

/** Says that there is none of that id. */
export function unknownWebhook(id: string): RequestRefused {
  return new RequestRefused('ENC-SYS-006', `There is no webhook ${id}; GET /webhooks lists them.`);
}
