import { z } from 'zod';
import { jobState } from '../model/job.ts';
import { fileRoot } from './files.ts';

/*
 * What a dashboard shows (S3 19.3).
 */

const count = z.number().int().nonnegative();

export const throughput = z.strictObject({
  from: z.iso.datetime(),
  completed: count,
  failed: count,
  /** Hours of film that were made into packages. */
  mediaHours: z.number().nonnegative(),
  /** Of those packages. */
  outputBytes: count,
});
export type ThroughputView = z.infer<typeof throughput>;

/** 0.5 is half as many again as the day before; null where there was nothing that day. */
const change = z.number().nullable();

export const statistics = z.strictObject({
  at: z.iso.datetime(),
  jobs: z.strictObject({ total: count, byState: z.record(jobState, count) }),
  /** The last 24 hours. */
  day: throughput.extend({
    completedChange: change,
    failedChange: change,
    /** From the begin of a job to its end; null where none was completed. */
    averageProcessingSec: z.number().nullable(),
  }),
  /** The last 24 hours one by one, the oldest first. */
  hours: z.array(throughput),
  /** The last 30 times 24 hours, the oldest first. */
  days: z.array(throughput),
  /** Of the data folder and of the roots. */
  disks: z.array(fileRoot),
});
export type StatisticsView = z.infer<typeof statistics>;
