import { z } from 'zod';

/** What every list takes, beside its filters and its order: spread into the row's strict query schema. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Most items of a page.'),
  cursor: z.string().max(2000).optional().describe('`nextCursor` of the page before, with the same filters and order.'),
};

/** Most matches of a search that `total` counts: nobody turns their pages, and counting all would take longer than finding. */
export const mostFound = 10_000;

/**
 * A page of a list: `total` counts what the filters let through (of a search for a part of a name no more than `mostFound`),
 * `nextCursor` is null on the last page.
 */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    items: z.array(item),
    total: z.number().int().nonnegative(),
    nextCursor: z.string().nullable(),
  });
}
