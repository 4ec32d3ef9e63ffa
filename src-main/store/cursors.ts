import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';

/*
 * How far a reader has come. Whoever moves its cursor says where it stood: of two that read the same, one moves it.
 */

/** 0 before the first move. */
export async function readCursor(db: Kysely<Database>, name: string): Promise<number> {
  const row = await db.selectFrom('cursor').select('value').where('name', '=', name).executeTakeFirst();
  return row?.value ?? 0;
}

/** False when it does not stand at `from` any more: then nothing was changed. */
export async function moveCursor(db: Kysely<Database>, name: string, from: number, to: number): Promise<boolean> {
  await db
    .insertInto('cursor')
    .values({ name, value: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { numUpdatedRows } = await db
    .updateTable('cursor')
    .set({ value: to })
    .where('name', '=', name)
    .where('value', '=', from)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
