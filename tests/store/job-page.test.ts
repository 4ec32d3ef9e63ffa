import { type CompiledQuery, Kysely } from 'kysely';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { steerJob } from '#main/api/steer.ts';
import { StoreDialect } from '#main/store/dialect.ts';
import { type JobFilter, type JobOrder, jobPage, taskPage } from '#main/store/jobs.ts';
import type { PagePosition } from '#main/store/page.ts';
import type { Database } from '#main/store/schema.ts';
import { add, aQueue, type TestQueue } from '#tests/helpers/a-queue.ts';

/** Jobs j0 to j8, one a second: every third is held, and every third called off. */
async function nineJobs(): Promise<TestQueue> {
  const queue = await aQueue();
  for (let n = 0; n < 9; n += 1) {
    await add(queue, `j${n}`, { priority: n === 7 ? 6 : 5 });
    queue.clock.advance(1_000);
  }
  for (const n of [1, 4, 7]) await steerJob(queue, `j${n}`, 'pause', 'Ada');
  for (const n of [2, 5, 8]) await steerJob(queue, `j${n}`, 'cancel', 'Ada');
  return queue;
}

/** Ids of all pages of two, and the totals that they told. */
async function pages(
  { db }: TestQueue,
  filter: JobFilter,
  order: JobOrder,
): Promise<{ ids: string; totals: number[] }> {
  const ids: string[] = [];
  const totals = new Set<number>();
  let after: PagePosition | null = null;
  do {
    const page: Awaited<ReturnType<typeof jobPage>> = await jobPage(db, filter, order, { limit: 2, after });
    ids.push(...page.rows.map(({ id }) => id));
    totals.add(page.total);
    after = page.next;
  } while (after !== null);
  return { ids: ids.join(' '), totals: [...totals] };
}

test('several states come in one order, each job once and all of them counted', async () => {
  const queue = await nineJobs();
  const states = ['queued', 'paused', 'queued'];
  const found = async (order: JobOrder) => pages(queue, { states }, order);
  expect(await found('createdAt')).toEqual({ ids: 'j0 j1 j3 j4 j6 j7', totals: [6] });
  expect(await found('-createdAt')).toEqual({ ids: 'j7 j6 j4 j3 j1 j0', totals: [6] });
  expect(await found('updatedAt')).toEqual({ ids: 'j0 j3 j6 j1 j4 j7', totals: [6] });
  expect(await found('queue')).toEqual({ ids: 'j7 j0 j1 j3 j4 j6', totals: [6] });
});

test('several states are narrowed by what else is asked for', async () => {
  const queue = await nineJobs();
  const states = ['queued', 'cancelled'];
  expect(await pages(queue, { states, search: '/FILMS/j5' }, 'createdAt')).toEqual({ ids: 'j5', totals: [1] });
  const createdAfterMs = queue.clock.nowMs() - 4_000;
  expect(await pages(queue, { states, createdAfterMs }, 'queue')).toEqual({ ids: 'j5 j6 j8', totals: [3] });
});

test('a search finds a part of the path, and how an id begins', async () => {
  const queue = await aQueue();
  await add(queue, 'aa-1', { input: '/films/Alien.mkv' });
  await add(queue, 'b-aa', { input: '/films/Brazil.mkv' });
  expect(await pages(queue, { search: 'aa' }, 'createdAt')).toEqual({ ids: 'aa-1', totals: [1] });
  expect(await pages(queue, { search: 'LIE' }, 'createdAt')).toEqual({ ids: 'aa-1', totals: [1] });
  expect(await pages(queue, { search: '_-' }, 'createdAt')).toEqual({ ids: '', totals: [0] });
});

test('a search of three letters or more finds the same by its index as by reading all, in every order and state', async () => {
  const queue = await aQueue();
  const names = ['Été 100%', 'ÉTÉ 1000', 'Sommer_1', 'sommer-1', 'SOMMER', 'so'];
  for (const [index, name] of names.entries()) {
    await add(queue, `a0${index}`, { input: `/films/${name}.mkv` });
    queue.clock.advance(1_000);
  }
  await steerJob(queue, 'a04', 'pause', 'Ada');
  const found = async (search: string, set: JobFilter = {}) =>
    (await pages(queue, { search, ...set }, 'createdAt')).ids;
  expect(await found('sommer')).toBe('a02 a03 a04');
  expect(await found('sommer', { states: ['paused', 'failed'] })).toBe('a04');
  expect(await found('sommer', { states: ['queued'] })).toBe('a02 a03');
  expect(await found('mer_1')).toBe('a02');
  expect(await found('100%')).toBe('a00');
  // For SQLite only ASCII letters of both cases are one, with the index and without.
  expect(await found('Été')).toBe('a00');
  expect(await found('Ét')).toBe('a00 a01');
  expect(await found('A04')).toBe('a04');
  expect((await pages(queue, { search: 'sommer' }, 'queue')).ids).toBe('a02 a03 a04');
  const second = { limit: 1, after: null, skip: 1 };
  expect((await jobPage(queue.db, { search: 'sommer' }, '-createdAt', second)).rows.map(({ id }) => id)).toEqual([
    'a03',
  ]);
  await queue.db.updateTable('job').set({ input: '/films/Winter.mkv' }).where('id', '=', 'a02').execute();
  await queue.db.deleteFrom('job').where('id', '=', 'a03').execute();
  expect(await found('sommer')).toBe('a04');
  expect(await found('winter')).toBe('a02');
});

test('a search of three letters or more reads only the jobs that it may mean', async () => {
  const { store } = await aQueue();
  const plans: unknown[] = [];
  const explain = (query: CompiledQuery) =>
    plans.push(...store.sqlite.prepare(`EXPLAIN QUERY PLAN ${query.sql}`).all(...query.parameters));
  const db = new Kysely<Database>({
    dialect: new StoreDialect(store.sqlite),
    log: ({ query }) => void explain(query),
  });
  await jobPage(db, { states: ['queued', 'paused'], search: 'zebra' }, 'queue', { limit: 50, after: null });
  const steps = plans.map((step) => z.object({ detail: z.string() }).parse(step).detail);
  expect(steps.filter((step) => /\bjob\b/.test(step) && !step.includes('CO-ROUTINE'))).toEqual([
    'SEARCH job USING COVERING INDEX sqlite_autoindex_job_1 (id>? AND id<?)',
    'SEARCH job USING INTEGER PRIMARY KEY (rowid=?)',
    'SCAN job',
  ]);
});

test('no list of jobs or tasks sorts more than a page, however many there are', async () => {
  const { store } = await aQueue();
  const asked: CompiledQuery[] = [];
  const db = new Kysely<Database>({
    dialect: new StoreDialect(store.sqlite),
    log: ({ query }) => void asked.push(query),
  });
  const page = { limit: 50, after: { value: 1, id: 'a' } };
  const filters: JobFilter[] = [
    {},
    { states: ['queued'] },
    { states: ['queued', 'completed'] },
    { search: 'ze' },
    { states: ['queued'], search: 'ze' },
  ];
  const orders: JobOrder[] = ['createdAt', '-createdAt', 'updatedAt', '-updatedAt', 'queue'];
  for (const filter of filters) for (const order of orders) await jobPage(db, filter, order, page);
  for (const filter of [{ profile: 'draft' }, { batchId: 'b' }]) await jobPage(db, filter, '-createdAt', page);
  await taskPage(db, {}, page);
  await taskPage(db, { type: 'video' }, page);
  const sorting = asked.filter(({ sql, parameters }) =>
    store.sqlite
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...parameters)
      .some((step) => JSON.stringify(step).includes('TEMP B-TREE FOR ORDER BY')),
  );
  expect(asked.length).toBe(58);
  expect(sorting.map(({ sql }) => sql)).toEqual([]);
});
