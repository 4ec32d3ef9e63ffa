import { type Kysely, sql } from 'kysely';
import { mostFound } from '#shared/protocol/page.ts';
import type { Database } from './schema.ts';

const indexed = { knownFileSearch: 'path', jobSearch: 'input' } as const;

/**
 * Numbers of the rows whose path has such a part, and perhaps of some others. Null where there are more than `mostFound`, or
 * too little to look for: the index knows groups of three letters.
 */
export async function likelyRows(
  db: Kysely<Database>,
  index: keyof typeof indexed,
  search: string,
): Promise<number[] | null> {
  if ([...search].length < 3) return null;
  // `_` is any one letter: the index does not know ESCAPE.
  const part = `%${search.replaceAll(/[%_]/g, '_')}%`;
  const { rows } = await sql<{ rowid: number }>`
    SELECT rowid FROM ${sql.table(index)} WHERE ${sql.ref(indexed[index])} LIKE ${part} LIMIT ${mostFound + 1}
  `.execute(db);
  return rows.length > mostFound ? null : rows.map(({ rowid }) => rowid);
}

/** A list of numbers for IN: ten thousand of them are more than a statement takes one by one. */
export function anyOf(numbers: readonly number[]) {
  return sql<number>`(SELECT value FROM json_each(${JSON.stringify(numbers)}))`;
}
