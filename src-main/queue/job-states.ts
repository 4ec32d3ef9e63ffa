import type { JobState } from '#shared/model/job.ts';
import type { TaskType } from '#shared/model/plan.ts';

/*
 * S5 5: every change of a job's state that there is. Whoever asks for another one has a fault, and is told so by a throw.
 */

export type JobStateEvent =
  /** Somebody begins to look at the source. */
  | 'probe'
  /** Back to the others: whoever looked was lost, or has to wait. */
  | 'requeue'
  /** Tasks are there. */
  | 'plan'
  | 'package'
  | 'validate'
  | 'publish'
  /** Something made before has to be made again. */
  | 'redo-encoding'
  | 'redo-packaging'
  | 'complete'
  | 'fail'
  | 'cancel'
  | 'pause'
  | 'resume-queued'
  | 'resume-encoding'
  /** From the beginning. */
  | 'retry-whole'
  /** What was done stays done. */
  | 'retry-failed';

type Row = Readonly<Partial<Record<JobStateEvent, JobState>>>;

const always: Row = { fail: 'failed', cancel: 'cancelled', pause: 'paused' };

const transitions: Readonly<Record<JobState, Row>> = {
  queued: { ...always, probe: 'probing' },
  probing: { ...always, requeue: 'queued', plan: 'encoding' },
  encoding: { ...always, package: 'packaging' },
  packaging: { ...always, 'redo-encoding': 'encoding', validate: 'validating' },
  validating: { ...always, 'redo-encoding': 'encoding', 'redo-packaging': 'packaging', publish: 'publishing' },
  // The rename may have happened already: what is being published can't be called off any more.
  publishing: {
    fail: 'failed',
    'redo-encoding': 'encoding',
    'redo-packaging': 'packaging',
    complete: 'completed',
  },
  paused: { cancel: 'cancelled', fail: 'failed', 'resume-queued': 'queued', 'resume-encoding': 'encoding' },
  completed: {},
  failed: { 'retry-whole': 'queued', 'retry-failed': 'encoding' },
  // What it had made was thrown away.
  cancelled: { 'retry-whole': 'queued' },
};

/** The state that follows. RangeError for a change that there is not. */
export function nextJobState(state: JobState, event: JobStateEvent): JobState {
  const next = transitions[state][event];
  if (next === undefined) throw new RangeError(`a job that is ${state} can't ${event}`);
  return next;
}

/** Whether that change is possible. */
export function mayChange(state: JobState, event: JobStateEvent): boolean {
  return transitions[state][event] !== undefined;
}

/** Nothing happens any more unless somebody asks. */
export function isFinalJobState(state: JobState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}

/** States in which a job has tasks that may be leased. */
export const workingStates = ['encoding', 'packaging', 'validating', 'publishing'] as const satisfies JobState[];

const stages = ['encoding', 'packaging', 'validating', 'publishing'] as const;
type Stage = (typeof stages)[number];

/** Where a job is while a task of the type is done. */
export const stageOfTask: Readonly<Record<TaskType, Stage>> = {
  extract: 'encoding',
  audio: 'encoding',
  video: 'encoding',
  package: 'packaging',
  validate: 'validating',
  publish: 'publishing',
};

/** The state of a working job once a task of the type has begun; forwards it passes every stage on the way. */
export function stateForTask(state: JobState, type: TaskType): JobState {
  const to = stages.indexOf(stageOfTask[type]);
  const from = stages.findIndex((stage) => stage === state);
  if (from === -1) throw new RangeError(`a job that is ${state} has no task to begin`);
  if (to < from) return nextJobState(state, to === 0 ? 'redo-encoding' : 'redo-packaging');
  return onward.slice(from, to).reduce<JobState>(nextJobState, state);
}

const onward = ['package', 'validate', 'publish'] as const;
