import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { plannedOf, type TaskRow } from '#main/queue/task-rows.ts';
import { sourceRecord } from '#main/queue/probe-job.ts';
import type { Database } from '#main/store/schema.ts';
import { jobOptions } from '#shared/model/job.ts';
import { type PlannedTask, resourceClass } from '#shared/model/plan.ts';
import type { Candidate } from './assign.ts';

/** Who failed a task longer ago than this may try again: its owner may have mended what was wrong. */
const failuresCountMs = 30 * 60_000;

/** Ready tasks as the assignment looks at them. */
export async function candidatesOf(
  db: Kysely<Database>,
  tasks: readonly TaskRow[],
  nowMs: number,
): Promise<Candidate[]> {
  const jobs = await jobFacts(db, [...new Set(tasks.map(({ jobId }) => jobId))]);
  const failed = await failedNodes(
    db,
    tasks.filter(({ attempt }) => attempt > 0).map(({ id }) => id),
    nowMs - failuresCountMs,
  );
  return tasks.flatMap((row) => {
    const job = jobs.get(row.jobId);
    return job === undefined ? [] : [candidateOf(row, job, failed.get(row.id) ?? [])];
  });
}

/** The encoders of a task's pictures; none for everything else. */
export function encodersOf({ type, renditions }: PlannedTask, choice: Readonly<Record<string, string>>): string[] {
  return type === 'video' ? renditions.flatMap((id) => choice[id] ?? []) : [];
}

/** Which encoder makes which rendition of a job. */
export function choiceOf({ choiceJson }: { choiceJson: string }): Readonly<Record<string, string>> {
  return z.record(z.string(), z.string()).parse(JSON.parse(choiceJson));
}

type JobFacts = { choice: Readonly<Record<string, string>>; requires: string[]; sourceBytes: number; frames: number };

function candidateOf(row: TaskRow, job: JobFacts, failedOn: readonly string[]): Candidate {
  const task = plannedOf(row);
  return {
    taskId: row.id,
    jobId: row.jobId,
    type: row.type,
    resource: resourceClass.parse(row.resource),
    weight: row.weight,
    encoders: encodersOf(task, job.choice),
    requires: job.requires,
    readBytes: task.chunk === null ? job.sourceBytes : (job.sourceBytes * task.chunk.frames) / job.frames,
    failedOn,
  };
}

async function jobFacts(db: Kysely<Database>, jobIds: readonly string[]): Promise<Map<string, JobFacts>> {
  if (jobIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('jobPlan')
    .innerJoin('job', 'job.id', 'jobPlan.jobId')
    .select(['job.id', 'choiceJson', 'sourceJson', 'optionsJson'])
    .select(sql`CASE WHEN json_valid(planJson) THEN json_extract(planJson, '$.grid.frames') END`.as('frames'))
    .where('job.id', 'in', jobIds)
    .execute();
  return new Map(
    rows.map((row) => [
      row.id,
      {
        choice: choiceOf(row),
        requires: jobOptions.parse(JSON.parse(row.optionsJson)).requires,
        sourceBytes: sourceRecord.parse(JSON.parse(row.sourceJson)).sizeBytes,
        // A plan that can't be read is found out when its task is given out: nobody else waits for that.
        frames: z.number().positive().safeParse(row.frames).data ?? 1,
      },
    ]),
  );
}

async function failedNodes(
  db: Kysely<Database>,
  taskIds: readonly string[],
  sinceMs: number,
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  if (taskIds.length === 0) return found;
  const rows = await db
    .selectFrom('assignment')
    .select(['taskId', 'nodeId'])
    .distinct()
    .where('taskId', 'in', taskIds)
    .where('outcome', '=', 'failed')
    .where('endedAtMs', '>=', sinceMs)
    .execute();
  for (const { taskId, nodeId } of rows) found.set(taskId, [...(found.get(taskId) ?? []), nodeId]);
  return found;
}
