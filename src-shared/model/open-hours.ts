import type { TimeWindow } from './settings.ts';

/** A moment by the wall clock of the machine's own place. */
export type LocalTime = { /** 0 is Sunday. */ day: number /** Minutes since midnight. */; minute: number };

const dayMinutes = 24 * 60;

/** Whether tasks may begin; without windows they always may. */
export function isOpen(windows: readonly TimeWindow[], { day, minute }: LocalTime): boolean {
  if (windows.length === 0) return true;
  return windows.some(({ days, from, to }) => {
    const [begins, ends] = [minutesOf(from), minutesOf(to)];
    const lengthMinutes = ends > begins ? ends - begins : ends + dayMinutes - begins;
    return days.some((first) => {
      const since = (day - first) * dayMinutes + minute - begins;
      const inWeek = ((since % (7 * dayMinutes)) + 7 * dayMinutes) % (7 * dayMinutes);
      return inWeek < lengthMinutes;
    });
  });
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
