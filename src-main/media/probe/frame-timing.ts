import { type Fraction, fractionValue } from '#shared/model/fraction.ts';

export type FrameTiming = { frameRate: Fraction | null; rateMode: 'constant' | 'variable' | null };

export type TimingEvidence = {
  /** `r_frame_rate` and `avg_frame_rate`: what container and codec claim. */
  declared: { lowest: Fraction | null; average: Fraction | null };
  /** Presentation times from the beginning, sorted, without a gap in reading. */
  head: readonly number[];
  /** The same from other places of the file, each sorted. */
  elsewhere: readonly (readonly number[])[];
};

/** Rates of cinema, television, cameras and screen recorders; exact, because 23.976 is not 24000/1001. */
const usualRates: readonly Fraction[] = (
  [
    [1, [24, 25, 30, 50, 60, 48, 100, 120, 15, 12, 10, 20, 5, 8, 1, 2, 240]],
    [1001, [24_000, 30_000, 60_000, 120_000, 48_000, 15_000, 12_000]],
    [2, [25]],
  ] as const
).flatMap(ratesOver);

/** Pictures may lie this far from their place, as a share of a picture: containers round times, cameras tremble. */
const tremble = 0.1;
/** Across hours a rounded rate drifts; this much is no other rate. */
const drift = 0.25;
const highestSaneRate = 300;

/**
 * The rate that real timestamps show. Declared rates are only believed when the timestamps agree: headers that say 60 or
 * 1000 for 30 are common. Constant means: every picture seen sits on one grid, with none missing.
 */
export function frameTiming(evidence: TimingEvidence): FrameTiming {
  const { head, elsewhere } = evidence;
  const { lowest, average } = evidence.declared;
  const agreed = lowest !== null && average !== null && sameRate(lowest, average) && isSane(lowest) ? lowest : null;
  if (head.length < 3) return { frameRate: agreed ?? sane(lowest), rateMode: null };

  // A usual rate that fits is the one that was meant, whatever average a header works out from trembling times.
  const candidates = [agreed, ...bySpread(head, usualRates), sane(average), sane(lowest)];
  const fitting = candidates.find((rate) => rate !== null && spread(head, rate) <= tremble) ?? null;
  if (fitting === null) return { frameRate: bestOfVariable(head), rateMode: 'variable' };
  const origin = head[0] ?? 0;
  const steady = elsewhere.every((times) => staysOnGrid(times, origin, fitting));
  return { frameRate: fitting, rateMode: steady ? 'constant' : 'variable' };
}

function ratesOver([den, numerators]: readonly [number, readonly number[]]): Fraction[] {
  return numerators.map((num) => ({ num, den }));
}

function bySpread(times: readonly number[], rates: readonly Fraction[]): Fraction[] {
  return rates
    .map((rate) => ({ rate, off: spread(times, rate) }))
    .sort((a, b) => a.off - b.off)
    .map(({ rate }) => rate);
}

/** How far picture n strays from n / rate over the whole list, in pictures. */
function spread(times: readonly number[], rate: Fraction): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  times.forEach((time, n) => {
    const place = time * fractionValue(rate) - n;
    low = Math.min(low, place);
    high = Math.max(high, place);
  });
  return high - low;
}

function staysOnGrid(times: readonly number[], origin: number, rate: Fraction): boolean {
  const [start] = times;
  if (start === undefined) return true;
  const place = (start - origin) * fractionValue(rate);
  return Math.abs(place - Math.round(place)) <= drift && spread(times, rate) <= tremble;
}

/** The usual rate of the common distance between pictures, else the average rate to the thousandth. */
function bestOfVariable(times: readonly number[]): Fraction | null {
  const distances = times
    .slice(1)
    .map((time, i) => time - (times[i] ?? time))
    .filter((distance) => distance > 0);
  const middle = distances.toSorted((a, b) => a - b)[Math.floor(distances.length / 2)];
  if (middle === undefined) return null;
  // Milliseconds are too coarse to tell 30 from 29.97 by one distance; the mean of the like ones is not.
  const alike = distances.filter((distance) => Math.abs(distance / middle - 1) < 0.25);
  const common = alike.reduce((sum, distance) => sum + distance, 0) / alike.length;
  const usual = usualRates
    .map((rate) => ({ rate, off: Math.abs(common * fractionValue(rate) - 1) }))
    .sort((a, b) => a.off - b.off)[0];
  if (usual !== undefined && usual.off <= 0.05) return usual.rate;
  const seen = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const perThousandSec = Math.round(((times.length - 1) * 1000) / seen);
  return perThousandSec > 0 && perThousandSec <= highestSaneRate * 1000
    ? sane({ num: perThousandSec, den: 1000 })
    : null;
}

function sane(rate: Fraction | null): Fraction | null {
  return rate !== null && isSane(rate) ? rate : null;
}

function isSane(rate: Fraction): boolean {
  return fractionValue(rate) <= highestSaneRate;
}

function sameRate(a: Fraction, b: Fraction): boolean {
  return Math.abs(fractionValue(a) / fractionValue(b) - 1) < 1e-6;
}
