import { z } from 'zod';
import { planRefusal } from './plan.ts';

/** Why a run of FFmpeg failed, as far as a policy needs to know. */
export const failureCode = z.enum([
  /** The source can't be read as media, or has not the stream that was asked for. */
  'bad-input',
  /** This build of FFmpeg has no such encoder or filter. */
  'encoder-missing',
  /** The encoder is there, but would not start or gave up: settings, driver, GPU session limit, GPU memory. */
  'encoder-failed',
  'disk-full',
  /** The system refuses to read or write a file. */
  'permission',
  /** Ended by a signal that Encrew did not send. */
  'killed',
  'out-of-memory',
  /** Ended by Encrew because nothing moved any more. */
  'stalled',
  /** Ended by Encrew because it was asked to. */
  'stopped',
  'unknown',
]);
export type FailureCode = z.infer<typeof failureCode>;

/** Why a task failed. */
export const taskFailureCode = z.enum([
  ...failureCode.options,
  /** FFmpeg was content, but what it made is missing, empty, or has another number of pictures than planned. */
  'bad-output',
]);
export type TaskFailureCode = z.infer<typeof taskFailureCode>;

/** Why a file can't be a source. */
export const probeRefusalCode = z.enum([
  'not-found',
  'unreadable',
  'empty',
  'not-media',
  'not-a-file',
  'truncated-no-index',
  'disguised-playlist',
]);
export type ProbeRefusalCode = z.infer<typeof probeRefusalCode>;

/** What ends a job beside its tasks' own failures. */
export const jobFaultCode = z.enum([
  ...taskFailureCode.options,
  /** Another Encrew works on the same job. */
  'busy',
  /** Where the package should go lies something that Encrew did not make. */
  'target-taken',
  /** The package would replace the film that it is made from. */
  'target-is-source',
  'source-changed',
  'not-smaller',
  /** No package came of the parts. */
  'package-failed',
  /** The check found errors in what was made. */
  'package-rejected',
]);
export type JobFaultCode = z.infer<typeof jobFaultCode>;

/** All that a job or task can fail by. The screens have a sentence for each. */
export const jobErrorCode = z.enum([
  ...jobFaultCode.options,
  ...probeRefusalCode.options,
  ...planRefusal.shape.code.options,
  /** No encoder for the profile works on any machine. */
  'no-encoder',
  /** What an earlier task made was unusable again and again. */
  'redo',
  /** Its nodes were lost again and again. */
  'node-lost',
  /** A disk is not there. */
  'root-offline',
  /** It did not begin in time. */
  'expired',
]);
export type JobErrorCode = z.infer<typeof jobErrorCode>;

/** Why a job or task of this server failed; `message` is one line for people: what, why, what to do. */
export type JobFailure = { code: JobErrorCode; message: string };
