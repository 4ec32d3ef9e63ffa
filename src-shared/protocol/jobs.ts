import { z } from 'zod';
import { job, jobEvent, jobOptions, jobPriority, jobState, task, taskState } from '../model/job.ts';
import { taskType } from '../model/plan.ts';
import { pageOf } from './page.ts';

/** `POST /jobs`. */
export const newJob = z.strictObject({
  input: z.string().min(1).max(4096).describe('Absolute path of a film on the server, or upload:ID.'),
  profile: z
    .union([z.string().min(1).max(200), z.record(z.string(), z.unknown())])
    .default('hls-universal')
    .describe('Name or id of a profile, or a whole recipe.'),
  outputDir: z.string().min(1).max(4096).describe('Absolute folder on the server that the package goes into.'),
  priority: jobPriority.optional().describe('10 high, 5 normal, 0 low; a waiting job gains one point an hour.'),
  options: jobOptions.prefault({}),
  ttlHours: z.number().positive().nullable().optional().describe('Fails the job if it has not begun by then.'),
  batchId: z.string().nullable().optional(),
});
export type NewJobRequest = z.infer<typeof newJob>;

export const jobId = z.strictObject({ id: z.string() });

export const jobSort = z.enum(['createdAt', '-createdAt', 'updatedAt', '-updatedAt', 'queue']);

/** Filters of `GET /jobs`; several states are joined by commas. */
export const jobFilters = {
  state: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(jobState))
    .optional()
    .describe('One state, or several joined by commas.'),
  profile: z.string().optional(),
  batchId: z.string().optional(),
  search: z.string().min(1).max(200).optional().describe('Part of the input path, or how the job id begins.'),
  createdAfter: z.iso.datetime().optional(),
  createdBefore: z.iso.datetime().optional(),
  sort: jobSort.default('-createdAt'),
};

/** For a list that is scrolled to anywhere. Whoever reads all of it goes by the cursor, which costs less and does not drift. */
export const jobOffset = z.coerce
  .number()
  .int()
  .min(0)
  .optional()
  .describe('Jobs to leave out at the begin, where no cursor is given.');

export const taskFilters = {
  state: taskState.optional(),
  type: taskType.optional(),
  nodeId: z.string().optional(),
  jobId: z.string().optional(),
};

export const retryJob = z.strictObject({ what: z.enum(['failed', 'whole']).default('failed') }).prefault({});

/** `PATCH /jobs/{id}`: where it stands in the queue. */
export const moveJob = z
  .strictObject({
    priority: jobPriority.optional(),
    place: z
      .union([z.enum(['first', 'last']), z.strictObject({ before: z.string() }), z.strictObject({ after: z.string() })])
      .optional(),
  })
  .refine(({ priority, place }) => priority !== undefined || place !== undefined, 'give priority or place');

export const bulkSteer = z.strictObject({
  action: z.enum(['pause', 'resume', 'cancel', 'retry']),
  ids: z.array(z.string()).min(1).max(1000),
});
export const bulkSteered = z.strictObject({
  done: z.array(z.string()),
  /** `code` is of the error catalogue. */
  refused: z.array(z.strictObject({ id: z.string(), code: z.string(), why: z.string() })),
});
export type BulkSteered = z.infer<typeof bulkSteered>;

/** `POST /batches`: all films of a folder, or those that are named. */
export const newBatch = z
  .strictObject({
    input: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe('Absolute path of a folder on the server; its subfolders are kept.'),
    films: z
      .array(
        z.strictObject({
          input: newJob.shape.input,
          folder: z.array(z.string().min(1).max(255)).max(50).default([]).describe('Folders below outputDir.'),
        }),
      )
      .min(1)
      .max(5_000)
      .optional()
      .describe('Films one by one instead of a folder, such as uploads.'),
    profile: newJob.shape.profile,
    outputDir: newJob.shape.outputDir,
    priority: newJob.shape.priority,
    options: newJob.shape.options,
    name: z.string().min(1).max(200).optional(),
  })
  .refine(({ input, films }) => (input === undefined) !== (films === undefined), 'give input or films');
export const batch = z.strictObject({
  id: z.string(),
  name: z.string(),
  createdAt: z.iso.datetime(),
  /** How many are in each state; a state without jobs is left out. */
  jobs: z.partialRecord(jobState, z.number().int().nonnegative()),
  /** 0 to 1, all of its jobs alike. */
  progress: z.number().min(0).max(1),
});
export const batchMade = batch.extend({
  added: z.number().int().nonnegative(),
  skipped: z.array(z.strictObject({ input: z.string(), why: z.string() })),
});

export const jobList = pageOf(job);
export const taskList = pageOf(task);
export const jobEventList = pageOf(jobEvent);
export const batchList = pageOf(batch);

const logOffset = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional();

/** Which part of a log: its end when nothing is said. */
export const jobLogQuery = z
  .strictObject({
    before: logOffset.describe(
      'A byte offset: the lines right before it. `startByte` of a part asks for the one before.',
    ),
    after: logOffset.describe('A byte offset: the lines from there on. `endByte` of a part asks for what came since.'),
  })
  .refine(({ before, after }) => before === undefined || after === undefined, 'name one of before and after');
export type JobLogQuery = z.infer<typeof jobLogQuery>;

/** A part of a log, whole lines, oldest first. */
export const jobLogPart = z.strictObject({
  lines: z.array(z.unknown()),
  /** 0 when there is nothing before. */
  startByte: z.number().int().nonnegative(),
  endByte: z.number().int().nonnegative(),
  sizeBytes: z.number().int().nonnegative(),
});
export type JobLogPart = z.infer<typeof jobLogPart>;
