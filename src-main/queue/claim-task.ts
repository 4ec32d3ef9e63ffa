import type { Kysely } from 'kysely';
import type { Database } from '#main/store/schema.ts';
import { taskState } from '#shared/model/job.ts';
import { taskType } from '#shared/model/plan.ts';
import { stateForTask, workingStates } from './job-states.ts';
import { findJob, moveJob } from './job-rows.ts';
import type { Lease, QueueContext } from './queue-context.ts';
import { nextTaskState } from './task-graph.ts';
import { type TaskRow, tellTask } from './task-rows.ts';
import { renewTwin } from './twin.ts';
import { lastAttempt } from './twin-columns.ts';

/** What may begin now, in the order in which it should. */
export async function readyTasks(db: Kysely<Database>, nowMs: number, limit: number): Promise<TaskRow[]> {
  const rows = await db
    .selectFrom('task')
    .selectAll()
    .where('state', '=', 'ready')
    .orderBy('rank')
    .orderBy('priority', 'desc')
    .orderBy('weight', 'desc')
    .limit(limit)
    .unionAll((from) =>
      from.selectFrom('task').selectAll().where('state', '=', 'waiting').where('notBeforeMs', '<=', nowMs),
    )
    .execute();
  return rows
    .map((row) => ({ ...row, state: taskState.parse(row.state) }))
    .sort((a, b) => a.rank - b.rank || b.priority - a.priority || b.weight - a.weight || (a.key < b.key ? -1 : 1));
}

/** Leases a task to a node; null when somebody was faster, or its job is not being worked on any more. */
export async function claimTask(
  queue: QueueContext,
  wish: { taskId: string; nodeId: string; leaseMs: number },
): Promise<(Lease & { waitedMs: number }) | null> {
  const nowMs = queue.clock.nowMs();
  const lease = await queue.db.transaction().execute(async (trx) => {
    const task = await trx.selectFrom('task').selectAll().where('id', '=', wish.taskId).executeTakeFirst();
    const job = task === undefined ? null : await findJob(trx, task.jobId);
    if (task === undefined || job === null || !workingStates.some((state) => state === job.state)) return null;
    const state = taskState.parse(task.state);
    const isDue = state === 'ready' || (state === 'waiting' && (task.notBeforeMs ?? 0) <= nowMs);
    if (!isDue) return null;
    const attempt = lastAttempt(task) + 1;
    const next = nextTaskState(state, 'start', task.id);
    await trx
      .updateTable('task')
      .set({
        state: next,
        attempt,
        nodeId: wish.nodeId,
        leaseUntilMs: nowMs + wish.leaseMs,
        notBeforeMs: null,
        startedAtMs: nowMs,
        finishedAtMs: null,
        progress: 0,
        errorCode: null,
        errorMessage: null,
      })
      .where('id', '=', task.id)
      .execute();
    await trx
      .insertInto('assignment')
      .values({ taskId: task.id, nodeId: wish.nodeId, attempt, claimedAtMs: nowMs })
      .execute();
    await tellTask(trx, { ...task, state, nodeId: wish.nodeId }, next, nowMs, null);
    const stage = stateForTask(job.state, taskType.parse(task.type));
    if (stage !== job.state) await moveJob(trx, job, stage, nowMs, { nodeId: wish.nodeId });
    return { taskId: task.id, nodeId: wish.nodeId, attempt, waitedMs: nowMs - (task.readyAtMs ?? nowMs) };
  });
  if (lease !== null) queue.changed();
  return lease;
}

/**
 * Leases a task to a second node while the first goes on: whoever is done first, counts. Null when the first is not at it any
 * more, or has a second already.
 */
export async function claimTwin(
  queue: QueueContext,
  wish: { taskId: string; nodeId: string; leaseMs: number },
): Promise<Lease | null> {
  const nowMs = queue.clock.nowMs();
  return queue.db.transaction().execute(async (trx) => {
    const task = await trx.selectFrom('task').selectAll().where('id', '=', wish.taskId).executeTakeFirst();
    if (task?.state !== 'leased' || task.twinNodeId !== null || task.nodeId === wish.nodeId) return null;
    const attempt = lastAttempt(task) + 1;
    await trx
      .updateTable('task')
      .set({
        twinNodeId: wish.nodeId,
        twinAttempt: attempt,
        twinLeaseUntilMs: nowMs + wish.leaseMs,
        twinStartedAtMs: nowMs,
      })
      .where('id', '=', task.id)
      .execute();
    await trx
      .insertInto('assignment')
      .values({ taskId: task.id, nodeId: wish.nodeId, attempt, claimedAtMs: nowMs })
      .execute();
    const message = 'the last one of its job is begun a second time, where it may be done sooner';
    await tellTask(trx, { ...task, state: 'leased', nodeId: wish.nodeId }, 'leased', nowMs, message);
    return { taskId: task.id, nodeId: wish.nodeId, attempt };
  });
}

/** Prolongs what a node still works on; answers the leases that are not its any more. */
export async function renewLeases(queue: QueueContext, leases: readonly Lease[], leaseMs: number): Promise<Lease[]> {
  const untilMs = queue.clock.nowMs() + leaseMs;
  return queue.db.transaction().execute(async (trx) => {
    const lost: Lease[] = [];
    for (const lease of leases) {
      const { numUpdatedRows } = await trx
        .updateTable('task')
        .set({ leaseUntilMs: untilMs })
        .where('id', '=', lease.taskId)
        .where('nodeId', '=', lease.nodeId)
        .where('attempt', '=', lease.attempt)
        .where('state', '=', 'leased')
        .executeTakeFirst();
      if (numUpdatedRows !== 1n && !(await renewTwin(trx, lease, untilMs))) lost.push(lease);
    }
    return lost;
  });
}
