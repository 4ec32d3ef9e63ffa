import { expect, test } from 'vitest';
import { alive, type Life, type LifeEvent, live, type QuitAnswer } from '#main/desktop/decide/life.ts';

/** Events with their moments, to the actions in order and the last state. */
function lived(...events: [number, LifeEvent][]): { actions: string[]; state: Life['state'] } {
  let life: Life = alive;
  const actions = events.flatMap(([atMs, event]) => {
    const next = live(life, event, atMs);
    life = next.life;
    return next.actions.map((action) => `${atMs} ${action}`);
  });
  return { actions, state: life.state };
}

const tick: LifeEvent = { kind: 'tick' };
const ended: LifeEvent = { kind: 'work-ended' };
const quit: LifeEvent = { kind: 'end', goal: 'exit' };

test('quitting waits until FFmpeg has ended and nothing runs any more', () => {
  expect(lived([0, quit], [5_000, tick], [19_999, tick], [19_999, ended], [30_000, tick])).toEqual({
    actions: ['0 stop-work', '19999 exit'],
    state: 'stopped',
  });
});

test('work that won’t end is ended, and the app goes with it or without', () => {
  expect(lived([0, quit], [20_000, tick], [20_100, ended]).actions).toEqual([
    '0 stop-work',
    '20000 kill-work',
    '20100 exit',
  ]);
  expect(lived([0, quit], [20_000, tick], [21_000, tick], [21_500, tick]).actions).toEqual([
    '0 stop-work',
    '20000 kill-work',
    '21500 exit',
  ]);
});

test('a log-off waits for nobody for long, and starts nothing again', () => {
  expect(lived([0, { kind: 'session-ends' }], [4_000, tick], [4_001, ended]).actions).toEqual([
    '0 stop-work',
    '4000 kill-work',
    '4001 exit',
  ]);
  const restart: LifeEvent = { kind: 'end', goal: 'restart' };
  expect(lived([0, restart], [1_000, { kind: 'session-ends' }], [5_000, tick], [5_500, ended]).actions).toEqual([
    '0 stop-work',
    '5000 kill-work',
    '5500 exit',
  ]);
});

test('a log-off near the end of a quit gives no new patience', () => {
  expect(lived([0, quit], [19_000, { kind: 'session-ends' }], [20_000, tick]).actions).toEqual([
    '0 stop-work',
    '20000 kill-work',
  ]);
});

test('who quits twice ends it once', () => {
  const install: LifeEvent = { kind: 'end', goal: 'install-update' };
  expect(lived([0, install], [1, quit], [2, ended], [3, quit], [4, ended]).actions).toEqual([
    '0 stop-work',
    '2 install-update',
  ]);
});

const quitAtWork: LifeEvent = { kind: 'quit', isWorking: true };
const answer = (said: QuitAnswer): LifeEvent => ({ kind: 'answer', answer: said });

test('people who quit while something is encoded are asked once, and no answer is taken twice', () => {
  expect(lived([0, quitAtWork], [1, quitAtWork], [60_000, tick])).toEqual({ actions: ['0 ask'], state: 'asking' });
  expect(lived([0, quitAtWork], [1, answer('go-on')], [2, answer('quit-now')], [3, quitAtWork])).toEqual({
    actions: ['0 ask', '3 ask'],
    state: 'asking',
  });
  expect(lived([0, quitAtWork], [1, answer('finish-first')])).toEqual({
    actions: ['0 ask', '1 quit-when-done'],
    state: 'running',
  });
  expect(lived([0, quitAtWork], [50_000, answer('quit-now')], [69_999, tick], [70_000, tick])).toEqual({
    actions: ['0 ask', '50000 stop-work', '70000 kill-work'],
    state: 'finishing',
  });
});

test('nobody is asked who cuts nothing short, and neither a log-off nor an update waits for the answer', () => {
  expect(lived([0, { kind: 'quit', isWorking: false }], [1, ended]).actions).toEqual(['0 stop-work', '1 exit']);
  const logOff: LifeEvent = { kind: 'session-ends' };
  expect(lived([0, logOff], [1, quitAtWork], [2, ended]).actions).toEqual(['0 stop-work', '2 exit']);
  expect(lived([0, quitAtWork], [1, logOff], [2, answer('go-on')], [4_001, tick]).actions).toEqual([
    '0 ask',
    '1 stop-work',
    '4001 kill-work',
  ]);
  const install: LifeEvent = { kind: 'end', goal: 'install-update' };
  expect(lived([0, install], [1, quitAtWork], [2, ended]).actions).toEqual(['0 stop-work', '2 install-update']);
  expect(lived([0, quitAtWork], [1, install], [2, ended]).actions).toEqual([
    '0 ask',
    '1 stop-work',
    '2 install-update',
  ]);
});

test('work that ends while the app lives is no end of the app', () => {
  expect(lived([0, ended], [1, tick])).toEqual({ actions: [], state: 'running' });
});
