import { onTestFinished, expect, test } from 'vitest';
import { openStore, type Store } from '#main/store/open-store.ts';
import { type Page, type PageOrder, type PagePosition, readPage } from '#main/store/page.ts';
import type { BatchTable } from '#main/store/schema.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

async function storeWith(
  rows: readonly { id: string; createdAtMs: number; createdBy?: string | null }[],
): Promise<Store> {
  const store = await openStore(await temporaryFolder());
  onTestFinished(() => store.close());
  await store.db
    .insertInto('batch')
    .values(rows.map(({ id, createdAtMs, createdBy = null }) => ({ id, name: `batch ${id}`, createdBy, createdAtMs })))
    .execute();
  return store;
}

/** The ids of all pages, one list a page; `between` runs before each further page. */
async function pages(
  { db }: Store,
  order: PageOrder<BatchTable>,
  limit: number,
  between: () => Promise<unknown> = async () => {},
): Promise<string[][]> {
  const found: string[][] = [];
  let after: PagePosition | null = null;
  do {
    const page: Page<BatchTable> = await readPage(db.selectFrom('batch').selectAll(), order, { limit, after });
    found.push(page.rows.map(({ id }) => id));
    after = page.next;
    if (after !== null) await between();
  } while (after !== null);
  return found;
}

const byTime = { by: 'createdAtMs', id: 'id', direction: 'asc' } as const;

test('pages go through all rows once, by their value and then by their id', async () => {
  const store = await storeWith([
    { id: 'c', createdAtMs: 2 },
    { id: 'a', createdAtMs: 2 },
    { id: 'b', createdAtMs: 2 },
    { id: 'z', createdAtMs: 1 },
    { id: 'd', createdAtMs: 3 },
  ]);
  expect(await pages(store, byTime, 2)).toEqual([['z', 'a'], ['b', 'c'], ['d']]);
  expect(await pages(store, { ...byTime, direction: 'desc' }, 2)).toEqual([['d', 'c'], ['b', 'a'], ['z']]);
});

test('a last page that is full has no page behind it', async () => {
  const store = await storeWith([
    { id: 'a', createdAtMs: 1 },
    { id: 'b', createdAtMs: 2 },
  ]);
  expect(await pages(store, byTime, 2)).toEqual([['a', 'b']]);
});

test('rows that come or go between two pages neither hide others nor show them twice', async () => {
  const store = await storeWith([1, 2, 3, 4, 5].map((n) => ({ id: `${n}`, createdAtMs: n })));
  let turn = 0;
  const meddle = async () => {
    turn += 1;
    if (turn > 1) return;
    // Page 1 was 5 and 4: a newer one comes, and the row that page 1 ended with goes.
    await store.db.insertInto('batch').values({ id: '9', name: 'new', createdBy: null, createdAtMs: 9 }).execute();
    await store.db.deleteFrom('batch').where('id', '=', '4').execute();
  };
  expect(await pages(store, { ...byTime, direction: 'desc' }, 2, meddle)).toEqual([['5', '4'], ['3', '2'], ['1']]);
});

test('rows without a value come first, or last when turned round, and none is lost among them', async () => {
  const store = await storeWith([
    { id: 'a', createdAtMs: 1, createdBy: 'x' },
    { id: 'b', createdAtMs: 1 },
    { id: 'c', createdAtMs: 1 },
    { id: 'd', createdAtMs: 1, createdBy: 'w' },
    { id: 'e', createdAtMs: 1 },
  ]);
  const byMaker = { by: 'createdBy', id: 'id', nullable: true } as const;
  for (const limit of [1, 2, 3, 4]) {
    const up = await pages(store, { ...byMaker, direction: 'asc' }, limit);
    expect([limit, up.flat()]).toEqual([limit, ['b', 'c', 'e', 'd', 'a']]);
    const down = await pages(store, { ...byMaker, direction: 'desc' }, limit);
    expect([limit, down.flat()]).toEqual([limit, ['a', 'd', 'e', 'c', 'b']]);
  }
});

test('the total counts what the filter lets through, on every page', async () => {
  const { db } = await storeWith([1, 2, 3, 4].map((n) => ({ id: `${n}`, createdAtMs: n })));
  const filtered = db.selectFrom('batch').selectAll().where('createdAtMs', '>', 1);
  const first = await readPage(filtered, byTime, { limit: 2, after: null });
  expect(first).toEqual({
    rows: [
      { id: '2', name: 'batch 2', createdBy: null, createdAtMs: 2 },
      { id: '3', name: 'batch 3', createdBy: null, createdAtMs: 3 },
    ],
    total: 3,
    next: { value: 3, id: '3' },
  });
  const second = await readPage(filtered, byTime, { limit: 2, after: first.next });
  expect({ ids: second.rows.map(({ id }) => id), total: second.total, next: second.next }).toEqual({
    ids: ['4'],
    total: 3,
    next: null,
  });
});

test('a late page of a long list is a range of the index, not a walk from its beginning', async () => {
  const { sqlite } = await storeWith([{ id: 'a', createdAtMs: 1 }]);
  const plan = sqlite
    .prepare(
      "EXPLAIN QUERY PLAN SELECT id FROM job WHERE (createdAtMs, id) < (5, 'x') ORDER BY createdAtMs DESC, id DESC LIMIT 51",
    )
    .all();
  expect(plan).toMatchObject([
    { detail: expect.stringContaining('SEARCH job USING COVERING INDEX job_created ((createdAtMs,id)<(?,?))') },
  ]);
});
