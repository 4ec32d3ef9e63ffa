import { z } from 'zod';
import type { Kysely } from 'kysely';
import { jobEventView, taskView } from '#main/queue/job-view.ts';
import { jobEventPage, taskPage } from '#main/store/jobs.ts';
import type { Database } from '#main/store/schema.ts';
import { task } from '#shared/model/job.ts';
import {
  jobEventList,
  jobId,
  jobLogPart,
  type JobLogPart,
  jobLogQuery,
  type JobLogQuery,
  taskFilters,
  taskList,
} from '#shared/protocol/jobs.ts';
import { pageQuery } from '#shared/protocol/page.ts';
import { answerPage } from '../page.ts';
import { RequestRefused, type Route, route } from '../route.ts';

export type JobPartDeps = {
  db: Kysely<Database>;
  /** The plan as it was made; null before that. */
  plan: (id: string) => Promise<unknown>;
  /** A part of the log; null where there is none yet. */
  log: (id: string, part: JobLogQuery) => Promise<JobLogPart | null>;
};

/** What a job consists of: its tasks, timeline, plan and log. */
export function jobPartRoutes({ db, plan, log }: JobPartDeps): Route[] {
  const demandJob = async (id: string): Promise<void> => {
    const row = await db.selectFrom('job').select('id').where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw new RequestRefused('ENC-JOB-004', `There is no job ${id}.`);
  };
  return [
    route({
      method: 'get',
      path: '/jobs/{id}/tasks',
      tag: 'jobs',
      summary: 'The tasks of a job',
      role: 'viewer',
      params: jobId,
      query: z.strictObject({ ...pageQuery, state: taskFilters.state, type: taskFilters.type }),
      answer: taskList,
      problems: ['ENC-JOB-004'],
      handle: async ({ params: { id }, query }) => {
        await demandJob(id);
        const filter = { ...query, jobId: id };
        return answerPage(`tasks of ${id}`, query, (ask) => taskPage(db, filter, ask), taskView);
      },
    }),
    route({
      method: 'get',
      path: '/jobs/{id}/events',
      tag: 'jobs',
      summary: 'The timeline of a job, oldest first',
      role: 'viewer',
      params: jobId,
      query: z.strictObject(pageQuery),
      answer: jobEventList,
      problems: ['ENC-JOB-004'],
      handle: async ({ params: { id }, query }) => {
        await demandJob(id);
        return answerPage(`events of ${id}`, query, (ask) => jobEventPage(db, id, ask), jobEventView);
      },
    }),
    route({
      method: 'get',
      path: '/jobs/{id}/plan',
      tag: 'jobs',
      summary: 'The plan of a job, with a reason for everything dropped or changed; null before it was made',
      role: 'viewer',
      params: jobId,
      answer: z.strictObject({ plan: z.unknown() }),
      problems: ['ENC-JOB-004'],
      handle: async ({ params: { id } }) => {
        await demandJob(id);
        return { body: { plan: await plan(id) } };
      },
    }),
    route({
      method: 'get',
      path: '/jobs/{id}/log',
      tag: 'jobs',
      summary: 'What was done for a job: every command, outcome and decision, oldest first; its end, or another part',
      role: 'operator',
      params: jobId,
      query: jobLogQuery,
      answer: jobLogPart,
      problems: ['ENC-JOB-004'],
      handle: async ({ params: { id }, query }) => {
        await demandJob(id);
        return { body: (await log(id, query)) ?? { lines: [], startByte: 0, endByte: 0, sizeBytes: 0 } };
      },
    }),
    route({
      method: 'get',
      path: '/tasks',
      tag: 'jobs',
      summary: 'Lists tasks of all jobs, in the order of the queue',
      role: 'viewer',
      query: z.strictObject({ ...taskFilters, ...pageQuery }),
      answer: taskList,
      handle: async ({ query }) => answerPage('tasks', query, (ask) => taskPage(db, query, ask), taskView),
    }),
    route({
      method: 'get',
      path: '/tasks/{id}',
      tag: 'jobs',
      summary: 'A task',
      role: 'viewer',
      params: jobId,
      answer: task,
      problems: ['ENC-SYS-006'],
      handle: async ({ params: { id } }) => {
        const row = await db.selectFrom('task').selectAll().where('id', '=', id).executeTakeFirst();
        if (row === undefined) throw new RequestRefused('ENC-SYS-006', `There is no task ${id}.`);
        return { body: taskView(row) };
      },
    }),
  ];
}
