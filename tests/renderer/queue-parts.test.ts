import { describe, expect, test } from 'vitest';
import { filterOf, queueSearch, withGroup } from '../../src-renderer/screens/queue/queue-search.ts';
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

  test('when all is new', () => expect(rowsShift(before, now('vwxyz'))).toBe(0));
});
