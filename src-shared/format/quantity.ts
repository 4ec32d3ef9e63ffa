/** `1:32:07`, or `0:42` below an hour; fractions are cut. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(whole / 60) % 60;
  const tail = String(whole % 60).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

/** `4.2 GB`: powers of 1000, as disks and file managers count. */
export function bytesText(bytes: number): string {
  return scaled(bytes, ['B', 'kB', 'MB', 'GB', 'TB', 'PB']);
}

/** `2.5 Mb/s`. */
export function bitrateText(bps: number): string {
  return scaled(bps, ['b/s', 'kb/s', 'Mb/s', 'Gb/s']);
}

function scaled(value: number, units: readonly string[]): string {
  const steps = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  const shown = value / 1000 ** steps;
  return `${steps === 0 || shown >= 100 ? Math.round(shown) : Number(shown.toFixed(1))} ${units[steps] ?? ''}`;
}
