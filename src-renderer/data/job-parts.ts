import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import type { JobEvent, Task } from '#shared/model/job.ts';
import { chapterPlan, decision } from '#shared/model/plan.ts';
import { jobEventList, taskList } from '#shared/protocol/jobs.ts';
import { nodeList } from '#shared/protocol/nodes.ts';
import { outputList } from '#shared/protocol/outputs.ts';
import { ask, tell } from './client.ts';
import { jobsKey } from './jobs.ts';

/*
 * What a job consists of. All keys begin with the job's own, so that its news renew them together.
 */

const pathOf = (id: string): string => `/jobs/${encodeURIComponent(id)}`;

/** As many as one list of the server gives. */
const pageSize = 200;
/** A film in chunks of a second has no more; the rest is not worth a page that stands still. */
const mostPages = 50;

type Page<Item> = { items: Item[]; nextCursor: string | null };

async function allPages<Item>(read: (cursor: string | null) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page += 1) {
    const part: Page<Item> = await read(cursor);
    items.push(...part.items);
    cursor = part.nextCursor;
    if (cursor === null) break;
  }
  return items;
}

/** All tasks of a job. */
export function jobTasksQuery(id: string) {
  return queryOptions({
    queryKey: [...jobsKey, id, 'tasks'],
    queryFn: ({ signal }): Promise<Task[]> =>
      allPages((cursor) =>
        ask('GET', `${pathOf(id)}/tasks`, { query: { limit: pageSize, cursor }, answer: taskList, signal }),
      ),
  });
}

/** All that happened to a job, oldest first. */
export function jobEventsQuery(id: string) {
  return queryOptions({
    queryKey: [...jobsKey, id, 'events'],
    queryFn: ({ signal }): Promise<JobEvent[]> =>
      allPages((cursor) =>
        ask('GET', `${pathOf(id)}/events`, { query: { limit: pageSize, cursor }, answer: jobEventList, signal }),
      ),
  });
}

/** What the screens read of a plan; there is more in it. */
const planParts = z.object({
  plan: z
    .object({
      container: z.enum(['hls', 'mp4', 'mkv']),
      durationSec: z.number(),
      grid: z.object({
        rate: z.object({ num: z.number(), den: z.number() }),
        frames: z.number(),
        originSec: z.number(),
      }),
      chapters: z.array(chapterPlan),
      decisions: z.array(decision),
    })
    .nullable(),
});
export type PlanParts = NonNullable<z.output<typeof planParts>['plan']>;

/** The plan of a job; null before it was made. */
export function jobPlanQuery(id: string) {
  return queryOptions({
    queryKey: [...jobsKey, id, 'plan'],
    queryFn: async ({ signal }) => (await ask('GET', `${pathOf(id)}/plan`, { answer: planParts, signal })).plan,
  });
}

const logLine = z
  .object({ time: z.string(), level: z.enum(['debug', 'info', 'warn', 'error']), message: z.string() })
  .catchall(z.unknown());
export type LogLine = z.output<typeof logLine>;
const jobLog = z.object({ lines: z.array(logLine) });

/** What was done for a job; operators may read it. */
export function jobLogQuery(id: string) {
  return queryOptions({
    queryKey: [...jobsKey, id, 'log'],
    queryFn: async ({ signal }) => (await ask('GET', `${pathOf(id)}/log`, { answer: jobLog, signal })).lines,
  });
}

/** The files of the package, a page at a time. */
export function jobOutputsQuery(id: string, search: string) {
  return infiniteQueryOptions({
    queryKey: [...jobsKey, id, 'outputs', search],
    queryFn: ({ pageParam, signal }) =>
      ask('GET', `${pathOf(id)}/outputs`, {
        query: { search, limit: pageSize, cursor: pageParam },
        answer: outputList,
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

/** Where the film that the job is made from can be watched. */
export function sourceUrl(id: string): string {
  return `/api/v1${pathOf(id)}/source`;
}

/** Whether the film is still where it was; ApiFault says why it isn't. */
export function sourceThereQuery(id: string) {
  return queryOptions({
    queryKey: [...jobsKey, id, 'source'],
    queryFn: async ({ signal }) => {
      await tell('GET', `${pathOf(id)}/source`, { headers: { Range: 'bytes=0-0' }, signal });
      return true;
    },
    retry: false,
  });
}

/** What people call each node, by its id. */
export const nodeNamesQuery = queryOptions({
  queryKey: ['nodes', 'names'],
  queryFn: async ({ signal }): Promise<ReadonlyMap<string, string>> => {
    const nodes = await allPages((cursor) =>
      ask('GET', '/nodes', { query: { limit: pageSize, cursor }, answer: nodeList, signal }),
    );
    return new Map(nodes.map(({ id, name }) => [id, name]));
  },
});
