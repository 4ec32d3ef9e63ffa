/** `HH:MM:SS.mmm` (W3C WebVTT 4.1): at least two digits of hours, a point and never a comma. RangeError below zero. */
export function webVttTime(seconds: number): string {
  if (!(seconds >= 0 && seconds < Number.POSITIVE_INFINITY)) throw new RangeError(`not a time: ${seconds}`);
  const ms = Math.round(seconds * 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  const clock = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, Math.floor(ms / 1000) % 60].map(two);
  return `${clock.join(':')}.${String(ms % 1000).padStart(3, '0')}`;
}

/** Reads `MM:SS.mmm` and `HH:MM:SS.mmm`; null when it is neither, or minutes or seconds are above 59. */
export function parseWebVttTime(text: string): number | null {
  const match = /^(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})$/.exec(text);
  if (match === null) return null;
  const [, hours = '0', minutes, seconds, ms] = match;
  return (Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000 + Number(ms)) / 1000;
}
