import type { Kysely } from 'kysely';
import { z } from 'zod';
import { jobMounts } from '#main/queue/add-job.ts';
import { findJob } from '#main/queue/job-rows.ts';
import { sourceRecord } from '#main/queue/probe-job.ts';
import type { Lease } from '#main/queue/queue-context.ts';
import { allFindings } from '#main/queue/settle-task.ts';
import { plannedOf, taskRows } from '#main/queue/task-rows.ts';
import type { Database } from '#main/store/schema.ts';
import { mediaFacts } from '#shared/model/facts.ts';
import { jobOptions } from '#shared/model/job.ts';
import { encodePlan, resourceClass } from '#shared/model/plan.ts';
import type { Assignment } from '#shared/protocol/node.ts';

/** All that a node needs for a lease; null when the task or its plan has gone meanwhile. */
export async function assignmentOf(db: Kysely<Database>, lease: Lease): Promise<Assignment | null> {
  return db.transaction().execute(async (trx) => {
    const task = await trx.selectFrom('task').selectAll().where('id', '=', lease.taskId).executeTakeFirst();
    if (task === undefined) return null;
    const planned = await trx.selectFrom('jobPlan').selectAll().where('jobId', '=', task.jobId).executeTakeFirst();
    const job = await findJob(trx, task.jobId);
    if (planned === undefined || job === null) return null;
    const isPackaging = task.type === 'package' || task.type === 'validate' || task.type === 'publish';
    return {
      lease: { taskId: lease.taskId, attempt: lease.attempt },
      jobId: job.id,
      folderKey: planned.folderKey,
      task: { ...plannedOf(task), resource: resourceClass.parse(task.resource) },
      plan: encodePlan.parse(JSON.parse(planned.planJson)),
      choice: encoderChoice.parse(JSON.parse(planned.choiceJson)),
      source: sourceRecord.parse(JSON.parse(planned.sourceJson)),
      packaging: isPackaging
        ? {
            facts: mediaFacts.parse(JSON.parse(planned.factsJson)),
            outDir: job.outputDir,
            outMount: jobMounts.parse(JSON.parse(job.mountsJson)).output,
            overwrite: jobOptions.parse(JSON.parse(job.optionsJson)).overwrite,
            startedAtMs: job.startedAtMs ?? job.createdAtMs,
            findings: allFindings(job, await taskRows(trx, task.jobId)),
          }
        : null,
    };
  });
}

const encoderChoice = z.record(z.string(), z.string());
