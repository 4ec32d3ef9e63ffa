import { expect, test } from 'vitest';
import { isOpen } from '#shared/model/open-hours.ts';
import type { TimeWindow } from '#shared/model/settings.ts';
import { openMinutes, openPart, windowsOf, withHour } from '../../src-renderer/screens/settings/open-week.ts';

const weekdays = [1, 2, 3, 4, 5];
const everyDay = [0, 1, 2, 3, 4, 5, 6];

test.each<[string, TimeWindow[]]>([
  ['nights', [{ days: everyDay, from: '22:00', to: '06:30' }]],
  ['work days', [{ days: weekdays, from: '09:00', to: '17:00' }]],
  [
    'a weekend without a pause',
    [
      { days: [0], from: '00:00', to: '00:00' },
      { days: [6], from: '00:00', to: '00:00' },
    ],
  ],
  [
    'two windows a day',
    [
      { days: weekdays, from: '00:00', to: '06:00' },
      { days: weekdays, from: '12:15', to: '13:00' },
    ],
  ],
])('%s are the same after they were drawn and read', (_name, windows) => {
  expect(sameHours(windowsOf(openMinutes(windows)), windows)).toBe(true);
  expect(openMinutes(windowsOf(openMinutes(windows)))).toEqual(openMinutes(windows));
});

test('nights of every day are written as one window', () => {
  const nights = [{ days: everyDay, from: '22:00', to: '06:30' }];
  expect(windowsOf(openMinutes(nights))).toEqual(nights);
});

test('a week that is open throughout needs no window', () => {
  expect(windowsOf(openMinutes([]))).toEqual([]);
});

test('half an hour is told as a part, and an hour that is chosen is open as a whole', () => {
  const minutes = openMinutes([{ days: [2], from: '08:30', to: '10:00' }]);
  expect([openPart(minutes, 2, 8), openPart(minutes, 2, 9), openPart(minutes, 2, 10)]).toEqual([
    'part',
    'open',
    'closed',
  ]);
  expect(windowsOf(withHour(minutes, 2, 8, true))).toEqual([{ days: [2], from: '08:00', to: '10:00' }]);
  expect(windowsOf(withHour(minutes, 2, 9, false))).toEqual([{ days: [2], from: '08:30', to: '09:00' }]);
});

function sameHours(a: readonly TimeWindow[], b: readonly TimeWindow[]): boolean {
  return everyDay.every((day) =>
    Array.from({ length: 1440 }, (_, minute) => minute).every(
      (minute) => isOpen(a, { day, minute }) === isOpen(b, { day, minute }),
    ),
  );
}
