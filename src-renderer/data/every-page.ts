/** What a list of the API answers. */
export type Page<Item> = { items: readonly Item[]; nextCursor: string | null };

/** All of a list that is never long: users, tokens, webhooks. */
export async function everyPage<Item>(read: (cursor: string | null) => Promise<Page<Item>>): Promise<Item[]> {
  const found: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Item> = await read(cursor);
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}
