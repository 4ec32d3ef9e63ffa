import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import type { JobPace } from '#main/fleet/progress-book.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { JobState } from '#main/stages/line.ts';
import type { PlannedSource } from '#main/stages/plan.ts';
import type { SourceIdentity } from '#main/stages/source-identity.ts';
import type { Staging } from '#main/stages/staging.ts';
import type { Target } from '#main/stages/target.ts';
import type { WorkFolder } from '#main/stages/work-folder.ts';
import type { Finding } from '#shared/model/finding.ts';
import type { EncodePlan } from '#shared/model/plan.ts';
import type { Profile } from '#shared/model/profile.ts';
import type { PackageMaker } from './package-maker.ts';

export type EncodeJob = {
  /** A path as the user gave it. */
  input: string;
  outDir: string;
  profile: Profile;
  options: {
    /** Null leaves it to the film's length. */
    chunkSec: number | null;
    acceptTruncated: boolean;
    /** Replaces an MP4 or MKV that Encrew did not make. */
    overwrite: boolean;
    /** The package's name; the source's when left out. */
    name?: string | undefined;
    /** Absolute. */
    dataDir: string;
  };
  tools: FfmpegTools;
  clock: Clock;
  log: Logger;
  /** Stops the job: finished chunks stay for the next time, nothing else does. */
  signal: AbortSignal;
  onEvent: (event: JobEvent) => void;
  /** Encrew's own when left out. */
  makePackage?: PackageMaker | undefined;
  encrewVersion: string;
};

export type JobEvent =
  | { type: 'state'; state: JobState }
  | { type: 'planned'; plan: EncodePlan }
  | ({ type: 'progress'; bitrateBps: number | null } & Omit<JobPace, 'jobId'>);

export type JobResult = {
  /** Refused: nothing was begun, because the input or the target can't be used. */
  state: 'completed' | 'failed' | 'refused';
  /** The master playlist or the file; null when there is none. */
  output: string | null;
  findings: readonly Finding[];
  error: { code: string; message: string } | null;
  logPath: string;
};

/** Where a job reads and writes, all of it its own. */
export type JobPlaces = { source: SourceIdentity; target: Target; work: WorkFolder; staging: Staging };

/** A job whose parts are there: what making, checking and publishing its package takes. */
export type PackagingJob = Pick<EncodeJob, 'tools' | 'clock' | 'log' | 'signal' | 'makePackage' | 'encrewVersion'> & {
  planned: Pick<PlannedSource, 'plan' | 'facts'>;
  /** Absolute. */
  sourcePath: string;
  places: JobPlaces;
  /** What there is to say about the job; grows. */
  told: Finding[];
};
