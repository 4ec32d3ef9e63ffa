import { z } from 'zod';
import type { Finding } from '#shared/model/finding.ts';
import type { JobFailure } from '#shared/model/failure.ts';
import type { JobError, JobSpread } from '#shared/model/job.ts';
import type { EncodePlan, PlannedTask } from '#shared/model/plan.ts';
import type { MediaFacts } from '#shared/model/facts.ts';
import { changeJobState, findJob, type JobRow } from './job-rows.ts';
import { workingStates } from './job-states.ts';
import { nextJob } from './next-job.ts';
import type { QueueContext, Trx } from './queue-context.ts';
import { taskGraph } from './task-graph.ts';
import { insertTasks } from './task-rows.ts';

/*
 * From `queued` to tasks: the server looks at the source itself. Its right to do so is a lease like any other, fenced by the
 * job's attempt.
 */

export type ProbeClaim = { jobId: string; owner: string; attempt: number };

/** What the source came to. */
export type PlannedJob = {
  facts: MediaFacts;
  plan: EncodePlan;
  /** The plan's, each with what it needs on a machine. */
  tasks: readonly PlannedTask[];
  choice: Readonly<Record<string, string>>;
  passedOver: readonly { encoder: string; reason: string }[];
  source: SourceRecord;
  folderKey: string;
  /** Null where there was nobody to share it with. */
  spread: JobSpread | null;
  findings: readonly Finding[];
};

/** The source as it was when it was planned. */
export const sourceRecord = z.strictObject({
  path: z.string(),
  sizeBytes: z.number(),
  modifiedMs: z.number(),
  fingerprint: z.string(),
});
export type SourceRecord = z.infer<typeof sourceRecord>;

/** None is known to be away. */
const noneAway: ReadonlySet<string> = new Set();

/**
 * Takes the first job of the queue that may begin, unless as many as wanted are being worked on; null when there is none.
 * Jobs with a disk that is `away` stay where they are, and nothing is written about them: it may be away for months.
 */
export async function claimJob(
  queue: QueueContext,
  wish: { owner: string; leaseMs: number; mostActive: number; away?: ReadonlySet<string> },
): Promise<(ProbeClaim & { job: JobRow }) | null> {
  const nowMs = queue.clock.nowMs();
  const claimed = await queue.db.transaction().execute(async (trx) => {
    if ((await activeJobs(trx)) >= wish.mostActive) return null;
    const row = await nextJob(trx, nowMs, wish.away ?? noneAway);
    if (row === null) return null;
    const attempt = row.attempt + 1;
    const set = {
      owner: wish.owner,
      attempt,
      deadlineAtMs: nowMs + wish.leaseMs,
      notBeforeMs: null,
      waitJson: null,
      startedAtMs: row.startedAtMs ?? nowMs,
    };
    const job = await changeJobState(trx, row, 'probe', nowMs, { set });
    return { jobId: job.id, owner: wish.owner, attempt, job };
  });
  if (claimed !== null) queue.changed();
  return claimed;
}

/** Still at it. False when the claim is somebody else's by now. */
export async function renewProbe(queue: QueueContext, claim: ProbeClaim, leaseMs: number): Promise<boolean> {
  const { numUpdatedRows } = await queue.db
    .updateTable('job')
    .set({ deadlineAtMs: queue.clock.nowMs() + leaseMs })
    .where('id', '=', claim.jobId)
    .where('owner', '=', claim.owner)
    .where('attempt', '=', claim.attempt)
    .where('state', '=', 'probing')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Writes the plan and its tasks down. False when the claim was lost: then nothing was written. */
export async function jobPlanned(queue: QueueContext, claim: ProbeClaim, planned: PlannedJob): Promise<boolean> {
  return settleProbe(queue, claim, async (trx, job, nowMs) => {
    await trx
      .insertInto('jobPlan')
      .values({
        jobId: job.id,
        planJson: JSON.stringify(planned.plan),
        factsJson: JSON.stringify(planned.facts),
        choiceJson: JSON.stringify(planned.choice),
        passedOverJson: JSON.stringify(planned.passedOver),
        sourceJson: JSON.stringify(planned.source),
        folderKey: planned.folderKey,
        spreadJson: planned.spread === null ? null : JSON.stringify(planned.spread),
      })
      .execute();
    await insertTasks(trx, job, taskGraph(planned.tasks), nowMs);
    await changeJobState(trx, job, 'plan', nowMs, {
      set: { owner: null, deadlineAtMs: null, findingsJson: JSON.stringify(planned.findings) },
    });
  });
}

/** No package can be made of it. */
export async function jobRefused(queue: QueueContext, claim: ProbeClaim, error: JobFailure): Promise<boolean> {
  return settleProbe(queue, claim, async (trx, job, nowMs) => {
    await changeJobState(trx, job, 'fail', nowMs, {
      set: { errorCode: error.code, errorMessage: error.message },
      message: error.message,
    });
  });
}

/** Back into the queue, not before a time, and why. */
export async function jobPutBack(
  queue: QueueContext,
  claim: ProbeClaim,
  wait: { notBeforeMs: number | null; because: JobError | null },
): Promise<boolean> {
  return settleProbe(queue, claim, async (trx, job, nowMs) => {
    await changeJobState(trx, job, 'requeue', nowMs, {
      set: {
        owner: null,
        deadlineAtMs: null,
        notBeforeMs: wait.notBeforeMs,
        waitJson: wait.because === null ? null : JSON.stringify(wait.because),
      },
      message: wait.because?.message ?? null,
    });
  });
}

async function settleProbe(
  queue: QueueContext,
  claim: ProbeClaim,
  write: (trx: Trx, job: JobRow, nowMs: number) => Promise<void>,
): Promise<boolean> {
  const held = await queue.db.transaction().execute(async (trx) => {
    const job = await findJob(trx, claim.jobId);
    const isMine = job?.state === 'probing' && job.owner === claim.owner && job.attempt === claim.attempt;
    if (job === null || !isMine) return false;
    await write(trx, job, queue.clock.nowMs());
    return true;
  });
  queue.changed();
  return held;
}

async function activeJobs(trx: Trx): Promise<number> {
  const { count } = await trx
    .selectFrom('job')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('state', 'in', ['probing', ...workingStates])
    .executeTakeFirstOrThrow();
  return count;
}
