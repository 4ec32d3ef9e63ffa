/** The steps of a job in their order; what people see as its state while it runs. */
export const line = ['probing', 'planning', 'encoding', 'packaging', 'validating', 'publishing'] as const;
export type JobStage = (typeof line)[number];
export type JobState = JobStage | 'completed' | 'failed' | 'refused';
