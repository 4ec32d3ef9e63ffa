import { expect, test } from 'vitest';
import { type DeskFacts, noFacts } from '#main/desktop/decide/facts.ts';
import { cutsShort, quitAnswer, quitQuestion } from '#main/desktop/decide/quit-question.ts';
import { chooseWords } from '#main/desktop/decide/words/choose-words.ts';

const asked = (change: Partial<DeskFacts>): boolean => cutsShort({ ...noFacts, ...change });
const queue = { running: 1, waiting: 0, progress: 0.5 };

test('quitting cuts short what runs here or is done for another server, and nothing that waits or was paused', () => {
  expect([asked({ queue }), asked({ lentTasks: 1 })]).toEqual([true, true]);
  expect([
    asked({}),
    asked({ queue: { running: 0, waiting: 3, progress: null } }),
    asked({ queue, pause: { untilMs: null } }),
    asked({ lentTasks: 1, pause: { untilMs: 5 } }),
  ]).toEqual([false, false, false, false]);
});

test('the question stands safe: Enter finishes first, Escape goes on, and so does an answer that is none', () => {
  for (const language of ['en', 'de', 'es', 'fr', 'ja']) {
    const { buttons, defaultId, cancelId, detail } = quitQuestion(chooseWords([language]));
    expect(new Set(buttons).size).toBe(3);
    expect([quitAnswer(defaultId), quitAnswer(cancelId)]).toEqual(['finish-first', 'go-on']);
    // What the first two do is said by their own names.
    expect(buttons.slice(0, 2).filter((name) => !detail.includes(name))).toEqual([]);
  }
  expect([quitAnswer(1), quitAnswer(-1), quitAnswer(3)]).toEqual(['quit-now', 'go-on', 'go-on']);
});
