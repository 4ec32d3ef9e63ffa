import type { Kysely, Selectable } from 'kysely';
import { type Page, type PageAsk, readPage } from './page.ts';
import type { BatchTable, Database } from './schema.ts';

/** How many jobs of a batch are in a state, and how far those are together. */
export type BatchTally = { state: string; count: number; progress: number };

/** Begins a batch; its jobs name it. */
export async function insertBatch(db: Kysely<Database>, batch: BatchTable): Promise<void> {
  await db.insertInto('batch').values(batch).execute();
}

/** The batch, or null when there is none of that id. */
export async function findBatch(db: Kysely<Database>, id: string): Promise<Selectable<BatchTable> | null> {
  return (await db.selectFrom('batch').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

/** A page of batches, newest first. */
export function batchPage(db: Kysely<Database>, ask: PageAsk): Promise<Page<Selectable<BatchTable>>> {
  return readPage(db.selectFrom('batch').selectAll(), { by: 'createdAtMs', id: 'id', direction: 'desc' }, ask);
}

/** How the jobs of some batches get on, by batch. */
export async function batchTallies(db: Kysely<Database>, ids: readonly string[]): Promise<Map<string, BatchTally[]>> {
  const tallies = new Map<string, BatchTally[]>(ids.map((id) => [id, []]));
  if (ids.length === 0) return tallies;
  const rows = await db
    .selectFrom('job')
    .select((select) => [
      'batchId',
      'state',
      select.fn.countAll<number>().as('count'),
      select.fn.sum<number>('progress').as('progress'),
    ])
    .where('batchId', 'in', ids)
    .groupBy(['batchId', 'state'])
    .execute();
  for (const { batchId, ...tally } of rows) if (batchId !== null) tallies.get(batchId)?.push(tally);
  return tallies;
}
