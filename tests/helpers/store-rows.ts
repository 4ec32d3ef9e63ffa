import { openStore, type Store } from '#main/store/open-store.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A data folder whose store has rows 1 to `last` of `writer`. */
export async function dataWith(last: number, writer = 'w'): Promise<string> {
  const dataDir = await temporaryFolder();
  const store = await openStore(dataDir);
  const values = upTo(last).flatMap((value) =>
    ['first', 'second'].map((half) => ({ name: `${writer} ${value} ${half}`, value })),
  );
  await store.db.insertInto('cursor').values(values).execute();
  await store.close();
  return dataDir;
}

/** The rows of a data folder that nobody has open. */
export async function rowsIn(dataDir: string, writer = 'w'): Promise<number[]> {
  const store = await openStore(dataDir);
  try {
    return await rowsOf(store, writer);
  } finally {
    await store.close();
  }
}

/** Numbers of which both rows are there, ascending: they were written in one transaction. Error where only one is. */
export async function rowsOf({ db }: Store, writer = 'w'): Promise<number[]> {
  const rows = await db
    .selectFrom('cursor')
    .select(['value', ({ fn }) => fn.countAll<number>().as('halves')])
    .where('name', 'like', `${writer} %`)
    .groupBy('value')
    .orderBy('value')
    .execute();
  const torn = rows.filter(({ halves }) => halves !== 2);
  if (torn.length > 0) throw new Error(`half of a transaction: ${JSON.stringify(torn)}`);
  return rows.map(({ value }) => value);
}

/** 1, 2, 3 up to `last`. */
export function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, i) => i + 1);
}
