import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { answerPage } from '#main/api/page.ts';
import { route } from '#main/api/route.ts';
import { openStore } from '#main/store/open-store.ts';
import { readPage } from '#main/store/page.ts';
import { pageOf, pageQuery } from '#shared/protocol/page.ts';
import { type ApiServer, serveApi } from '#tests/helpers/serve-api.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

async function serveBatches(count: number): Promise<ApiServer> {
  const store = await openStore(await temporaryFolder());
  onTestFinished(() => store.close());
  const { db } = store;
  const rows = Array.from({ length: count }, (_, n) => ({
    id: `b${String(n).padStart(3, '0')}`,
    name: n % 2 === 0 ? 'even' : 'odd',
    createdBy: null,
    createdAtMs: n,
  }));
  await db.insertInto('batch').values(rows).execute();
  const list = route({
    method: 'get',
    path: '/batches',
    tag: 'batches',
    summary: 'All batches.',
    role: 'viewer',
    query: z.strictObject({
      ...pageQuery,
      name: z.string().optional(),
      direction: z.enum(['asc', 'desc']).default('asc'),
    }),
    answer: pageOf(z.strictObject({ id: z.string() })),
    handle: async ({ query }) => {
      const filtered = db
        .selectFrom('batch')
        .selectAll()
        .$if(query.name !== undefined, (all) => all.where('name', '=', query.name ?? ''));
      const order = { by: 'createdAtMs', id: 'id', direction: query.direction } as const;
      return answerPage(
        'batches',
        query,
        (ask) => readPage(filtered, order, ask),
        ({ id }) => ({ id }),
      );
    },
  });
  return serveApi([list]);
}

const page = pageOf(z.strictObject({ id: z.string() }));

test('a list is read to its end by its cursors, with the total on every page', async () => {
  const api = await serveBatches(7);
  const first = page.parse((await api.get('/batches?name=even&limit=3')).body);
  expect(first).toEqual({
    items: [{ id: 'b000' }, { id: 'b002' }, { id: 'b004' }],
    total: 4,
    nextCursor: expect.stringMatching(/^[\w-]+$/),
  });
  const rest = await api.get(`/batches?name=even&limit=3&cursor=${first.nextCursor}`);
  expect(rest.body).toEqual({ items: [{ id: 'b006' }], total: 4, nextCursor: null });
});

test('a page has 50 items unless 1 to 200 are asked for', async () => {
  const api = await serveBatches(60);
  expect(page.parse((await api.get('/batches')).body).items).toHaveLength(50);
  expect(page.parse((await api.get('/batches?limit=200')).body).items).toHaveLength(60);
  for (const limit of ['0', '201', '1.5', 'many']) {
    expect((await api.get(`/batches?limit=${limit}`)).problem?.code).toBe('ENC-SYS-007');
  }
});

test('a cursor of another filter or order, or of nowhere, is refused', async () => {
  const api = await serveBatches(7);
  const { nextCursor } = page.parse((await api.get('/batches?limit=3')).body);
  const faultOf = async (path: string) => (await api.get(path)).problem?.details;
  const foreign = {
    faults: [{ path: 'query.cursor', message: expect.stringContaining('another list, filter or order') }],
  };
  expect(await faultOf(`/batches?name=odd&cursor=${nextCursor}`)).toEqual(foreign);
  expect(await faultOf(`/batches?direction=desc&cursor=${nextCursor}`)).toEqual(foreign);
  const unknown = { faults: [{ path: 'query.cursor', message: 'This cursor is not one that a list has given.' }] };
  for (const made of ['x', 'e30', Buffer.from('["a",{},1]').toString('base64url')]) {
    expect(await faultOf(`/batches?cursor=${made}`)).toEqual(unknown);
  }
  // Another page size is the same list.
  expect((await api.get(`/batches?limit=1&cursor=${nextCursor}`)).body).toMatchObject({ items: [{ id: 'b003' }] });
});
