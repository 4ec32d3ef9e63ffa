import { jobView } from '#main/queue/job-view.ts';
import type { QueueContext } from '#main/queue/queue-context.ts';
import { cancelJob, pauseJob, resumeJob, retryJob, type Steered } from '#main/queue/steer-job.ts';
import type { Job } from '#shared/model/job.ts';
import type { BulkSteered } from '#shared/protocol/jobs.ts';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import { RequestRefused } from './route.ts';

export type SteerAction = 'pause' | 'resume' | 'cancel' | 'retry';

/** Does to a job what was asked for. */
export function steerJob(queue: QueueContext, id: string, action: SteerAction, by: string): Promise<Steered> {
  switch (action) {
    case 'pause':
      return pauseJob(queue, id);
    case 'resume':
      return resumeJob(queue, id);
    case 'cancel':
      return cancelJob(queue, id, by);
    case 'retry':
      return retryJob(queue, id, 'failed');
  }
}

/** Does the same to several jobs, one after the other. */
export async function steerJobs(
  queue: QueueContext,
  ids: readonly string[],
  action: SteerAction,
  by: string,
): Promise<BulkSteered> {
  const told: BulkSteered = { done: [], refused: [] };
  for (const id of ids) {
    const steered = await steerJob(queue, id, action, by);
    if (steered.ok) {
      told.done.push(id);
      continue;
    }
    const { code, details } = steerFault(steered, id, action);
    told.refused.push({ id, code, why: details });
  }
  return told;
}

/** The job as it is now. Throws RequestRefused where it could not be done. */
export function steeredJob(steered: Steered, id: string, action: string): Job {
  if (steered.ok) return jobView(steered.job);
  const { code, details } = steerFault(steered, id, action);
  throw new RequestRefused(code, details);
}

/** Why it could not be done: what, why and what to do. */
export function steerFault(
  steered: Exclude<Steered, { ok: true }>,
  id: string,
  action: string,
): { code: ProblemCode; details: string } {
  if (steered.because === 'not-found') return { code: 'ENC-JOB-004', details: `There is no job ${id}.` };
  if (steered.because === 'no-neighbour') {
    return { code: 'ENC-JOB-004', details: `There is no job ${steered.neighbourId} to put it beside.` };
  }
  if (steered.because === 'twin') {
    const details = `Job ${steered.twinId} does the same by now: wait for it, or cancel it first.`;
    return { code: 'ENC-JOB-010', details };
  }
  const { state } = steered.job;
  const details = `Job ${id} is ${state}: it can't ${action} now.`;
  if (state === 'cancelled') return { code: 'ENC-JOB-005', details };
  return { code: state === 'completed' ? 'ENC-JOB-006' : 'ENC-JOB-011', details };
}
