import type { Kysely } from 'kysely';
import { type SourceRecord, sourceRecord } from '#main/queue/probe-job.ts';
import type { Lease } from '#main/queue/queue-context.ts';
import type { Database } from '#main/store/schema.ts';

/*
 * What a node may touch by its leases, its own or as somebody's twin.
 */

/** Whether it is the node's now; an attempt that was overtaken is nobody's. */
export async function holdsLease(db: Kysely<Database>, { taskId, nodeId, attempt }: Lease): Promise<boolean> {
  const row = await db
    .selectFrom('task')
    .select('id')
    .where('id', '=', taskId)
    .where('state', '=', 'leased')
    .where((is) =>
      is.or([
        is.and([is('nodeId', '=', nodeId), is('attempt', '=', attempt)]),
        is.and([is('twinNodeId', '=', nodeId), is('twinAttempt', '=', attempt)]),
      ]),
    )
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * The source and the folder of a job that the node has a task of, or had until its lease ran out in an outage and it may take it
 * up again; null for every other.
 */
export async function jobOfNode(
  db: Kysely<Database>,
  nodeId: string,
  jobId: string,
): Promise<{ source: SourceRecord; folderKey: string } | null> {
  const row = await db
    .selectFrom('task')
    .innerJoin('jobPlan', 'jobPlan.jobId', 'task.jobId')
    .select(['jobPlan.sourceJson', 'jobPlan.folderKey'])
    .where('task.jobId', '=', jobId)
    .where((is) =>
      is.or([
        is.and([
          is('task.state', '=', 'leased'),
          is.or([is('task.nodeId', '=', nodeId), is('task.twinNodeId', '=', nodeId)]),
        ]),
        is.and([
          is('task.state', '=', 'ready'),
          is.exists(
            is
              .selectFrom('assignment')
              .select('assignment.id')
              .whereRef('assignment.taskId', '=', 'task.id')
              .whereRef('assignment.attempt', '=', 'task.attempt')
              .where('assignment.nodeId', '=', nodeId)
              .where('assignment.outcome', '=', 'expired'),
          ),
        ]),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return row === undefined
    ? null
    : { source: sourceRecord.parse(JSON.parse(row.sourceJson)), folderKey: row.folderKey };
}

/** Which of a node's work folders a job may still go on in. */
export async function neededFolders(db: Kysely<Database>, folderKeys: readonly string[]): Promise<string[]> {
  if (folderKeys.length === 0) return [];
  const rows = await db
    .selectFrom('jobPlan')
    .innerJoin('job', 'job.id', 'jobPlan.jobId')
    .select('jobPlan.folderKey')
    .distinct()
    .where('jobPlan.folderKey', 'in', folderKeys)
    .where('job.state', 'not in', ['completed', 'cancelled'])
    .execute();
  return rows.map(({ folderKey }) => folderKey);
}
