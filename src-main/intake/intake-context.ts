import type { Kysely } from 'kysely';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { Database } from '#main/store/schema.ts';

export type JobRequest = {
  /** Absolute. */
  input: string;
  /** Of the stored profile, where it is one that people keep; its name may have changed since. */
  profileId: string | null;
  profileName: string;
  /** Absolute. */
  outputDir: string;
  /** Jobs of one dropped folder belong together; null for a film by itself. */
  batch: string | null;
  /** Null for the usual one. */
  priority: number | null;
  /** `watch:{id of the watch folder}`. */
  createdBy: string;
};

export type JobAnswer =
  | { ok: true; jobId: string }
  /** `duplicate` names the job that has this film and recipe already. */
  | { ok: false; code: 'duplicate' | 'refused'; jobId?: string; message?: string };

/** What intake needs of the rest of the server. */
export type IntakeContext = {
  db: Kysely<Database>;
  clock: Clock;
  log: Logger;
  addJob: (request: JobRequest) => Promise<JobAnswer>;
  /** The source of a job has a new name: a job that has not read it yet must look there. */
  inputMoved: (jobId: string, input: string) => Promise<void>;
};
