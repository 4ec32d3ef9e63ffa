import type { Kysely, Selectable } from 'kysely';
import { jobState } from '#shared/model/job.ts';
import { beginsWith, hasPart } from './has-part.ts';
import { countRows, type Page, type PageAsk, type PageOrder, positionAfter, readPage } from './page.ts';
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

/** A page of the jobs that the filter lets through; `skip` of them come before it, unless it goes on after another. */
export async function jobPage(
  db: Kysely<Database>,
  filter: JobFilter,
  order: JobOrder,
  { skip = 0, ...ask }: PageAsk & { skip?: number | undefined },
): Promise<Page<Selectable<JobTable>>> {
  if (skip === 0 || ask.after !== null) return jobPageAfter(db, filter, order, ask);
  const after = await jobPlace(db, filter, order, skip);
  if (after !== null) return jobPageAfter(db, filter, order, { ...ask, after });
  const { total } = await jobPageAfter(db, filter, order, { limit: 1, after: null });
  return { rows: [], total, next: null };
}

/** The job that so many come to, it included. */
function jobPlace(db: Kysely<Database>, filter: JobFilter, order: JobOrder, skip: number) {
  const jobs = jobsOfAnyState(db, filter);
  const [first, ...others] = statesOf(filter, order).map((state) => jobs.where('state', '=', state));
  if (first === undefined) return positionAfter(jobs, orders[order], skip);
  if (others.length === 0) return positionAfter(first, orders[order], skip);
  // All that a place needs is in the indices; the rows themselves would take ten times as long.
  const { by } = orders[order];
  const lean = (query: typeof first) => query.clearSelect().select(['id', by]);
  const merged = others.reduce((all, next) => all.unionAll(lean(next)), lean(first));
  return positionAfter(db.selectFrom(merged.as('job')).selectAll(), orders[order], skip);
}

/** States whose jobs are merged; none where all are read at once. No index has the ranks of all states. */
function statesOf({ states }: JobFilter, order: JobOrder): string[] {
  return [...new Set(states ?? (order === 'queue' ? jobState.options : []))];
}

async function jobPageAfter(
  db: Kysely<Database>,
  filter: JobFilter,
  order: JobOrder,
  ask: PageAsk,
): Promise<Page<Selectable<JobTable>>> {
  const jobs = jobsOfAnyState(db, filter);
  const states = statesOf(filter, order);
  const [first, ...others] = states.map((state) => jobs.where('state', '=', state));
  if (first === undefined) return readPage(jobs, orders[order], ask);
  if (others.length === 0) return readPage(first, orders[order], ask);
  // Each state is in order by its index, and SQLite merges them; of an IN it would sort all rows for each page.
  const merged = others.reduce((all, next) => all.unionAll(next), first);
  const total = await countRows(jobs.where('state', 'in', states));
  return readPage(db.selectFrom(merged.as('job')).selectAll(), orders[order], ask, total);
}

/** What the filter lets through, whatever its state. */
function jobsOfAnyState(db: Kysely<Database>, filter: JobFilter) {
  let query = db.selectFrom('job').selectAll();
  if (filter.profile !== undefined) query = query.where('profileName', '=', filter.profile);
  if (filter.batchId !== undefined) query = query.where('batchId', '=', filter.batchId);
  if (filter.createdAfterMs !== undefined) query = query.where('createdAtMs', '>=', filter.createdAfterMs);
  if (filter.createdBeforeMs !== undefined) query = query.where('createdAtMs', '<', filter.createdBeforeMs);
  if (filter.search !== undefined) {
    const { search } = filter;
    query = query.where((where) => where.or([hasPart('input', search), beginsWith('id', search)]));
  }
  return query;
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
