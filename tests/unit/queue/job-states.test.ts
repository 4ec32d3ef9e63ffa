import { describe, expect, test } from 'vitest';
import { isFinalJobState, mayChange, nextJobState, stateForTask } from '#main/queue/job-states.ts';
import { type JobState, jobState } from '#shared/model/job.ts';

const events = [
  'probe',
  'requeue',
  'plan',
  'package',
  'validate',
  'publish',
  'redo-encoding',
  'redo-packaging',
  'complete',
  'fail',
  'cancel',
  'pause',
  'resume-queued',
  'resume-encoding',
  'retry-whole',
  'retry-failed',
] as const;

test('there are these changes of a job’s state and no others', () => {
  const table = jobState.options.flatMap((from) =>
    events.flatMap((event) => (mayChange(from, event) ? [`${from} ${event} ${nextJobState(from, event)}`] : [])),
  );
  expect(table).toEqual([
    'queued probe probing',
    'queued fail failed',
    'queued cancel cancelled',
    'queued pause paused',
    'probing requeue queued',
    'probing plan encoding',
    'probing fail failed',
    'probing cancel cancelled',
    'probing pause paused',
    'encoding package packaging',
    'encoding fail failed',
    'encoding cancel cancelled',
    'encoding pause paused',
    'packaging validate validating',
    'packaging redo-encoding encoding',
    'packaging fail failed',
    'packaging cancel cancelled',
    'packaging pause paused',
    'validating publish publishing',
    'validating redo-encoding encoding',
    'validating redo-packaging packaging',
    'validating fail failed',
    'validating cancel cancelled',
    'validating pause paused',
    'publishing redo-encoding encoding',
    'publishing redo-packaging packaging',
    'publishing complete completed',
    'publishing fail failed',
    'failed retry-whole queued',
    'failed retry-failed encoding',
    'cancelled retry-whole queued',
    'paused fail failed',
    'paused cancel cancelled',
    'paused resume-queued queued',
    'paused resume-encoding encoding',
  ]);
});

test('a change that there is not throws and names both', () => {
  expect(() => nextJobState('completed', 'cancel')).toThrow("a job that is completed can't cancel");
  expect(() => nextJobState('publishing', 'pause')).toThrow("a job that is publishing can't pause");
});

describe('the state while a task is done', () => {
  test.each<[JobState, Parameters<typeof stateForTask>[1], JobState]>([
    ['encoding', 'video', 'encoding'],
    ['encoding', 'package', 'packaging'],
    // After a pause or a restart the job stands at encoding, whatever was done.
    ['encoding', 'validate', 'validating'],
    ['encoding', 'publish', 'publishing'],
    ['validating', 'publish', 'publishing'],
    ['validating', 'package', 'packaging'],
    ['publishing', 'audio', 'encoding'],
  ])('a job that is %s and begins a %s task is %s', (from, type, to) => {
    expect(stateForTask(from, type)).toBe(to);
  });

  test('a job that is not being worked on has no task to begin', () => {
    expect(() => stateForTask('paused', 'video')).toThrow('a job that is paused has no task to begin');
  });
});

test('three states are final', () => {
  expect(jobState.options.filter(isFinalJobState)).toEqual(['completed', 'failed', 'cancelled']);
});
