import { expect, test } from 'vitest';
import { hasJumped, settling } from '#main/intake/settle.ts';

const rule = { settleMs: 10_000, trustedSinceMs: 0 };
const look = { sizeBytes: 5, modifiedMs: 1000 };

test('a file has settled when it has looked the same for long enough', () => {
  const earlier = { ...look, sinceMs: 50_000 };
  expect(settling(earlier, look, 59_999, rule)).toEqual({ kind: 'waiting', sinceMs: 50_000 });
  expect(settling(earlier, look, 60_000, rule)).toEqual({ kind: 'settled' });
});

test('another size or another time begins anew, whichever way it goes', () => {
  const earlier = { ...look, sinceMs: 0 };
  const changed = { kind: 'changed', sinceMs: 60_000 };
  expect(settling(earlier, { ...look, sizeBytes: 4 }, 60_000, rule)).toEqual(changed);
  expect(settling(earlier, { ...look, modifiedMs: 999 }, 60_000, rule)).toEqual(changed);
});

test('a time in the future keeps no file out', () => {
  const future = { ...look, modifiedMs: 9e12 };
  expect(settling({ ...future, sinceMs: 0 }, future, 10_000, rule)).toEqual({ kind: 'settled' });
});

test('after the clock was set back a file waits once more, not for a year', () => {
  const earlier = { ...look, sinceMs: 31_536_000_000 };
  expect(settling(earlier, look, 5_000, rule)).toEqual({ kind: 'waiting', sinceMs: 5_000 });
  expect(settling({ ...look, sinceMs: null }, look, 5_000, rule)).toEqual({ kind: 'waiting', sinceMs: 5_000 });
});

test('after the clock was set forward two looks a moment apart are no proof', () => {
  const earlier = { ...look, sinceMs: 1_000 };
  const jumped = { ...rule, trustedSinceMs: 31_536_000_000 };
  expect(settling(earlier, look, 31_536_000_500, jumped)).toEqual({ kind: 'waiting', sinceMs: 31_536_000_000 });
});

test('a clock has jumped when its two kinds disagree', () => {
  const before = { wallMs: 1000, monotonicMs: 500 };
  expect(hasJumped(before, { wallMs: 61_000, monotonicMs: 60_500 })).toBe(false);
  expect(hasJumped(before, { wallMs: 62_000, monotonicMs: 60_500 })).toBe(false);
  expect(hasJumped(before, { wallMs: 1000, monotonicMs: 60_500 })).toBe(true);
  expect(hasJumped(before, { wallMs: 99_000_000, monotonicMs: 60_500 })).toBe(true);
});
