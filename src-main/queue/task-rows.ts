import { type Selectable, sql, type Updateable } from 'kysely';
import type { TaskTable } from '#main/store/schema.ts';
import { type TaskState, taskState } from '#shared/model/job.ts';
import { type PlannedTask, plannedTask } from '#shared/model/plan.ts';
import type { JobRow } from './job-rows.ts';
import type { Lease, Trx } from './queue-context.ts';
import { noTwin, twinLease } from './twin-columns.ts';
import { graphOf, type TaskGraph, type TaskRecord } from './task-graph.ts';

/** A task as the queue handles it: its state is one of ours. */
export type TaskRow = Omit<Selectable<TaskTable>, 'state'> & { state: TaskState };

/** Unique on the server. */
export function taskIdOf(jobId: string, key: string): string {
  return `${jobId}.${key}`;
}

/** Writes a planned job's tasks down. */
export async function insertTasks(trx: Trx, job: JobRow, graph: TaskGraph, nowMs: number): Promise<void> {
  for (const { task, state } of graph.values()) {
    await trx
      .insertInto('task')
      .values({
        id: taskIdOf(job.id, task.id),
        jobId: job.id,
        key: task.id,
        type: task.type,
        state,
        rank: job.rank,
        priority: task.priority,
        weight: task.weight,
        resource: task.resource,
        plannedJson: JSON.stringify(task),
        attempt: 0,
        failures: 0,
        losses: 0,
        progress: 0,
        stderrTailJson: '[]',
        createdAtMs: nowMs,
        readyAtMs: state === 'ready' ? nowMs : null,
      })
      .execute();
  }
}

/** The tasks of a job, in the plan's order. */
export async function taskRows(trx: Trx, jobId: string): Promise<TaskRow[]> {
  const rows = await trx.selectFrom('task').selectAll().where('jobId', '=', jobId).orderBy(sql`rowid`).execute();
  return rows.map((row) => ({ ...row, state: taskState.parse(row.state) }));
}

/** The lease's task, or null when the lease is not its any more: whoever asks has to stop. */
export async function leasedTask(trx: Trx, { taskId, nodeId, attempt }: Lease): Promise<TaskRow | null> {
  const row = await trx
    .selectFrom('task')
    .selectAll()
    .where('id', '=', taskId)
    .where('nodeId', '=', nodeId)
    .where('attempt', '=', attempt)
    .where('state', '=', 'leased')
    .executeTakeFirst();
  return row === undefined ? null : { ...row, state: taskState.parse(row.state) };
}

/** The same as task-graph.ts reckons with it. */
export function graphOfRows(rows: readonly TaskRow[]): TaskGraph {
  return graphOf(
    rows.map((row) => ({
      task: plannedOf(row),
      state: row.state,
      attempts: row.failures + (countsOne(row.state) ? 1 : 0),
      notBeforeMs: row.notBeforeMs,
    })),
  );
}

/** The task as the plan has it. */
export function plannedOf(row: Pick<TaskRow, 'plannedJson'>): PlannedTask {
  return plannedTask.parse(JSON.parse(row.plannedJson));
}

/** How a lease ended that is no longer there after a change. */
export type LeaseEnd = {
  outcome: 'completed' | 'failed' | 'released' | 'expired' | 'revoked';
  errorCode?: string | null;
  errorMessage?: string | null;
};

/**
 * Writes what changed between two graphs of a job, each with its event, and answers the leases that were taken away.
 * `ends` says how a task's lease ended; one that isn't named was revoked.
 */
export async function saveGraph(
  trx: Trx,
  rows: readonly TaskRow[],
  after: TaskGraph,
  nowMs: number,
  also: ReadonlyMap<string, Updateable<TaskTable>> = new Map(),
  ends: ReadonlyMap<string, LeaseEnd> = new Map(),
): Promise<Lease[]> {
  const revoked: Lease[] = [];
  for (const row of rows) {
    const record = after.get(row.key);
    const extra = also.get(row.key);
    if (record === undefined || (!isChanged(row, record) && extra === undefined)) continue;
    const hasEnded = row.state === 'leased' && record.state !== 'leased';
    await trx
      .updateTable('task')
      .set({ ...valuesOf(record, nowMs), ...extra })
      .where('id', '=', row.id)
      .execute();
    if (row.state !== record.state)
      await tellTask(trx, row, record.state, nowMs, ends.get(row.key)?.errorMessage ?? null);
    if (!hasEnded || row.nodeId === null) continue;
    const twin = twinLease(row);
    if (twin !== null) {
      await endAssignment(trx, { id: row.id, attempt: twin.attempt }, { outcome: 'revoked' }, nowMs);
      revoked.push(twin);
    }
    const end = ends.get(row.key) ?? { outcome: 'revoked' };
    await endAssignment(trx, row, end, nowMs);
    if (end.outcome === 'revoked') revoked.push({ taskId: row.id, nodeId: row.nodeId, attempt: row.attempt });
  }
  return revoked;
}

/** Adds to the timeline. */
export async function tellTask(
  trx: Trx,
  row: Pick<TaskRow, 'jobId' | 'key' | 'state' | 'nodeId'>,
  to: TaskState,
  nowMs: number,
  message: string | null,
): Promise<void> {
  const { jobId, key, state, nodeId } = row;
  await trx
    .insertInto('jobEvent')
    .values({ jobId, taskKey: key, kind: 'task', fromState: state, toState: to, nodeId, message, atMs: nowMs })
    .execute();
}

/** Writes down how a lease ended. */
export async function endAssignment(
  trx: Trx,
  row: Pick<TaskRow, 'id' | 'attempt'>,
  end: LeaseEnd,
  nowMs: number,
): Promise<void> {
  await trx
    .updateTable('assignment')
    .set({
      endedAtMs: nowMs,
      outcome: end.outcome,
      errorCode: end.errorCode ?? null,
      errorMessage: end.errorMessage ?? null,
    })
    .where('taskId', '=', row.id)
    .where('attempt', '=', row.attempt)
    .execute();
}

function isChanged(row: TaskRow, record: TaskRecord): boolean {
  const { state, notBeforeMs } = record;
  return state !== row.state || failuresOf(record) !== row.failures || notBeforeMs !== row.notBeforeMs;
}

function valuesOf(record: TaskRecord, nowMs: number): Updateable<TaskTable> {
  const { state, notBeforeMs } = record;
  const isEnd = state === 'completed' || state === 'failed' || state === 'cancelled';
  return {
    state,
    notBeforeMs,
    failures: failuresOf(record),
    leaseUntilMs: null,
    ...noTwin,
    fps: null,
    speed: null,
    bitrateBps: null,
    // The node of a finished task stays: people ask who made what.
    ...(isEnd ? { finishedAtMs: nowMs } : { nodeId: null, finishedAtMs: null, progress: 0, resultJson: null }),
    ...(state === 'completed' ? { progress: 1 } : {}),
    ...(state === 'ready' ? { readyAtMs: nowMs } : state === 'waiting' ? { readyAtMs: notBeforeMs } : {}),
  };
}

/** A leased or completed task is in an attempt that has not failed. */
function failuresOf({ state, attempts }: TaskRecord): number {
  return Math.max(0, countsOne(state) ? attempts - 1 : attempts);
}

function countsOne(state: TaskState): boolean {
  return state === 'leased' || state === 'completed';
}
