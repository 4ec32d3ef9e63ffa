import { join } from 'node:path';
import type { ProgressPage } from '#main/fleet/progress-book.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { QueueContext } from '#main/queue/queue-context.ts';
import { failJob } from '#main/queue/steer-job.ts';
import { graphOfRows, taskRows } from '#main/queue/task-rows.ts';
import { type EncodePlan, encodePlan } from '#shared/model/plan.ts';
import { projectedFault } from './size-rule.ts';

export type SizeWatch = {
  /** Looks at the jobs that got on, and fails those whose package is sure to be too large. */
  look: (page: ProgressPage) => Promise<void>;
};

type Watched = { plan: EncodePlan; workFolder: string };

/** `onlyIfSmaller` of queued jobs: a night's work that will be thrown away is stopped as soon as that is sure. */
export function sizeWatch(queue: QueueContext, dataDir: string, log: Logger): SizeWatch {
  /** Null for a job without the rule, which is nearly every one. */
  const watched = new Map<string, Watched | null>();

  const watchedJob = async (jobId: string): Promise<Watched | null> => {
    const known = watched.get(jobId);
    if (known !== undefined) return known;
    const row = await queue.db
      .selectFrom('jobPlan')
      .select(['planJson', 'folderKey'])
      .where('jobId', '=', jobId)
      .executeTakeFirst();
    if (row === undefined) return null;
    const plan = encodePlan.parse(JSON.parse(row.planJson));
    const found =
      plan.profile.onlyIfSmaller === null ? null : { plan, workFolder: join(dataDir, 'work', row.folderKey) };
    if (watched.size > 1_000) watched.clear();
    watched.set(jobId, found);
    return found;
  };

  return {
    look: async ({ jobs, tasks }) => {
      for (const { jobId } of jobs) {
        const job = await watchedJob(jobId);
        if (job === null) continue;
        const rows = await queue.db.transaction().execute((trx) => taskRows(trx, jobId));
        const keyOf = new Map(rows.map(({ id, key }) => [id, key]));
        const ratios = new Map(tasks.map(({ taskId, ratio }) => [keyOf.get(taskId) ?? taskId, ratio ?? 0]));
        const fault = await projectedFault(job.plan, graphOfRows(rows), ratios, job.workFolder);
        if (fault === null) continue;
        log.info({ job: jobId }, fault.message);
        await failJob(queue, jobId, { code: fault.code, message: fault.message });
      }
    },
  };
}
