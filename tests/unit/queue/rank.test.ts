import { expect, test } from 'vitest';
import { rankBetween, rankOf } from '#main/queue/rank.ts';

const hourMs = 3_600_000;

test('a higher priority goes first, and a longer wait among equals', () => {
  expect(rankOf(1000, 10)).toBeLessThan(rankOf(0, 5));
  expect(rankOf(0, 5)).toBeLessThan(rankOf(1, 5));
});

test('a job of low priority is overtaken for as many hours as there are points between, then never again', () => {
  const low = rankOf(0, 0);
  expect(rankOf(10 * hourMs - 1, 10)).toBeLessThan(low);
  expect(rankOf(10 * hourMs + 1, 10)).toBeGreaterThan(low);
});

test('a place between two neighbours lies between them, and the ends are open', () => {
  expect([rankBetween(1, 2), rankBetween(null, 7), rankBetween(7, null), rankBetween(null, null)]).toEqual([
    1.5, 6, 8, 0,
  ]);
});

test('between two that are one, or nearly so, there is no place', () => {
  const ms = 1_769_860_800_000;
  expect([rankBetween(ms, ms), rankBetween(ms, ms + 2 ** -12), rankBetween(ms, ms + 1)]).toEqual([
    null,
    null,
    ms + 0.5,
  ]);
});
