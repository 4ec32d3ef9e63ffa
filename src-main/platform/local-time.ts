import type { LocalTime } from '#shared/model/open-hours.ts';

/** The machine's own time at a moment, daylight saving and all. */
export function localTime(atMs: number): LocalTime {
  const at = new Date(atMs);
  return { day: at.getDay(), minute: at.getHours() * 60 + at.getMinutes() };
}
