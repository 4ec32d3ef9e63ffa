import { basename, join, resolve } from 'node:path';
import { newId } from '#main/platform/ids.ts';
import { addJob } from '#main/queue/add-job.ts';
import { findJob } from '#main/queue/job-rows.ts';
import { stageOfTask } from '#main/queue/job-states.ts';
import type { QueueContext } from '#main/queue/queue-context.ts';
import { allFindings } from '#main/queue/settle-task.ts';
import { taskRows } from '#main/queue/task-rows.ts';
import type { Finding } from '#shared/model/finding.ts';
import { defaultJobPriority, type JobError, type JobState } from '#shared/model/job.ts';
import { taskType } from '#shared/model/plan.ts';
import { followJob } from './follow-job.ts';
import type { EncodeJob, JobResult } from './job.ts';
import { openJobLog } from './job-log.ts';
import { openPrivateCrew } from './private-crew.ts';
import type { PlannedPlaces } from './take-places.ts';

/**
 * One film by one profile, from a path to a published package, by a server and a node that live as long as the job. Whatever
 * hinders that is a value; throws only for a fault of Encrew itself, after clearing up.
 */
export async function encodeJob(job: EncodeJob): Promise<JobResult> {
  const { log, path: logPath } = openJobLog(job.options.dataDir, basename(job.input), job.clock, job.log);
  const input = resolve(job.input);
  log.info({ input, outDir: job.outDir, profile: job.profile.name, tools: job.tools }, 'the job begins');
  const end = await workOn({ ...job, input, log });
  const result = end.state === 'completed' || !job.signal.aborted ? end : { ...end, ...stopped };
  const { state, output, error, findings } = result;
  log.info({ state, output, error }, 'the job has ended');
  job.onEvent({ type: 'state', state });
  return { state, output, error, findings, logPath };
}

const stopped = {
  state: 'failed',
  output: null,
  error: { code: 'stopped', message: 'stopped as asked; the same command goes on where this one ended' },
} as const;

async function workOn(job: EncodeJob): Promise<Omit<JobResult, 'logPath'>> {
  const { signal, options } = job;
  const jobId = newId();
  const follower = followJob(jobId, job.onEvent);
  const seen: { planned: PlannedPlaces | null } = { planned: null };
  const crew = await openPrivateCrew({
    ...job,
    dataDir: options.dataDir,
    onEvents: follower.onEvents,
    onProgress: follower.onProgress,
    onPlanned: (planned) => {
      seen.planned = planned;
      follower.onPlanned(planned);
    },
    keepsParts: async () => {
      const now = await jobNow(crew.queue, jobId);
      return now.state !== 'completed' && (signal.aborted || goesOnLater(now));
    },
  });
  try {
    await submit(crew.queue, jobId, job);
    await endOrAbort(follower.ended, signal);
    await crew.rest();
    return resultOf(await jobNow(crew.queue, jobId), seen.planned, options.dataDir);
  } finally {
    await crew.close();
  }
}

/** Longer than any film. */
const longestChunkSec = 86_400;

async function submit(queue: QueueContext, id: string, { input, outDir, profile, options }: EncodeJob): Promise<void> {
  const { chunkSec, acceptTruncated, overwrite, name } = options;
  await addJob(queue, {
    ...{ id, input, outputDir: resolve(outDir), recipe: profile, profileId: null },
    options: {
      chunkSec: chunkSec === null ? null : Math.min(chunkSec, longestChunkSec),
      ...{ acceptTruncated, overwrite, name: name ?? null, requires: [] },
    },
    ...{ priority: defaultJobPriority, batchId: null, source: null, createdBy: null, ttlMs: null },
    // A disk that is not there is not waited for.
    mounts: { input: null, output: null },
  });
}

async function endOrAbort(ended: Promise<void>, signal: AbortSignal): Promise<void> {
  // One signal serves a thousand films: none of them leaves its ear at it.
  const listening = new AbortController();
  const aborted = new Promise<void>((settle) => {
    if (signal.aborted) settle();
    signal.addEventListener('abort', () => settle(), { once: true, signal: listening.signal });
  });
  await Promise.race([ended, aborted]);
  listening.abort();
}

/** What the queue says of the job. */
type JobNow = {
  state: JobState;
  output: string | null;
  error: JobError | null;
  findings: readonly Finding[];
  /** It has tasks: the work on it had begun. */
  isBegun: boolean;
  /** An encoder's task is what failed. */
  failedEncoding: boolean;
};

function jobNow({ db }: QueueContext, jobId: string): Promise<JobNow> {
  return db.transaction().execute(async (trx) => {
    const job = await findJob(trx, jobId);
    if (job === null) throw new Error(`the job ${jobId} is gone`);
    const rows = await taskRows(trx, jobId);
    const { state, output, errorCode, errorMessage } = job;
    return {
      ...{ state, output, findings: allFindings(job, rows), isBegun: rows.length > 0 },
      error: errorCode === null ? null : { code: errorCode, message: errorMessage ?? errorCode },
      failedEncoding: rows.some(
        (row) => row.state === 'failed' && stageOfTask[taskType.parse(row.type)] === 'encoding',
      ),
    };
  });
}

/** A person can make room or give a right; any other failure speaks against the parts. */
function goesOnLater({ error }: JobNow): boolean {
  return error?.code === 'disk-full' || error?.code === 'permission';
}

function resultOf(now: JobNow, planned: PlannedPlaces | null, dataDir: string): Omit<JobResult, 'logPath'> {
  const { state, output, error, isBegun, failedEncoding } = now;
  const findings = isBegun ? now.findings : (planned?.facts.oddities ?? []);
  if (state === 'completed') return { state, output, error: null, findings };
  const isFault = error?.code === 'unknown';
  const hasMore = error !== null && failedEncoding && goesOnLater(now) && planned !== null;
  return {
    state: isBegun || isFault ? 'failed' : 'refused',
    output: null,
    error: hasMore ? { ...error, message: askedFor(error.message, join(dataDir, 'work', planned.folderKey)) } : error,
    findings,
  };
}

function askedFor(message: string, workFolder: string): string {
  return `${message} (in ${workFolder}). Correct that and run the same command again: what is finished stays`;
}
