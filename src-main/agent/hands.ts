import type { Assignment, Forget, TaskEnding } from '#shared/protocol/node.ts';
import type { StepProgress } from './run-task.ts';

export type TaskTools = {
  /** Aborted when the lease is lost, or the node stops. */
  signal: AbortSignal;
  onProgress: (progress: StepProgress) => void;
};

/** What a node does with its leases. Who has them decides which folders and programs that takes. */
export type Hands = {
  /** Does one task. Rejects for a fault of Encrew only; a stopped task is released. */
  execute: (assignment: Assignment, tools: TaskTools) => Promise<TaskEnding>;
  /** Gives a job's folder up. */
  forget: (message: Forget) => Promise<void>;
  /** Gives everything up; finished parts stay. */
  close: () => Promise<void>;
};
