import { isOpen } from '#shared/model/open-hours.ts';
import type { TimeWindow } from '#shared/model/settings.ts';

/*
 * A week as it is drawn, a minute at a time, and the windows that say the same.
 */

/** Whether tasks may begin in each minute of the week; the first is that of Sunday at midnight. */
export type OpenMinutes = readonly boolean[];

const hourMinutes = 60;
const dayMinutes = 24 * hourMinutes;
const weekMinutes = 7 * dayMinutes;

/** The minutes that the windows open; all of them where there is none. */
export function openMinutes(windows: readonly TimeWindow[]): OpenMinutes {
  return Array.from({ length: weekMinutes }, (_, at) =>
    isOpen(windows, { day: Math.floor(at / dayMinutes), minute: at % dayMinutes }),
  );
}

/** How much of an hour is open. */
export function openPart(minutes: OpenMinutes, day: number, hour: number): 'open' | 'part' | 'closed' {
  const begin = day * dayMinutes + hour * hourMinutes;
  const open = minutes.slice(begin, begin + hourMinutes).filter(Boolean).length;
  return open === hourMinutes ? 'open' : open === 0 ? 'closed' : 'part';
}

/** The same week with this hour opened or closed. */
export function withHour(minutes: OpenMinutes, day: number, hour: number, isOpened: boolean): OpenMinutes {
  const begin = day * dayMinutes + hour * hourMinutes;
  return minutes.map((was, at) => (at >= begin && at < begin + hourMinutes ? isOpened : was));
}

/** The fewest windows that open these minutes; none for the whole week. What is closed throughout can't be said: RangeError. */
export function windowsOf(minutes: OpenMinutes): TimeWindow[] {
  if (minutes.every(Boolean)) return [];
  if (!minutes.some(Boolean)) throw new RangeError('a week needs an open minute');
  const days = new Map<string, number[]>();
  for (const [begin, length] of runs(minutes)) {
    // A window lasts a day at most.
    for (let done = 0; done < length; done += dayMinutes) {
      const first = (begin + done) % weekMinutes;
      const key = `${clock(first)} ${clock(first + Math.min(dayMinutes, length - done))}`;
      days.set(key, [...(days.get(key) ?? []), Math.floor(first / dayMinutes)]);
    }
  }
  return [...days].map(([key, on]) => {
    const [from = '', to = ''] = key.split(' ');
    return { days: on.toSorted((a, b) => a - b), from, to };
  });
}

/** Where open times begin and how long each lasts; one that goes over the end of the week is one. */
function runs(minutes: OpenMinutes): [number, number][] {
  const begins = [...minutes.keys()].filter((at) => minutes[at] === true && minutes.at(at - 1) === false);
  return begins.map((begin) => {
    let length = 1;
    while (minutes[(begin + length) % weekMinutes] === true) length += 1;
    return [begin, length];
  });
}

function clock(at: number): string {
  const minute = at % dayMinutes;
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / hourMinutes))}:${two(minute % hourMinutes)}`;
}
