import { z } from 'zod';

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
