import { expect, test } from 'vitest';
import { type AfterFailure, afterFailure, retryDelayMs } from '#main/queue/retry-policy.ts';
import { taskFailureCode } from '#shared/model/failure.ts';

const says = (decision: AfterFailure) =>
  'delayMs' in decision ? `${decision.action} in ${decision.delayMs} ms` : decision.action;

const answers = (attempts: number, usesHardware: boolean) =>
  Object.fromEntries(
    taskFailureCode.options.map((code) => [code, says(afterFailure({ code, attempts, usesHardware }))]),
  );

test('a first failure with software encoders', () => {
  expect(answers(1, false)).toEqual({
    'bad-input': 'give-up',
    'encoder-missing': 'give-up',
    'encoder-failed': 'give-up',
    'disk-full': 'ask-user',
    permission: 'ask-user',
    killed: 'retry-with-fewer in 5000 ms',
    'out-of-memory': 'retry-with-fewer in 5000 ms',
    stalled: 'retry in 5000 ms',
    stopped: 'stop',
    unknown: 'retry in 5000 ms',
    'bad-output': 'give-up',
  });
});

test('hardware that fails is left for software, at once or when it hung or crashed three times', () => {
  const first = answers(1, true);
  const third = answers(3, true);
  const left = (all: Record<string, string>) => Object.keys(all).filter((code) => all[code] === 'fall-back');
  expect(left(first)).toEqual(['encoder-missing', 'encoder-failed', 'bad-output']);
  expect(left(third)).toEqual(['encoder-missing', 'encoder-failed', 'stalled', 'unknown', 'bad-output']);
});

test('after three attempts nothing is tried again', () => {
  const third = Object.values(answers(3, false));
  expect(third.filter((answer) => answer.startsWith('retry'))).toEqual([]);
});

test('the wait doubles from five seconds to five minutes', () => {
  expect([1, 2, 3, 6, 7, 50].map(retryDelayMs)).toEqual([5_000, 10_000, 20_000, 160_000, 300_000, 300_000]);
});
