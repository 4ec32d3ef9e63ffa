import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Page, PageAsk, PagePosition } from '#main/store/page.ts';
import { RequestRefused } from './route.ts';

/** What a list route's query has, by `pageQuery`, beside its filters and its order. */
type ListQuery = { limit: number; cursor?: string | undefined; offset?: number | undefined };

/**
 * Answers a list route: reads the page that `query` asks for and makes its items. A cursor only goes on in the list of the
 * filters and the order that made it; RequestRefused for any other. `list` names the list.
 */
export async function answerPage<Row, Item>(
  list: string,
  query: ListQuery,
  read: (ask: PageAsk) => Promise<Page<Row>>,
  toItem: (row: Row) => Item,
): Promise<{ body: { items: Item[]; total: number; nextCursor: string | null } }> {
  const scope = scopeOf(list, query);
  const after = query.cursor === undefined ? null : readCursor(query.cursor, scope);
  const page = await read({ limit: query.limit, after });
  const nextCursor = page.next === null ? null : writeCursor(page.next, scope);
  return { body: { items: page.rows.map(toItem), total: page.total, nextCursor } };
}

const cursorParts = z.tuple([
  z.string(),
  z.union([z.string(), z.number(), z.null()]),
  z.union([z.string(), z.number()]),
]);

/** Hash of all that decides which rows come, and in which order. */
function scopeOf(list: string, { limit: _limit, cursor: _cursor, offset: _offset, ...rest }: ListQuery): string {
  const filters = Object.entries(rest)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([list, filters]))
    .digest('base64url')
    .slice(0, 16);
}

function writeCursor({ value, id }: PagePosition, scope: string): string {
  return Buffer.from(JSON.stringify([scope, value, id] satisfies z.infer<typeof cursorParts>)).toString('base64url');
}

function readCursor(cursor: string, scope: string): PagePosition {
  const parts = cursorParts.safeParse(jsonOf(cursor));
  if (!parts.success) throw refusedCursor('This cursor is not one that a list has given.');
  const [madeFor, value, id] = parts.data;
  if (madeFor !== scope) {
    throw refusedCursor('This cursor belongs to another list, filter or order; begin again without it.');
  }
  return { value, id };
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return null;
  }
}

function refusedCursor(message: string): RequestRefused {
  return new RequestRefused('ENC-SYS-007', { faults: [{ path: 'query.cursor', message }] });
}
