import { type SelectQueryBuilder, sql } from 'kysely';

/*
 * Keyset pages: the next one begins after the last row of this one, wherever that has moved. Rows that come or go meanwhile
 * neither hide others nor show them twice, and page 1,000 costs what page 1 does, given an index on (by, id).
 */

/** Where a page ended: the last row's sort value and id. */
export type PagePosition = { value: string | number | null; id: string | number };

export type PageAsk = { limit: number; after: PagePosition | null };

export type PageOrder<Row> = {
  /** Selected column to sort by. */
  by: keyof Row & string;
  /** Selected column that tells rows of the same value apart: unique. */
  id: keyof Row & string;
  direction: 'asc' | 'desc';
  /** Of both columns, where the query has more than one table. */
  table?: string;
  /** Whether `by` may be null; null comes before all values, as SQLite sorts. */
  nullable?: boolean;
};

export type Page<Row> = {
  rows: Row[];
  /** Of all pages. */
  total: number;
  /** Null on the last page. */
  next: PagePosition | null;
};

/**
 * One page of a filtered query that has its columns, but neither order nor limit. `count` is how the total is found where the
 * caller has a quicker way.
 */
export async function readPage<DB, TB extends keyof DB, Row>(
  filtered: SelectQueryBuilder<DB, TB, Row>,
  order: PageOrder<Row>,
  ask: PageAsk,
  count: () => Promise<number> = () => countRows(filtered),
): Promise<Page<Row>> {
  const { by, id } = columnsOf(order);
  const rest = ask.after === null ? filtered : filtered.where(afterPosition(order, ask.after));
  // One more than asked for tells whether another page follows.
  const read = await rest
    .orderBy(by, order.direction)
    .orderBy(id, order.direction)
    .limit(ask.limit + 1)
    .$castTo<Row>()
    .execute();
  const rows = read.slice(0, ask.limit);
  const last = rows.at(-1);
  const hasMore = read.length > ask.limit;
  // The only page has them all: what took long to find isn't looked for again.
  const isAll = ask.after === null && !hasMore;
  const total = isAll ? rows.length : await count();
  return { rows, total, next: hasMore && last !== undefined ? positionOf(last, order) : null };
}

/**
 * Where a page begins that `skip` rows come before: the last of those, or null where there are not so many. It walks an index,
 * so it is for people who drag a scroll bar; whoever reads on has a cursor, which neither walks nor drifts.
 */
export async function positionAfter<DB, TB extends keyof DB, Row>(
  filtered: SelectQueryBuilder<DB, TB, Row>,
  order: PageOrder<Row>,
  skip: number,
): Promise<PagePosition | null> {
  const { by, id } = columnsOf(order);
  const row = await filtered
    .clearSelect()
    .select([sql<string | number | null>`${by}`.as('value'), sql<string | number>`${id}`.as('id')])
    .orderBy(by, order.direction)
    .orderBy(id, order.direction)
    .offset(skip - 1)
    .limit(1)
    .$castTo<PagePosition>()
    .executeTakeFirst();
  return row ?? null;
}

/** How many rows a filtered query has; no more than `most` are counted. */
export async function countRows<DB, TB extends keyof DB, Row>(
  filtered: SelectQueryBuilder<DB, TB, Row>,
  most: number | null = null,
): Promise<number> {
  if (most !== null) {
    const counted = await filtered.clearSelect().select(sql<number>`1`.as('one')).limit(most).execute();
    return counted.length;
  }
  const { total } = await filtered
    .clearSelect()
    .select(sql<number>`count(*)`.as('total'))
    .$castTo<{ total: number }>()
    .executeTakeFirstOrThrow();
  return total;
}

function columnsOf<Row>({ by, id, table }: PageOrder<Row>) {
  const column = (name: string) => sql.ref(table === undefined ? name : `${table}.${name}`);
  return { by: column(by), id: column(id) };
}

function positionOf<Row>(row: Row, { by, id }: PageOrder<Row>): PagePosition {
  const value: unknown = row[by];
  const lastId: unknown = row[id];
  if (typeof lastId !== 'string' && typeof lastId !== 'number') throw new Error(`no page ends by ${id}`);
  if (value !== null && typeof value !== 'string' && typeof value !== 'number')
    throw new Error(`no page sorts by ${by}`);
  return { value, id: lastId };
}

function afterPosition<Row>(order: PageOrder<Row>, { value, id: lastId }: PagePosition) {
  const { direction, nullable = false } = order;
  const { by, id } = columnsOf(order);
  const beyond = direction === 'asc' ? sql`>` : sql`<`;
  if (value === null) {
    const sameNull = sql<boolean>`(${by} IS NULL AND ${id} ${beyond} ${lastId})`;
    return direction === 'asc' ? sql<boolean>`(${sameNull} OR ${by} IS NOT NULL)` : sameNull;
  }
  // A row value is one range of an index on both columns; an OR would be two.
  const past = sql<boolean>`(${by}, ${id}) ${beyond} (${value}, ${lastId})`;
  return nullable && direction === 'desc' ? sql<boolean>`(${past} OR ${by} IS NULL)` : past;
}
