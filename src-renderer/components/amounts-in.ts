/*
 * Amounts as people of each language write them.
 */

export type Amounts = {
  /** `4.2 GB`: powers of 1000, as disks and file managers count. */
  bytes: (bytes: number) => string;
  /** `2.5 Mb/s`. */
  bitrate: (bps: number) => string;
  /** `12,345`. */
  count: (count: number) => string;
  /** At most so many digits after the point. */
  decimal: (value: number, digits?: number) => string;
  /** Of 0 to 1; cut, so that 100 % is only said of what is done. */
  percent: (fraction: number) => string;
  /** `1 hr 32 min`: the two largest units, seconds below an hour only. */
  duration: (seconds: number) => string;
  /** A guess: as `duration`, and no finer than it can be known. */
  roughly: (seconds: number) => string;
  /** `2.4×`: media seconds a second. */
  speed: (speed: number) => string;
  /** `3 minutes ago`, `in 2 days`. */
  relative: (at: string, nowMs: number) => string;
  /** `9 Mar 2026, 14:05`. */
  dateTime: (at: string) => string;
  /** `9 Mar`. */
  day: (at: string) => string;
  /** `14:05`. */
  time: (at: string) => string;
};

const minuteSec = 60;
const hourSec = 60 * minuteSec;
const daySec = 24 * hourSec;
const day = { name: 'day', sec: daySec };
const hour = { name: 'hour', sec: hourSec };
const minute = { name: 'minute', sec: minuteSec };
const second = { name: 'second', sec: 1 };

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;
const bitUnits = ['bit', 'kilobit', 'megabit', 'gigabit'].map((unit) => `${unit}-per-second`);

const made = new Map<string, Amounts>();

/** The first of the browser's languages that is the chosen one, since `en-GB` has other hours than `en`; else the chosen one. */
export function localeOf(chosen: string, wanted: readonly string[]): string {
  return wanted.find((one) => one.split('-')[0] === chosen) ?? chosen;
}

/** The amounts of a language, as BCP 47 names it. */
export function amountsIn(language: string): Amounts {
  const known = made.get(language);
  if (known !== undefined) return known;
  const amounts = makeAmounts(language);
  made.set(language, amounts);
  return amounts;
}

function makeAmounts(language: string): Amounts {
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const date = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'short' });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const numbers = new Map<string, Intl.NumberFormat>();
  // To make one costs more than to use it a hundred times, and lists use thousands.
  const numberIn = (unit: string, digits: number): Intl.NumberFormat => {
    const key = `${unit} ${digits}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    // The short word of bytes has no plural: "313 byte".
    const unitDisplay = unit === 'byte' ? 'long' : 'short';
    const unitStyle = unit === '' ? {} : ({ style: 'unit', unitDisplay, unit } as const);
    const format = new Intl.NumberFormat(language, { ...unitStyle, maximumFractionDigits: digits });
    numbers.set(key, format);
    return format;
  };
  const decimal = (value: number, digits = 1): string => numberIn('', digits).format(value);
  const inUnit = (value: number, unit: string, digits = 0): string => numberIn(unit, digits).format(value);
  const scaled = (value: number, units: readonly string[]): string => {
    const largest = units.length - 1;
    const steps = Math.min(largest, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
    // 999.96 MB would be written as 1,000 MB.
    const up = Math.round(value / 1000 ** steps) >= 1000 && steps < largest ? steps + 1 : steps;
    const shown = value / 1000 ** up;
    return inUnit(shown, units[up] ?? '', up === 0 || shown >= 100 ? 0 : 1);
  };
  const duration = (seconds: number): string => {
    const sec = Math.max(0, Math.round(seconds));
    const [large, small] = sec >= daySec ? [day, hour] : sec >= hourSec ? [hour, minute] : [minute, second];
    const rest = Math.floor((sec % large.sec) / small.sec);
    const parts = [
      ...(sec >= large.sec ? [inUnit(Math.floor(sec / large.sec), large.name)] : []),
      ...(rest > 0 || sec < large.sec ? [inUnit(rest, small.name)] : []),
    ];
    return parts.join(' ');
  };
  return {
    bytes: (bytes) => scaled(bytes, byteUnits),
    bitrate: (bps) => scaled(bps, bitUnits),
    count: (count) => decimal(count, 0),
    decimal,
    percent: (fraction) => percent.format(Math.floor(fraction * 100 + 1e-9) / 100),
    duration,
    roughly: (seconds) => duration(roughSec(seconds)),
    speed: (speed) => `${decimal(speed, speed < 10 ? 1 : 0)}×`,
    relative: (at, nowMs) => {
      const sec = (Date.parse(at) - nowMs) / 1000;
      const age = Math.abs(sec);
      if (age < 45) return relative.format(0, 'second');
      if (age < 45 * minuteSec) return relative.format(Math.round(sec / minuteSec), 'minute');
      if (age < 22 * hourSec) return relative.format(Math.round(sec / hourSec), 'hour');
      if (age < 26 * daySec) return relative.format(Math.round(sec / daySec), 'day');
      return date.format(new Date(at));
    },
    dateTime: (at) => dateTime.format(new Date(at)),
    day: (at) => date.format(new Date(at)),
    time: (at) => time.format(new Date(at)),
  };
}

/** Nobody knows the 37 seconds of an hour that is yet to come. */
function roughSec(seconds: number): number {
  const step =
    seconds < minuteSec ? 10 : seconds < hourSec ? minuteSec : seconds < 6 * hourSec ? 5 * minuteSec : hourSec;
  return Math.max(step, Math.round(seconds / step) * step);
}
