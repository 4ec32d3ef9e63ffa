import { describe, expect, test } from 'vitest';
import { isOpen } from '#shared/model/open-hours.ts';

const at = (day: number, time: string) => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return { day, minute: hours * 60 + minutes };
};

test('without windows work may always begin', () => {
  expect(isOpen([], at(3, '12:00'))).toBe(true);
});

describe('only at night, from Friday', () => {
  const nights = [{ days: [5], from: '22:00', to: '06:30' }];
  test.each([
    [5, '21:59', false],
    [5, '22:00', true],
    [6, '00:00', true],
    [6, '06:29', true],
    [6, '06:30', false],
    [6, '22:30', false],
  ])('on day %i at %s it is %s', (day, time, open) => {
    expect(isOpen(nights, at(day, time))).toBe(open);
  });
});

test('a window that begins on Saturday goes on into Sunday', () => {
  const window = [{ days: [6], from: '23:00', to: '01:00' }];
  expect([isOpen(window, at(0, '00:30')), isOpen(window, at(0, '01:00'))]).toEqual([true, false]);
});

test('a window that ends when it begins is a whole day', () => {
  const window = [{ days: [2], from: '08:00', to: '08:00' }];
  expect([isOpen(window, at(2, '07:59')), isOpen(window, at(2, '08:00')), isOpen(window, at(3, '07:59'))]).toEqual([
    false,
    true,
    true,
  ]);
});
