import { candidatesOf } from '#main/fleet/candidates.ts';
import type { Crew } from '#main/fleet/crew.ts';
import { whyWaiting } from '#main/fleet/why-waiting.ts';
import { findJob, type JobRow } from '#main/queue/job-rows.ts';
import { workingStates } from '#main/queue/job-states.ts';
import { jobView } from '#main/queue/job-view.ts';
import { jobsAhead } from '#main/queue/next-job.ts';
import type { QueueContext, Trx } from '#main/queue/queue-context.ts';
import { allFindings } from '#main/queue/settle-task.ts';
import { taskRows } from '#main/queue/task-rows.ts';
import { type JobDetail, jobOptions, type JobSpread, jobSpread } from '#shared/model/job.ts';
import { encodePlan, type EncodePlan } from '#shared/model/plan.ts';

/** Everything there is to say about a job; null when there is none of that id. */
export function jobDetailOf(
  queue: QueueContext,
  crew: Crew,
  id: string,
  { preview, ...now }: { isOpen: boolean; mostActive: number; away: ReadonlySet<string>; preview: string | null },
): Promise<JobDetail | null> {
  return queue.db.transaction().execute(async (trx) => {
    const job = await findJob(trx, id);
    if (job === null) return null;
    const tasks = await taskRows(trx, id);
    const nowMs = queue.clock.nowMs();
    const due = tasks.filter(({ state }) => state === 'ready' || state === 'waiting');
    const waiting = whyWaiting({
      ...{ job, tasks, ...now, nowMs },
      candidates: await candidatesOf(trx, due, nowMs),
      crew: crew.members(),
      gone: await goneNodes(trx, crew),
      monotonicMs: queue.clock.monotonicMs(),
      ...(await queueBefore(trx, job)),
    });
    return {
      ...jobView(job),
      options: jobOptions.parse(JSON.parse(job.optionsJson)),
      findings: allFindings(job, tasks),
      waiting,
      spread: await spreadOf(trx, id),
      preview,
    };
  });
}

/** The plan of a job; null before it was made. */
export async function jobPlanOf({ db }: QueueContext, id: string): Promise<EncodePlan | null> {
  const row = await db.selectFrom('jobPlan').select('planJson').where('jobId', '=', id).executeTakeFirst();
  return row === undefined ? null : encodePlan.parse(JSON.parse(row.planJson));
}

async function spreadOf(trx: Trx, jobId: string): Promise<JobSpread | null> {
  const row = await trx.selectFrom('jobPlan').select('spreadJson').where('jobId', '=', jobId).executeTakeFirst();
  return row?.spreadJson == null ? null : jobSpread.parse(JSON.parse(row.spreadJson));
}

async function goneNodes(trx: Trx, crew: Crew): Promise<{ nodeId: string; name: string }[]> {
  const paired = await trx
    .selectFrom('node')
    .select(['id as nodeId', (is) => is.fn.coalesce('givenName', 'name').as('name')])
    .where('pairedAtMs', 'is not', null)
    .where('revokedAtMs', 'is', null)
    .orderBy('name')
    .execute();
  return paired.filter(({ nodeId }) => crew.find(nodeId) === null);
}

async function queueBefore(trx: Trx, job: JobRow): Promise<{ ahead: number; active: number }> {
  if (job.state !== 'queued') return { ahead: 0, active: 0 };
  const { count } = await trx
    .selectFrom('job')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('state', 'in', ['probing', ...workingStates])
    .executeTakeFirstOrThrow();
  return { ahead: await jobsAhead(trx, job), active: count };
}
