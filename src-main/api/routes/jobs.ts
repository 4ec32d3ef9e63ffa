import { z } from 'zod';
import type { QueueContext } from '#main/queue/queue-context.ts';
import { jobView } from '#main/queue/job-view.ts';
import { moveInQueue } from '#main/queue/move-in-queue.ts';
import { retryJob } from '#main/queue/steer-job.ts';
import { jobPage } from '#main/store/jobs.ts';
import { defaultJobPriority, job, type JobDetail, jobDetail } from '#shared/model/job.ts';
import {
  bulkSteer,
  bulkSteered,
  jobFilters,
  jobId,
  jobList,
  jobOffset,
  moveJob,
  newJob,
  type NewJobRequest,
  retryJob as retryBody,
} from '#shared/protocol/jobs.ts';
import { pageQuery } from '#shared/protocol/page.ts';
import { demandActor } from '../demand-actor.ts';
import { answerPage } from '../page.ts';
import { type Actor, RequestRefused, type Route, route } from '../route.ts';
import { steeredJob, steerJob, steerJobs } from '../steer.ts';
import type { JobWish, Submitted } from '../submit-job.ts';

export type JobDeps = {
  queue: QueueContext;
  /** Puts a job into the queue; its places were found to be allowed. */
  submit: (wish: Omit<JobWish, 'id'>) => Promise<Submitted>;
  /** Refuses, by RequestRefused, what this actor may not use; answers the path to use (an upload's for `upload:ID`). */
  allowInput: (actor: Actor, input: string) => Promise<string>;
  allowOutput: (actor: Actor, outputDir: string) => Promise<string>;
  /** Everything there is to say about a job; null when there is none of that id. */
  detail: (id: string) => Promise<JobDetail | null>;
  /** Null leaves jobs to wait for ever. */
  defaultTtlHours: () => number | null;
};

/** Jobs. */
export function jobRoutes(deps: JobDeps): Route[] {
  const { queue } = deps;
  return [
    route({
      method: 'get',
      path: '/jobs',
      tag: 'jobs',
      summary: 'Lists jobs',
      role: 'viewer',
      query: z.strictObject({ ...jobFilters, ...pageQuery, offset: jobOffset }),
      answer: jobList,
      handle: async ({ query }) => {
        const filter = {
          ...query,
          states: query.state,
          createdAfterMs: msOf(query.createdAfter),
          createdBeforeMs: msOf(query.createdBefore),
        };
        return answerPage(
          'jobs',
          query,
          (ask) => jobPage(queue.db, filter, query.sort, { ...ask, skip: query.offset }),
          jobView,
        );
      },
    }),
    route({
      method: 'post',
      path: '/jobs',
      tag: 'jobs',
      summary: 'Adds a job',
      role: 'operator',
      body: newJob,
      badBody: 'ENC-JOB-001',
      status: 201,
      answer: job,
      problems: ['ENC-JOB-001', 'ENC-JOB-002', 'ENC-JOB-003', 'ENC-JOB-010', 'ENC-STO-002'],
      handle: async ({ body, actor }) => {
        const submitted = await deps.submit(await allowedWish(deps, demandActor(actor), body));
        if (!submitted.ok) throw new RequestRefused(submitted.code, submitted.details);
        const { id } = submitted;
        const row = await queue.db.selectFrom('job').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
        return { status: 201, body: jobView(row), headers: { Location: `/api/v1/jobs/${id}` } };
      },
    }),
    route({
      method: 'get',
      path: '/jobs/{id}',
      tag: 'jobs',
      summary: 'A job, with what was found and why it waits',
      role: 'viewer',
      params: jobId,
      answer: jobDetail,
      problems: ['ENC-JOB-004'],
      handle: async ({ params: { id } }) => {
        const detail = await deps.detail(id);
        if (detail === null) throw new RequestRefused('ENC-JOB-004', `There is no job ${id}.`);
        return { body: detail };
      },
    }),
    route({
      method: 'patch',
      path: '/jobs/{id}',
      tag: 'jobs',
      summary: 'Moves a job in the queue',
      role: 'operator',
      params: jobId,
      body: moveJob,
      answer: job,
      problems: ['ENC-JOB-004', 'ENC-JOB-005', 'ENC-JOB-006', 'ENC-JOB-011'],
      handle: async ({ params: { id }, body }) => ({
        body: steeredJob(await moveInQueue(queue, id, body), id, 'move'),
      }),
    }),
    ...(['pause', 'resume', 'cancel'] as const).map((action) =>
      route({
        method: 'post',
        path: `/jobs/{id}/${action}`,
        tag: 'jobs',
        summary: summaries[action],
        role: 'operator',
        params: jobId,
        answer: job,
        problems: ['ENC-JOB-004', 'ENC-JOB-005', 'ENC-JOB-006', 'ENC-JOB-011'],
        handle: async ({ params: { id }, actor }) => ({
          body: steeredJob(await steerJob(queue, id, action, demandActor(actor).name), id, action),
        }),
      }),
    ),
    route({
      method: 'delete',
      path: '/jobs/{id}',
      tag: 'jobs',
      summary: 'Cancels a job; the same as POST /jobs/{id}/cancel',
      role: 'operator',
      params: jobId,
      answer: job,
      problems: ['ENC-JOB-004', 'ENC-JOB-005', 'ENC-JOB-006', 'ENC-JOB-011'],
      handle: async ({ params: { id }, actor }) => ({
        body: steeredJob(await steerJob(queue, id, 'cancel', demandActor(actor).name), id, 'cancel'),
      }),
    }),
    route({
      method: 'post',
      path: '/jobs/{id}/retry',
      tag: 'jobs',
      summary: 'Does a failed or cancelled job after all: whole, or only what failed',
      role: 'operator',
      params: jobId,
      body: retryBody,
      answer: job,
      problems: ['ENC-JOB-004', 'ENC-JOB-006', 'ENC-JOB-010', 'ENC-JOB-011'],
      handle: async ({ params: { id }, body }) => ({
        body: steeredJob(await retryJob(queue, id, body.what), id, 'retry'),
      }),
    }),
    route({
      method: 'post',
      path: '/jobs/bulk',
      tag: 'jobs',
      summary: 'Does the same to many jobs',
      role: 'operator',
      body: bulkSteer,
      answer: bulkSteered,
      handle: async ({ body: { ids, action }, actor }) => ({
        body: await steerJobs(queue, ids, action, demandActor(actor).name),
      }),
    }),
  ];
}

const summaries = {
  pause: 'Holds a job; what it has finished stays',
  resume: 'Lets a held job go on',
  cancel: 'Calls a job off; nothing of it stays',
};

async function allowedWish(deps: JobDeps, actor: Actor, body: NewJobRequest): Promise<Omit<JobWish, 'id'>> {
  const ttlHours = body.ttlHours === undefined ? deps.defaultTtlHours() : body.ttlHours;
  return {
    input: await deps.allowInput(actor, body.input),
    outputDir: await deps.allowOutput(actor, body.outputDir),
    profile: body.profile,
    options: body.options,
    priority: body.priority ?? defaultJobPriority,
    batchId: body.batchId ?? null,
    createdBy: `${actor.kind}:${actor.id}`,
    ttlMs: ttlHours === null ? null : ttlHours * 60 * 60_000,
  };
}

function msOf(instant: string | undefined): number | undefined {
  return instant === undefined ? undefined : Date.parse(instant);
}
