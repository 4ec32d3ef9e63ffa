import { z } from 'zod';
import { finding, type Finding } from '#shared/model/finding.ts';
import type { JobFailure } from '#shared/model/failure.ts';
import { changeJobState, type JobRow } from './job-rows.ts';
import type { Lease, QueueContext } from './queue-context.ts';
import { faultValues, settle, type TaskFault } from './settle.ts';
import {
  graphCancelled,
  graphEnd,
  type TaskGraph,
  taskCompleted,
  taskFailed,
  taskPostponed,
  taskReleased,
  taskReset,
} from './task-graph.ts';
import { endAssignment, type LeaseEnd, type TaskRow } from './task-rows.ts';

/*
 * How a lease ends. Every function here answers false when the lease is not the caller's any more: then nothing is written,
 * and what was made under it has to be thrown away.
 */

/** What a task leaves in the database; its parts are files. */
export const taskResult = z.strictObject({
  findings: z.array(finding),
  /** The master playlist or file, of a publish task. */
  output: z.string().nullable(),
});
export type TaskResult = z.infer<typeof taskResult>;

/** Its parts are there. With the last task the job is completed. */
export function completeTask(queue: QueueContext, lease: Lease, result: TaskResult): Promise<boolean> {
  return settle(queue, lease, { outcome: 'completed' }, async ({ trx, job, rows, row, graph, nowMs, save }) => {
    const next = taskCompleted(graph, row.key);
    await save(next, new Map([[row.key, { resultJson: JSON.stringify(result) }]]));
    if (graphEnd(next) !== 'completed') return;
    const findings = [...findingsOf(job.findingsJson), ...rows.flatMap(resultFindings), ...result.findings];
    const done = await changeJobState(trx, job, 'complete', nowMs, {
      set: {
        output: result.output,
        progress: 1,
        findingsJson: JSON.stringify(findings),
        errorCode: null,
        errorMessage: null,
      },
    });
    await queue.completing(trx, done);
  });
}

/** It failed and may try again after a while. */
export function postponeTask(
  queue: QueueContext,
  lease: Lease,
  fault: TaskFault,
  wait: { delayMs: number; counts: boolean },
): Promise<boolean> {
  return settle(queue, lease, failedBy(fault), async ({ row, graph, nowMs, save }) => {
    const before = wait.counts ? graph : withoutAttempt(graph, row.key);
    await save(taskPostponed(before, row.key, nowMs + wait.delayMs), new Map([[row.key, faultValues(fault)]]));
  });
}

/** It failed for good, and its job with it. What is finished stays for a retry. */
export function failTask(
  queue: QueueContext,
  lease: Lease,
  fault: TaskFault,
  findings: readonly Finding[] = [],
): Promise<boolean> {
  return settle(queue, lease, failedBy(fault), async ({ trx, job, row, graph, nowMs, save }) => {
    await save(graphCancelled(taskFailed(graph, row.key)), new Map([[row.key, faultValues(fault)]]));
    await changeJobState(trx, job, 'fail', nowMs, {
      set: {
        errorCode: fault.code,
        errorMessage: fault.message,
        findingsJson: JSON.stringify([...findingsOf(job.findingsJson), ...findings]),
      },
      message: fault.message,
      nodeId: row.nodeId,
    });
  });
}

/** An earlier task's parts turned out to be unusable: it has to be done again, and then this one. */
export function redoTask(queue: QueueContext, lease: Lease, redo: string, fault: TaskFault): Promise<boolean> {
  return settle(queue, lease, failedBy(fault), async ({ trx, job, rows, row, graph, nowMs, save }) => {
    const unusable = rows.find(({ key }) => key === redo);
    const losses = unusable?.losses ?? 0;
    // Who made them is the last to be asked again.
    if (unusable !== undefined) await endAssignment(trx, unusable, failedBy(fault), nowMs);
    if (losses >= mostRedos) {
      await save(graphCancelled(taskFailed(graph, row.key)), new Map([[row.key, faultValues(fault)]]));
      const set = { errorCode: fault.code, errorMessage: fault.message };
      await changeJobState(trx, job, 'fail', nowMs, { set, message: fault.message, nodeId: row.nodeId });
      return;
    }
    const next = taskReset(taskReset(graph, row.key), redo);
    await save(next, new Map([[redo, { losses: losses + 1 }]]));
  });
}

/** Its node gives it back, with nothing done and nobody's fault. */
export function releaseTask(
  queue: QueueContext,
  lease: Lease,
  why: { message: string; delayMs: number },
): Promise<boolean> {
  const end = { outcome: 'released', errorMessage: why.message } as const;
  return settle(queue, lease, end, async ({ row, graph, nowMs, save }) => {
    const free = withoutAttempt(graph, row.key);
    await save(why.delayMs === 0 ? taskReleased(graph, row.key) : taskPostponed(free, row.key, nowMs + why.delayMs));
  });
}

/** Parts that are unusable so often will be so for ever. */
const mostRedos = 3;

/**
 * New encoders for the rest of the job: every chunk is begun anew, and finished ones are looked at again. False when the lease
 * that failed was lost meanwhile.
 */
export function fallBack(
  queue: QueueContext,
  lease: Lease,
  fault: TaskFault,
  next: { choice: Readonly<Record<string, string>>; findings: readonly Finding[] },
): Promise<boolean> {
  return settle(queue, lease, failedBy(fault), async ({ trx, job, rows, graph, nowMs, save }) => {
    const video = rows.filter(({ type, state }) => type === 'video' && state !== 'blocked');
    const restarted = video.reduce((all, { key }) => taskReset(all, key), graph);
    // What waited for the GPU waits for the processor now.
    const onProcessor = new Map(
      rows.filter(({ type }) => type === 'video').map(({ key }) => [key, { resource: 'cpu' }]),
    );
    await save(restarted, onProcessor);
    await trx
      .updateTable('jobPlan')
      .set({ choiceJson: JSON.stringify(next.choice) })
      .where('jobId', '=', job.id)
      .execute();
    await trx
      .updateTable('job')
      .set({ findingsJson: JSON.stringify([...findingsOf(job.findingsJson), ...next.findings]), updatedAtMs: nowMs })
      .where('id', '=', job.id)
      .execute();
  });
}

/** What there is to say about a job so far: its own findings, then its tasks'. */
export function allFindings(job: JobRow, rows: readonly TaskRow[]): Finding[] {
  // Those of its tasks become its own when all are done.
  return job.state === 'completed'
    ? findingsOf(job.findingsJson)
    : [...findingsOf(job.findingsJson), ...rows.flatMap(resultFindings)];
}

function failedBy({ code, message }: JobFailure): LeaseEnd {
  return { outcome: 'failed', errorCode: code, errorMessage: message };
}

function withoutAttempt(graph: TaskGraph, key: string): TaskGraph {
  const record = graph.get(key);
  return record === undefined ? graph : new Map(graph).set(key, { ...record, attempts: record.attempts - 1 });
}

function findingsOf(json: string): Finding[] {
  return z.array(finding).parse(JSON.parse(json));
}

function resultFindings({ resultJson }: TaskRow): Finding[] {
  return resultJson === null ? [] : taskResult.parse(JSON.parse(resultJson)).findings;
}
