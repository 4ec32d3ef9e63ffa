import type { TaskFailureCode } from '#shared/model/failure.ts';

/*
 * What happens after a task failed: S3 9.8 with Encrew's own failure codes in place of exit codes.
 */

/** S3 9.8. */
export const mostAttempts = 3;
const firstDelayMs = 5_000;
const longestDelayMs = 5 * 60_000;

export type FailedAttempt = {
  code: TaskFailureCode;
  /** How often the task was begun, this time included. */
  attempts: number;
  /** True when any of its renditions is encoded by hardware. */
  usesHardware: boolean;
};

export type AfterFailure =
  /** Again, after `delayMs`. */
  | { action: 'retry'; delayMs: number }
  /** Again, but with fewer tasks beside it: together they had not enough memory. */
  | { action: 'retry-with-fewer'; delayMs: number }
  /** Again with software encoders, for the whole job: every chunk of a rendition has one encoder. */
  | { action: 'fall-back' }
  /** Not before a person did something: made room, gave a right. What is done so far stays. */
  | { action: 'ask-user' }
  | { action: 'give-up' }
  /** Someone wanted it to end. */
  | { action: 'stop' };

/** The one place that decides it. */
export function afterFailure({ code, attempts, usesHardware }: FailedAttempt): AfterFailure {
  switch (code) {
    case 'stopped':
      return { action: 'stop' };
    case 'bad-input':
      return { action: 'give-up' };
    case 'disk-full':
    case 'permission':
      return { action: 'ask-user' };
    case 'encoder-missing':
    case 'encoder-failed':
    case 'bad-output':
      // Software gives the same answer to the same question, so asking it again only costs time.
      return usesHardware ? { action: 'fall-back' } : { action: 'give-up' };
    case 'out-of-memory':
      return again(attempts, 'retry-with-fewer');
    case 'killed':
      // Linux ends what eats its memory by SIGKILL, which looks like any other kill.
      return again(attempts, 'retry-with-fewer');
    case 'stalled':
    case 'unknown':
      if (attempts >= mostAttempts && usesHardware) return { action: 'fall-back' };
      return again(attempts, 'retry');
    default:
      return unreachable(code);
  }
}

/** S3 9.8: 5 s, doubled with each attempt, 5 minutes at most. `attempts` counts from 1. */
export function retryDelayMs(attempts: number): number {
  return Math.min(firstDelayMs * 2 ** (attempts - 1), longestDelayMs);
}

function again(attempts: number, action: 'retry' | 'retry-with-fewer'): AfterFailure {
  return attempts >= mostAttempts ? { action: 'give-up' } : { action, delayMs: retryDelayMs(attempts) };
}

function unreachable(code: never): never {
  throw new TypeError(`no such failure code: ${String(code)}`);
}
