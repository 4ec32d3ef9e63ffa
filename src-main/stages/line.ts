import type { TaskType } from '#shared/model/plan.ts';

/** The steps of a job in their order; what people see as its state while it runs. */
export const line = ['probing', 'planning', 'encoding', 'packaging', 'validating', 'publishing'] as const;
export type JobStage = (typeof line)[number];
export type JobState = JobStage | 'completed' | 'failed' | 'refused';

/** Where on the line each kind of task is done. */
export const stageOfTask: Readonly<Record<TaskType, JobStage>> = {
  extract: 'encoding',
  audio: 'encoding',
  video: 'encoding',
  package: 'packaging',
  validate: 'validating',
  publish: 'publishing',
};
