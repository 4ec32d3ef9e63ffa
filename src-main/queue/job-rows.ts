import type { Selectable, Transaction, Updateable } from 'kysely';
import type { Database, JobTable } from '#main/store/schema.ts';
import { jobState, type JobState } from '#shared/model/job.ts';
import { isFinalJobState, type JobStateEvent, nextJobState } from './job-states.ts';

/** A job as the queue handles it: its state is one of ours. */
export type JobRow = Omit<Selectable<JobTable>, 'state'> & { state: JobState };

/** The job, or null when there is none of that id. */
export async function findJob(trx: Transaction<Database>, id: string): Promise<JobRow | null> {
  const row = await trx.selectFrom('job').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : { ...row, state: jobState.parse(row.state) };
}

export type JobChange = {
  set?: Updateable<JobTable>;
  /** For the timeline. */
  message?: string | null;
  nodeId?: string | null;
};

/** Makes a change of state with its event; the caller's transaction holds both. RangeError for one that there is not. */
export async function changeJobState(
  trx: Transaction<Database>,
  job: JobRow,
  event: JobStateEvent,
  nowMs: number,
  change: JobChange = {},
): Promise<JobRow> {
  return moveJob(trx, job, nextJobState(job.state, event), nowMs, change);
}

/** The same towards a state that job-states.ts has worked out. */
export async function moveJob(
  trx: Transaction<Database>,
  job: JobRow,
  to: JobState,
  nowMs: number,
  { set = {}, message = null, nodeId = null }: JobChange = {},
): Promise<JobRow> {
  const ended = isFinalJobState(to)
    ? { finishedAtMs: nowMs, owner: null, deadlineAtMs: null, etaSec: null, fps: null, speed: null, waitJson: null }
    : {};
  const values = { ...ended, ...set, state: to, updatedAtMs: nowMs };
  const { numUpdatedRows } = await trx
    .updateTable('job')
    .set(values)
    .where('id', '=', job.id)
    .where('state', '=', job.state)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw new Error(`job ${job.id} is not ${job.state} any more`);
  await trx
    .insertInto('jobEvent')
    .values({
      jobId: job.id,
      taskKey: null,
      kind: 'state',
      fromState: job.state,
      toState: to,
      nodeId,
      message,
      atMs: nowMs,
    })
    .execute();
  const after = await findJob(trx, job.id);
  if (after === null) throw new Error(`job ${job.id} is gone`);
  return after;
}
