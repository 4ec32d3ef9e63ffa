import { type Kysely, type Selectable, type SqlBool, sql } from 'kysely';
import { jobState } from '#shared/model/job.ts';
import { mostFound } from '#shared/protocol/page.ts';
import { hasPart } from './has-part.ts';
import {
  countRows,
  type Page,
  type PageAsk,
  type PageOrder,
  type PagePosition,
  positionAfter,
  readPage,
} from './page.ts';
import { anyOf, likelyRows } from './path-search.ts';
import type { Database, JobEventTable, JobTable, TaskTable } from './schema.ts';

export type JobFilter = {
  states?: readonly string[] | undefined;
  profile?: string | undefined;
  batchId?: string | undefined;
  /** Part of the input path, or how the id begins. */
  search?: string | undefined;
  createdAfterMs?: number | undefined;
  createdBeforeMs?: number | undefined;
};

export type JobOrder = 'createdAt' | '-createdAt' | 'updatedAt' | '-updatedAt' | 'queue';

const orders: Readonly<Record<JobOrder, PageOrder<Selectable<JobTable>>>> = {
  createdAt: { by: 'createdAtMs', id: 'id', direction: 'asc' },
  '-createdAt': { by: 'createdAtMs', id: 'id', direction: 'desc' },
  updatedAt: { by: 'updatedAtMs', id: 'id', direction: 'asc' },
  '-updatedAt': { by: 'updatedAtMs', id: 'id', direction: 'desc' },
  queue: { by: 'rank', id: 'id', direction: 'asc' },
};

/**
 * A page of the jobs that the filter lets through; `skip` of them come before it, unless it goes on after another. `total` of a
 * search is at most `mostFound`.
 */
export async function jobPage(
  db: Kysely<Database>,
  filter: JobFilter,
  order: JobOrder,
  { skip = 0, ...ask }: PageAsk & { skip?: number | undefined },
): Promise<Page<Selectable<JobTable>>> {
  const jobs = await filteredJobs(db, filter, order);
  if (skip === 0 || ask.after !== null) return jobs.page(ask);
  const after = await jobs.place(skip);
  if (after !== null) return jobs.page({ ...ask, after });
  const { total } = await jobs.page({ limit: 1, after: null });
  return { rows: [], total, next: null };
}

type FilteredJobs = {
  page: (ask: PageAsk) => Promise<Page<Selectable<JobTable>>>;
  /** Of the job that so many come to, it included. */
  place: (skip: number) => Promise<PagePosition | null>;
};

/** The quickest way to what a filter lets through: by what a search found where that is little, in the order of an index else. */
async function filteredJobs(db: Kysely<Database>, filter: JobFilter, order: JobOrder): Promise<FilteredJobs> {
  const { search } = filter;
  const few = search === undefined ? null : await likelyJobs(db, search);
  if (few !== null) {
    const found = narrowed(few, filter);
    const jobs = filter.states === undefined ? found : found.where('state', 'in', filter.states);
    return {
      page: (ask) => readPage(jobs, orders[order], ask),
      place: (skip) => positionAfter(jobs, orders[order], skip),
    };
  }
  const jobs = narrowed(allJobs(db), filter);
  const states = statesOf(filter, order);
  const counted = () => countRows(states.length === 0 ? jobs : jobs.where('state', 'in', states), mostOf(filter));
  const [first, ...others] = states.map((state) => jobs.where('state', '=', state));
  if (first === undefined || others.length === 0) {
    const all = first ?? jobs;
    return {
      page: (ask) => readPage(all, orders[order], ask, counted),
      place: (skip) => positionAfter(all, orders[order], skip),
    };
  }
  // Each state is in order by its index, and SQLite merges them; of an IN it would sort all rows for each page.
  const merged = others.reduce((all, next) => all.unionAll(next), first);
  const { by } = orders[order];
  // All that a place needs is in the indices; the rows themselves would take ten times as long.
  const lean = (query: typeof first) => query.clearSelect().select(['id', by]);
  const places = others.reduce((all, next) => all.unionAll(lean(next)), lean(first));
  return {
    page: (ask) => readPage(db.selectFrom(merged.as('job')).selectAll(), orders[order], ask, counted),
    place: (skip) => positionAfter(db.selectFrom(places.as('job')).selectAll(), orders[order], skip),
  };
}

/** States whose jobs are merged; none where all are read at once. No index has the ranks of all states. */
function statesOf({ states }: JobFilter, order: JobOrder): string[] {
  return [...new Set(states ?? (order === 'queue' ? jobState.options : []))];
}

/** How far what a filter lets through is counted: without a search an index counts all of it as fast. */
function mostOf({ search }: JobFilter): number | null {
  return search === undefined ? null : mostFound;
}

/** What a search may mean, by itself. Null where that is much, or where nothing but reading all of them would find it. */
async function likelyJobs(db: Kysely<Database>, search: string) {
  const byPath = await likelyRows(db, 'jobSearch', search);
  if (byPath === null) return null;
  const byId = await db.selectFrom('job').select('number').where(isIdFrom(search)).limit(mostFound).execute();
  const numbers = [...byPath, ...byId.map(({ number }) => number)];
  // With a limit SQLite reads these first: of all conditions beside each other it would choose the index of another one.
  const found = db
    .selectFrom('job')
    .selectAll()
    .where('number', 'in', anyOf(numbers))
    .limit(2 * mostFound);
  return db.selectFrom(found.as('job')).selectAll();
}

/** What the filter lets through, whatever its state. */
function narrowed(jobs: ReturnType<typeof allJobs>, filter: JobFilter) {
  let query = jobs;
  if (filter.profile !== undefined) query = query.where('profileName', '=', filter.profile);
  if (filter.batchId !== undefined) query = query.where('batchId', '=', filter.batchId);
  if (filter.createdAfterMs !== undefined) query = query.where('createdAtMs', '>=', filter.createdAfterMs);
  if (filter.createdBeforeMs !== undefined) query = query.where('createdAtMs', '<', filter.createdBeforeMs);
  if (filter.search !== undefined) {
    const { search } = filter;
    query = query.where((where) => where.or([hasPart('input', search), isIdFrom(search)]));
  }
  return query;
}

/** Whether the id begins like this: as a range, which an index finds and which costs less than LIKE where it is of no help. */
function isIdFrom(search: string) {
  const first = search.toLowerCase();
  return sql<SqlBool>`(id >= ${first} AND id < ${`${first}\u{10FFFF}`})`;
}

function allJobs(db: Kysely<Database>) {
  return db.selectFrom('job').selectAll();
}

export type TaskFilter = {
  state?: string | undefined;
  type?: string | undefined;
  nodeId?: string | undefined;
  jobId?: string | undefined;
};

/** A page of tasks, in their jobs' order. */
export function taskPage(db: Kysely<Database>, filter: TaskFilter, ask: PageAsk): Promise<Page<Selectable<TaskTable>>> {
  let query = db.selectFrom('task').selectAll();
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.type !== undefined) query = query.where('type', '=', filter.type);
  if (filter.nodeId !== undefined) query = query.where('nodeId', '=', filter.nodeId);
  if (filter.jobId !== undefined) query = query.where('jobId', '=', filter.jobId);
  return readPage(query, { by: 'rank', id: 'id', direction: 'asc' }, ask);
}

/** A page of a job's timeline, oldest first: by what happened first, whatever the clock said. */
export function jobEventPage(
  db: Kysely<Database>,
  jobId: string,
  ask: PageAsk,
): Promise<Page<Selectable<JobEventTable>>> {
  const query = db.selectFrom('jobEvent').selectAll().where('jobId', '=', jobId);
  return readPage(query, { by: 'id', id: 'id', direction: 'asc' }, ask);
}

/** How many jobs are in each state. */
export async function jobCounts(db: Kysely<Database>): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('job')
    .select((select) => ['state', select.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute();
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

/** Where a job's package was published: `output` is null before that, and the whole answer where there is no such job. */
export async function findJobOutput(db: Kysely<Database>, id: string): Promise<{ output: string | null } | null> {
  return (await db.selectFrom('job').select('output').where('id', '=', id).executeTakeFirst()) ?? null;
}
