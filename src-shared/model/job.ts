import { z } from 'zod';
import { finding } from './finding.ts';
import { nodeTag } from './node.ts';
import { taskType } from './plan.ts';

/*
 * What people and scripts see of the queue. Times are ISO 8601 in UTC; the store keeps milliseconds.
 */

export const jobState = z.enum([
  'queued',
  'probing',
  'encoding',
  'packaging',
  'validating',
  'publishing',
  'completed',
  'failed',
  'cancelled',
  'paused',
]);
export type JobState = z.infer<typeof jobState>;

export const taskState = z.enum(['blocked', 'ready', 'leased', 'waiting', 'completed', 'failed', 'cancelled']);
export type TaskState = z.infer<typeof taskState>;

const instant = z.iso.datetime();

/** Why something does not move; one for each node, or one for the job itself (`nodeId` null). */
export const waitReason = z.strictObject({
  nodeId: z.string().nullable(),
  code: z.enum([
    'behind-others',
    'no-node',
    'no-proven-encoder',
    'no-space',
    'schedule',
    'breaker-open',
    'limits',
    'draining',
    'backoff',
    'paused',
    'root-offline',
    'not-the-servers-node',
    'busy',
    'tags',
    'failed-there',
    'faster-node',
  ]),
  /** One sentence for people. */
  message: z.string(),
});
export type WaitReason = z.infer<typeof waitReason>;

export const jobError = z.strictObject({ code: z.string(), message: z.string() });
export type JobError = z.infer<typeof jobError>;

/** How a job is done, beside its profile. */
export const jobOptions = z.strictObject({
  /** Wished length of a chunk; null leaves it to the film's length. */
  chunkSec: z.number().min(1).max(86_400).nullable().default(null),
  acceptTruncated: z.boolean().default(false),
  /** Replaces a package of another source or tool. */
  overwrite: z.boolean().default(false),
  /** The package's name; the source's when null. */
  name: z.string().min(1).max(200).nullable().default(null),
  /** Only nodes with all of these tags encode it. */
  requires: z.array(nodeTag).max(10).default([]),
});
export type JobOptions = z.infer<typeof jobOptions>;

/** Higher goes first; a waiting job gains one point an hour, so that nothing starves. S2: 10 high, 5 normal, 0 low. */
export const jobPriority = z.number().int().min(-100).max(100);
export const defaultJobPriority = 5;

export const job = z.strictObject({
  id: z.string(),
  state: jobState,
  /** 0 to 1. */
  progress: z.number().min(0).max(1),
  fps: z.number().nullable(),
  /** Media seconds a wall-clock second. */
  speed: z.number().nullable(),
  etaSec: z.number().nullable(),
  input: z.string(),
  outputDir: z.string(),
  /** Name of the profile; the job keeps a snapshot of the recipe itself. */
  profile: z.string(),
  profileVersion: z.number().int().positive(),
  priority: jobPriority,
  batchId: z.string().nullable(),
  /** Master playlist or file, once published. */
  output: z.string().nullable(),
  error: jobError.nullable(),
  createdAt: instant,
  updatedAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  /** When a job that has not begun by then fails. */
  expiresAt: instant.nullable(),
});
export type Job = z.infer<typeof job>;

/** Why a way of laying a film out takes as long as it does, or can't be done. */
export const spreadReason = z.enum([
  'no-node',
  'one-node',
  'fastest-node',
  'several-nodes',
  'no-seeking',
  'one-rung',
  'decodes-each',
]);
export type SpreadReason = z.infer<typeof spreadReason>;

/** How a film was laid out over the crew, with what each way would have taken. */
export const jobSpread = z.strictObject({
  way: z.enum(['whole', 'by-rendition', 'by-chunk']),
  /** That could do it when it was planned. */
  nodes: z.number().int().nonnegative(),
  /** The one that was taken first. Null seconds: it can't be done, and why. */
  predictions: z.array(
    z.strictObject({
      way: z.enum(['whole', 'by-rendition', 'by-chunk']),
      finishSec: z.number().nonnegative().nullable(),
      tasks: z.number().int().nonnegative(),
      because: spreadReason,
    }),
  ),
});
export type JobSpread = z.infer<typeof jobSpread>;

/** A job with all that is known about it. */
export const jobDetail = job.extend({
  options: jobOptions,
  findings: z.array(finding),
  /** Empty while it moves. */
  waiting: z.array(waitReason),
  /** Null before it was planned, and where nobody was there to share it with. */
  spread: jobSpread.nullable(),
  /** URL path of the playlist that plays what is done of the film; null while there is nothing to watch, and once it is published. */
  preview: z.string().nullable(),
});
export type JobDetail = z.infer<typeof jobDetail>;

export const task = z.strictObject({
  /** Unique on the server: `{job}.{key}`. */
  id: z.string(),
  jobId: z.string(),
  /** Name in the plan: `video-0003`. */
  key: z.string(),
  type: taskType,
  state: taskState,
  nodeId: z.string().nullable(),
  /** A second node that does the same, because it is the last of its job: whoever is done first counts. */
  twinNodeId: z.string().nullable(),
  /** Its part of the film, in frames of the plan's grid; null for what is not a part of the pictures. */
  chunk: z.strictObject({ startFrame: z.number().int().nonnegative(), frames: z.number().int().positive() }).nullable(),
  renditions: z.array(z.string()),
  /** The fencing token: grows with each lease. */
  attempt: z.number().int().nonnegative(),
  /** How many of them were its own fault. */
  failures: z.number().int().nonnegative(),
  progress: z.number().min(0).max(1),
  fps: z.number().nullable(),
  speed: z.number().nullable(),
  error: jobError.nullable(),
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
});
export type Task = z.infer<typeof task>;

export const jobEvent = z.strictObject({
  /** Grows: what a client that reconnects asks from. */
  id: z.number().int().positive(),
  jobId: z.string(),
  taskKey: z.string().nullable(),
  kind: z.enum(['created', 'state', 'task', 'note']),
  from: z.string().nullable(),
  to: z.string().nullable(),
  nodeId: z.string().nullable(),
  message: z.string().nullable(),
  at: instant,
});
export type JobEvent = z.infer<typeof jobEvent>;
