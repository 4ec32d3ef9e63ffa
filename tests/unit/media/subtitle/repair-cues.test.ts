import { expect, test } from 'vitest';
import { repairCues } from '#main/media/subtitle/repair-cues.ts';
import { shiftCues } from '#main/media/subtitle/shift.ts';

function cue(startSec: number, endSec: number, payload: string, settings = '') {
  return { startSec, endSec, payload, settings };
}

const nothing = {
  empty: 0,
  untimed: 0,
  beforeStart: 0,
  negativeStart: 0,
  endless: 0,
  outOfOrder: 0,
  joined: 0,
  trimmed: 0,
};

test('good cues stay as they are', () => {
  const cues = [cue(0, 1, 'a'), cue(1, 2, 'b'), cue(1.5, 4, 'c'), cue(1.5, 4, 'd', 'line:0')];
  expect(repairCues(cues)).toEqual({ cues, repairs: nothing });
  expect(repairCues([])).toEqual({ cues: [], repairs: nothing });
});

test('empty and untimed cues go', () => {
  const cues = [
    cue(0, 1, ' \n '),
    cue(0, 1, '<i></i>'),
    cue(0, 1, '&nbsp;\u200b'),
    cue(Number.NaN, 1, 'a'),
    cue(0, Number.POSITIVE_INFINITY, 'b'),
  ];
  expect(repairCues(cues)).toEqual({ cues: [], repairs: { ...nothing, empty: 3, untimed: 2 } });
});

test('blank lines inside a text go, since they would end the cue', () => {
  expect(repairCues([cue(0, 1, 'a\r\n\r\n  b \n\n')]).cues).toEqual([cue(0, 1, 'a\nb')]);
});

test('cues without length are shown until the next one, at most two seconds', () => {
  const cues = [cue(1, 1, 'a'), cue(2, 1.5, 'b'), cue(9, 8, 'c'), cue(9, 9, 'd')];
  expect(repairCues(cues)).toEqual({
    cues: [cue(1, 2, 'a'), cue(2, 4, 'b'), cue(9, 11, 'c'), cue(9, 11, 'd')],
    repairs: { ...nothing, endless: 4 },
  });
});

test('cues out of order are sorted, those with one start keep their order', () => {
  expect(repairCues([cue(5, 6, 'c'), cue(1, 2, 'a'), cue(1, 3, 'b')])).toEqual({
    cues: [cue(1, 2, 'a'), cue(1, 3, 'b'), cue(5, 6, 'c')],
    repairs: { ...nothing, outOfOrder: 1 },
  });
});

test('time below zero is cut', () => {
  expect(repairCues([cue(-5, -4, 'a'), cue(-1, 1, 'b')])).toEqual({
    cues: [cue(0, 1, 'b')],
    repairs: { ...nothing, beforeStart: 1, negativeStart: 1 },
  });
});

test('the same words frame by frame become one cue, with a gap they stay two', () => {
  const frames = Array.from({ length: 24 }, (_, i) => cue(1 + i / 24, 1 + (i + 1) / 24, 'sign', 'line:0'));
  expect(repairCues([...frames, cue(1.2, 1.4, 'sign'), cue(5, 6, 'sign', 'line:0')])).toEqual({
    cues: [cue(1, 2, 'sign', 'line:0'), cue(1.2, 1.4, 'sign'), cue(5, 6, 'sign', 'line:0')],
    repairs: { ...nothing, outOfOrder: 1, joined: 23 },
  });
});

test('an overlap of an instant is cut, a longer one is meant', () => {
  expect(repairCues([cue(0, 2.05, 'a'), cue(2, 4.5, 'b'), cue(4, 6, 'c'), cue(5.95, 5.99, 'd')])).toEqual({
    cues: [cue(0, 2, 'a'), cue(2, 4.5, 'b'), cue(4, 6, 'c'), cue(5.95, 5.99, 'd')],
    repairs: { ...nothing, trimmed: 1 },
  });
});

test('times are whole milliseconds', () => {
  expect(repairCues([cue(1 / 3, 2 / 3, 'a')]).cues).toEqual([cue(0.333, 0.667, 'a')]);
});

test('shifting moves cues to the presentation and clips them to the film', () => {
  const cues = [
    cue(8, 9, 'before'),
    cue(9.5, 11, 'across the start'),
    cue(12, 13, 'inside'),
    cue(19, 25, 'across the end'),
    cue(20, 21, 'after'),
  ];
  expect(shiftCues(cues, 10, 10)).toEqual({
    cues: [cue(0, 1, 'across the start'), cue(2, 3, 'inside'), cue(9, 10, 'across the end')],
    outside: 2,
  });
});

test('shifting by a negative origin moves cues later and leaves no cue that rounds to nothing', () => {
  expect(shiftCues([cue(0, 1, 'a')], -1.4, 60).cues).toEqual([cue(1.4, 2.4, 'a')]);
  expect(shiftCues([cue(59.9996, 61, 'a')], 0, 60)).toEqual({ cues: [], outside: 1 });
  expect(shiftCues([cue(1, 99, 'a')], 0, 1001 / 30).cues).toEqual([cue(1, 33.366, 'a')]);
});

test('a hundred thousand broken cues are repaired in a blink', () => {
  const cues = Array.from({ length: 100_000 }, (_, i) => cue(i % 2, 0, '<'.repeat(i === 0 ? 100_000 : 1) + i));
  expect(repairCues(cues).repairs).toEqual({ ...nothing, endless: 100_000, outOfOrder: 50_000 - 1 });
});
