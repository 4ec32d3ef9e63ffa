import type { JobErrorCode, JobFailure } from '#shared/model/failure.ts';
import { jobState } from '#shared/model/job.ts';
import { changeJobState, findJob, type JobRow } from './job-rows.ts';
import { type JobStateEvent, mayChange } from './job-states.ts';
import type { Lease, QueueContext, Trx } from './queue-context.ts';
import { graphCancelled, graphHeld, graphResumed, graphRetried, type TaskGraph } from './task-graph.ts';
import { graphOfRows, saveGraph, taskRows } from './task-rows.ts';

/*
 * What people do to jobs. What the state doesn't allow is an answer, not a throw.
 */

export type Steered =
  | { ok: true; job: JobRow }
  | { ok: false; because: 'not-found' }
  | { ok: false; because: 'state'; job: JobRow }
  /** What it is to be put beside is not there. */
  | { ok: false; because: 'no-neighbour'; neighbourId: string }
  /** Another job does the same by now. */
  | { ok: false; because: 'twin'; twinId: string };

/** Whatever runs is stopped; what is finished is thrown away by whoever has it. */
export function cancelJob(queue: QueueContext, id: string, by: string | null): Promise<Steered> {
  return steer(queue, id, () => 'cancel', graphCancelled, { message: by === null ? null : `cancelled by ${by}` });
}

/** Whatever runs is stopped and begun anew later; what is finished stays. */
export function pauseJob(queue: QueueContext, id: string): Promise<Steered> {
  return steer(queue, id, () => 'pause', graphHeld, {
    set: (job) => ({
      pausedFrom: job.state === 'queued' || job.state === 'probing' ? 'queued' : 'encoding',
      owner: null,
      deadlineAtMs: null,
      fps: null,
      speed: null,
      etaSec: null,
    }),
  });
}

/** Whatever runs is stopped for good: it is sure already that nothing comes of it. */
export function failJob(queue: QueueContext, id: string, { code, message }: JobFailure): Promise<Steered> {
  const set = () => ({ errorCode: code, errorMessage: message });
  return steer(queue, id, () => 'fail', graphCancelled, { message, set });
}

/** A paused job goes on where it was. */
export function resumeJob(queue: QueueContext, id: string): Promise<Steered> {
  const event = (job: JobRow) => (job.pausedFrom === 'encoding' ? 'resume-encoding' : 'resume-queued');
  return steer(queue, id, event, graphResumed, { set: () => ({ pausedFrom: null }) });
}

/**
 * A failed or cancelled job is done after all: `failed` keeps what was finished, `whole` begins with a new look at the source.
 * One that was never planned begins anew either way, and so does a cancelled one: nothing of it stayed.
 */
export async function retryJob(queue: QueueContext, id: string, what: 'failed' | 'whole'): Promise<Steered> {
  const nowMs = queue.clock.nowMs();
  const again = {
    finishedAtMs: null,
    errorCode: null,
    errorMessage: null,
    output: null,
    expiresAtMs: null,
    notBeforeMs: null,
    waitJson: null,
  };
  const retried = await queue.db.transaction().execute(async (trx): Promise<Steered> => {
    const job = await findJob(trx, id);
    if (job === null) return { ok: false, because: 'not-found' };
    if (!mayChange(job.state, 'retry-whole')) return { ok: false, because: 'state', job };
    const twin = await activeTwin(trx, job);
    if (twin !== null) return { ok: false, because: 'twin', twinId: twin };
    const rows = await taskRows(trx, id);
    if (what === 'failed' && mayChange(job.state, 'retry-failed') && rows.length > 0) {
      await saveGraph(trx, rows, graphRetried(graphOfRows(rows)), nowMs);
      return { ok: true, job: await changeJobState(trx, job, 'retry-failed', nowMs, { set: again }) };
    }
    await trx.deleteFrom('task').where('jobId', '=', id).execute();
    await trx.deleteFrom('jobPlan').where('jobId', '=', id).execute();
    const fresh = { ...again, progress: 0, findingsJson: '[]', startedAtMs: null };
    return { ok: true, job: await changeJobState(trx, job, 'retry-whole', nowMs, { set: fresh }) };
  });
  queue.changed();
  return retried;
}

/** Fails the jobs that did not begin in time; answers how many. */
export async function expireJobs(queue: QueueContext): Promise<number> {
  const nowMs = queue.clock.nowMs();
  const expired = await queue.db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('job')
      .selectAll()
      .where('expiresAtMs', '<=', nowMs)
      .where('state', '=', 'queued')
      .where('startedAtMs', 'is', null)
      .limit(500)
      .execute();
    for (const row of rows) {
      const message = 'it did not begin within the time that it was given';
      const set = { errorCode: 'expired' satisfies JobErrorCode, errorMessage: message };
      await changeJobState(trx, { ...row, state: jobState.parse(row.state) }, 'fail', nowMs, { set, message });
    }
    return rows.length;
  });
  if (expired > 0) queue.changed();
  return expired;
}

/** Back into the queue go the jobs whose prober was not heard of in time; `owner` is one that is known to be gone. */
export async function requeueLostProbes(queue: QueueContext, gone: 'overdue' | 'all'): Promise<number> {
  const nowMs = queue.clock.nowMs();
  const lost = await queue.db.transaction().execute(async (trx) => {
    const all = trx.selectFrom('job').selectAll().where('state', '=', 'probing');
    const rows = await (gone === 'all' ? all : all.where('deadlineAtMs', '<=', nowMs)).execute();
    for (const row of rows) {
      await changeJobState(trx, { ...row, state: jobState.parse(row.state) }, 'requeue', nowMs, {
        set: { owner: null, deadlineAtMs: null },
        message: 'whoever looked at the source was lost',
      });
    }
    return rows.length;
  });
  if (lost > 0) queue.changed();
  return lost;
}

async function steer(
  queue: QueueContext,
  id: string,
  event: (job: JobRow) => JobStateEvent,
  change: (graph: TaskGraph) => TaskGraph,
  also: { message?: string | null; set?: (job: JobRow) => Partial<JobRow> } = {},
): Promise<Steered> {
  const nowMs = queue.clock.nowMs();
  const revoked: Lease[] = [];
  const steered = await queue.db.transaction().execute(async (trx): Promise<Steered> => {
    const job = await findJob(trx, id);
    if (job === null) return { ok: false, because: 'not-found' };
    const wanted = event(job);
    if (!mayChange(job.state, wanted)) return { ok: false, because: 'state', job };
    const rows = await taskRows(trx, id);
    revoked.push(...(await saveGraph(trx, rows, change(graphOfRows(rows)), nowMs)));
    const set = also.set?.(job) ?? {};
    return { ok: true, job: await changeJobState(trx, job, wanted, nowMs, { set, message: also.message ?? null }) };
  });
  if (revoked.length > 0) queue.revoked(revoked);
  if (steered.ok) queue.changed();
  return steered;
}

/** Another job does the same by now: two would make one package. */
async function activeTwin(trx: Trx, job: JobRow): Promise<string | null> {
  if (job.sourceFingerprint === null) return null;
  const twin = await trx
    .selectFrom('job')
    .select('id')
    .where('sourceFingerprint', '=', job.sourceFingerprint)
    .where('profileHash', '=', job.profileHash)
    .where('state', 'not in', ['completed', 'failed', 'cancelled'])
    .executeTakeFirst();
  return twin?.id ?? null;
}
