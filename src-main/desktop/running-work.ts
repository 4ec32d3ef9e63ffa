import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { SecretLock } from '#main/platform/secret-file.ts';
import type { RestWishes } from './work-messages.ts';

export type WorkDeps = { clock: Clock; log: Logger; environment: NodeJS.ProcessEnv };

/** A server or a node that runs in this process. */
export type RunningWork = {
  rest: () => Promise<void>;
  resume: () => void | Promise<void>;
  wish: (wishes: RestWishes) => void;
  unpair: () => Promise<void>;
  keepSecrets: (lock: SecretLock) => Promise<void>;
  /** Where a job's package lies, absolute; null without one. */
  outputOf: (jobId: string) => Promise<string | null>;
  stop: () => Promise<void>;
};
