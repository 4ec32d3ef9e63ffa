import { expect, test } from 'vitest';
import { frameTiming } from '#main/media/probe/frame-timing.ts';
import type { Fraction } from '#shared/model/fraction.ts';

const film: Fraction = { num: 24_000, den: 1001 };
const nothingDeclared = { lowest: null, average: null };

/** Times of pictures `from` to `from + count` of a rate, rounded to a container's tick. */
function times({ num, den }: Fraction, count: number, { tickSec = 0.001, from = 0, offsetSec = 0 } = {}): number[] {
  return Array.from(
    { length: count },
    (_, n) => Math.round((offsetSec + ((from + n) * den) / num) / tickSec) * tickSec,
  );
}

test.each([
  [{ num: 24, den: 1 }],
  [film],
  [{ num: 25, den: 1 }],
  [{ num: 30, den: 1 }],
  [{ num: 30_000, den: 1001 }],
  [{ num: 50, den: 1 }],
  [{ num: 60_000, den: 1001 }],
  [{ num: 120, den: 1 }],
])('%o is told from its neighbours by milliseconds', (rate) => {
  const head = times(rate, 600, { offsetSec: 1.4 });
  expect(frameTiming({ declared: nothingDeclared, head, elsewhere: [] })).toEqual({
    frameRate: rate,
    rateMode: 'constant',
  });
});

test('a false declaration does not win', () => {
  const declared = { lowest: { num: 60, den: 1 }, average: { num: 1000, den: 1 } };
  expect(frameTiming({ declared, head: times({ num: 30, den: 1 }, 30), elsewhere: [] })).toEqual({
    frameRate: { num: 30, den: 1 },
    rateMode: 'constant',
  });
});

test('an unusual rate is kept exactly when header and timestamps agree', () => {
  const rate = { num: 23_976, den: 1000 };
  const odd = { num: 1777, den: 100 };
  for (const exact of [rate, odd]) {
    const declared = { lowest: exact, average: exact };
    expect(frameTiming({ declared, head: times(exact, 300), elsewhere: [] })).toEqual({
      frameRate: exact,
      rateMode: 'constant',
    });
  }
});

test('a missing picture makes the rate variable and leaves the rate', () => {
  const head = times({ num: 25, den: 1 }, 100).filter((_, n) => n !== 40);
  expect(frameTiming({ declared: nothingDeclared, head, elsewhere: [] })).toEqual({
    frameRate: { num: 25, den: 1 },
    rateMode: 'variable',
  });
});

test('a rate that changes in the middle of the file is variable', () => {
  const [head, later] = [times(film, 300), times({ num: 30_000, den: 1001 }, 100, { offsetSec: 3000 })];
  expect(frameTiming({ declared: nothingDeclared, head, elsewhere: [later] })).toEqual({
    frameRate: film,
    rateMode: 'variable',
  });
});

test('a clock that slipped half a picture is variable, one that rounds for two hours is not', () => {
  const head = times(film, 300);
  const after2Hours = times(film, 100, { from: 172_800 });
  expect(frameTiming({ declared: nothingDeclared, head, elsewhere: [after2Hours] }).rateMode).toBe('constant');
  const slipped = after2Hours.map((time) => time + 0.02);
  expect(frameTiming({ declared: nothingDeclared, head, elsewhere: [slipped] }).rateMode).toBe('variable');
});

test('a recorder that sends pictures when something moves gets the rate of most of them', () => {
  const head = [0, 0.033, 0.067, 0.1, 0.9, 0.933, 0.967, 1.0, 3.0, 3.033, 3.067, 3.1];
  expect(frameTiming({ declared: nothingDeclared, head, elsewhere: [] })).toEqual({
    frameRate: { num: 30, den: 1 },
    rateMode: 'variable',
  });
});

test('pictures at random have an average', () => {
  const head = [0, 0.31, 0.5, 0.93, 1.21, 1.52, 2.0];
  expect(frameTiming({ declared: nothingDeclared, head, elsewhere: [] })).toEqual({
    frameRate: { num: 3000, den: 1000 },
    rateMode: 'variable',
  });
});

test('one or two pictures prove no mode; a sane declared rate is taken, an insane one not', () => {
  const agreed = { lowest: { num: 25, den: 1 }, average: { num: 25, den: 1 } };
  expect(frameTiming({ declared: agreed, head: [0], elsewhere: [] })).toEqual({
    frameRate: { num: 25, den: 1 },
    rateMode: null,
  });
  const insane = { lowest: { num: 90_000, den: 1 }, average: { num: 90_000, den: 1 } };
  expect(frameTiming({ declared: insane, head: [0], elsewhere: [] })).toEqual({ frameRate: null, rateMode: null });
});
