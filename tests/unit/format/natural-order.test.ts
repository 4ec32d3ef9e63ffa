import { expect, test } from 'vitest';
import { naturalKey } from '#shared/format/natural-order.ts';

test('names sort by the value of their numbers and without regard to case', () => {
  const names = ['b', 'Episode 10', 'episode 9', 'a 2 x', 'A 02', 'a 100', 'É', 'e\u0301', 'a'];
  const sorted = names.toSorted((a, b) => (naturalKey(a) < naturalKey(b) ? -1 : naturalKey(a) > naturalKey(b) ? 1 : 0));
  expect(sorted).toEqual(['a', 'A 02', 'a 2 x', 'a 100', 'b', 'episode 9', 'Episode 10', 'É', 'e\u0301']);
});
