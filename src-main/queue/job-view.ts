import type { Selectable } from 'kysely';
import type { JobEventTable, JobTable, TaskTable } from '#main/store/schema.ts';
import { type Job, type JobEvent, job, jobEvent, type Task, task } from '#shared/model/job.ts';
import { plannedOf } from './task-rows.ts';

/** A job as people and scripts see it. */
export function jobView(row: Selectable<JobTable>): Job {
  return job.parse({
    id: row.id,
    state: row.state,
    progress: row.progress,
    fps: row.fps,
    speed: row.speed,
    etaSec: row.etaSec,
    input: row.input,
    outputDir: row.outputDir,
    profile: row.profileName,
    profileVersion: row.profileVersion,
    priority: row.priority,
    batchId: row.batchId,
    output: row.output,
    error: errorView(row),
    createdAt: instant(row.createdAtMs),
    updatedAt: instant(row.updatedAtMs),
    startedAt: instantOrNull(row.startedAtMs),
    finishedAt: instantOrNull(row.finishedAtMs),
    expiresAt: instantOrNull(row.expiresAtMs),
  });
}

/** A task as people and scripts see it. */
export function taskView(row: Selectable<TaskTable>): Task {
  const { chunk, renditions } = plannedOf(row);
  return task.parse({
    id: row.id,
    jobId: row.jobId,
    key: row.key,
    type: row.type,
    state: row.state,
    nodeId: row.nodeId,
    twinNodeId: row.twinNodeId,
    chunk: chunk === null ? null : { startFrame: chunk.startFrame, frames: chunk.frames },
    renditions,
    attempt: row.attempt,
    failures: row.failures,
    progress: row.progress,
    fps: row.fps,
    speed: row.speed,
    error: errorView(row),
    startedAt: instantOrNull(row.startedAtMs),
    finishedAt: instantOrNull(row.finishedAtMs),
  });
}

/** A line of a job's timeline. */
export function jobEventView(row: Selectable<JobEventTable>): JobEvent {
  return jobEvent.parse({
    id: row.id,
    jobId: row.jobId,
    taskKey: row.taskKey,
    kind: row.kind,
    from: row.fromState,
    to: row.toState,
    nodeId: row.nodeId,
    message: row.message,
    at: instant(row.atMs),
  });
}

/** ISO 8601, UTC. */
export function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}

function instantOrNull(atMs: number | null): string | null {
  return atMs === null ? null : instant(atMs);
}

function errorView({ errorCode, errorMessage }: { errorCode: string | null; errorMessage: string | null }) {
  return errorCode === null ? null : { code: errorCode, message: errorMessage ?? errorCode };
}
