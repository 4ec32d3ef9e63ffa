import { describe, expect, test } from 'vitest';
import { filterOf, queueSearch, withGroup } from '../../src-renderer/screens/queue/queue-search.ts';
import { rowsInSight } from '../../src-renderer/screens/queue/rows-in-sight.ts';
import { rowsShift } from '../../src-renderer/screens/queue/rows-shift.ts';
import { choose, chosenCount, everything, isChosen, nothing } from '../../src-renderer/screens/queue/selection.ts';

describe('what is chosen', () => {
  test('jobs one by one', () => {
    const some = choose(choose(nothing, ['a', 'b'], true), ['a'], false);
    expect(['a', 'b'].map((id) => isChosen(some, id))).toEqual([false, true]);
    expect(chosenCount(some, 100_000)).toBe(1);
  });

  test('all that match but for some, without their ids', () => {
    const most = choose(choose(everything, ['a', 'b'], false), ['b'], true);
    expect(['a', 'b', 'never seen'].map((id) => isChosen(most, id))).toEqual([false, true, true]);
    expect(chosenCount(most, 100_000)).toBe(99_999);
  });
});

describe('the address', () => {
  test('that nobody can read shows everything', () => {
    expect(queueSearch.parse({ state: ['asleep'], search: 7, sort: 'size' })).toEqual({});
  });

  test('in the order of the queue shows what stands in it, unless it names states', () => {
    expect(filterOf({ sort: 'queue' }).state).not.toContain('completed');
    expect(filterOf({ sort: 'queue', state: ['completed'] }).state).toEqual(['completed']);
    expect(filterOf({}).state).toEqual([]);
  });

  test('takes and leaves groups of states', () => {
    const both = withGroup(['failed'], 'stopped', true);
    expect(both).toEqual(['failed', 'paused', 'cancelled']);
    expect(withGroup(both, 'failed', false)).toEqual(['paused', 'cancelled']);
  });
});

describe('what one reads stands still', () => {
  const before = new Map('abcde'.split('').map((id, index) => [id, index + 10]));
  const now = (ids: string) => new Map(ids.split('').map((id, index) => [id, index + 10]));

  test('when jobs come above or go', () => {
    expect(rowsShift(before, now('xyabcde'))).toBe(2);
    expect(rowsShift(before, now('bcde'))).toBe(-1);
  });

  test('when one of them is moved by itself', () => {
    expect(rowsShift(before, now('bcdea'))).toBe(-1);
    expect(rowsShift(before, now('abdec'))).toBe(0);
  });

  test('when half of it is on a page that is read later', () => {
    const four = new Map('abcd'.split('').map((id, index) => [id, index + 10]));
    const firstPage = new Map([...four, ['a', 11], ['b', 12]]);
    const both = new Map([...firstPage, ['c', 13], ['d', 14]]);
    expect([rowsShift(four, firstPage), rowsShift(firstPage, both)]).toEqual([1, 0]);
  });

  test('when all is new', () => expect(rowsShift(before, now('vwxyz'))).toBe(0));
});

describe('what is drawn of a list', () => {
  const list = { rowPx: 50, windowPx: 490, total: 100_000 };

  test('is what can be seen and some rows around it, and stays the same for some rows of a scroll', () => {
    const ranges = [0, -199, -200, -399, -400, -2_000_040].map((topPx) => rowsInSight({ ...list, topPx }));
    expect(ranges).toEqual([
      { first: 0, end: 19 },
      { first: 0, end: 19 },
      { first: 0, end: 23 },
      { first: 0, end: 23 },
      { first: 4, end: 27 },
      { first: 39_996, end: 40_019 },
    ]);
  });

  test('ends with the list, also where a window is scrolled past a list that grew shorter', () => {
    expect(rowsInSight({ ...list, topPx: 300, total: 3 })).toEqual({ first: 0, end: 3 });
    expect(rowsInSight({ ...list, topPx: -9_000, total: 6 })).toEqual({ first: 0, end: 6 });
    expect(rowsInSight({ ...list, topPx: 0, total: 0 })).toEqual({ first: 0, end: 0 });
  });
});
