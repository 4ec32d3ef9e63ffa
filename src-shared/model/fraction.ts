import { z } from 'zod';

/** An exact positive ratio: a frame rate in frames a second, a sample aspect, a time base. */
export const fraction = z.strictObject({
  num: z.number().int().positive(),
  den: z.number().int().positive(),
});
export type Fraction = z.infer<typeof fraction>;

/** The value of a fraction as a floating point number; for display and estimates, never for frame positions. */
export function fractionValue(f: Fraction): number {
  return f.num / f.den;
}

/** Lowest terms. */
export function reduced(f: Fraction): Fraction {
  const divisor = greatestCommonDivisor(f.num, f.den);
  return { num: f.num / divisor, den: f.den / divisor };
}

/** `30000/1001`, the spelling FFmpeg takes for rates. */
export function fractionText(f: Fraction): string {
  return f.den === 1 ? String(f.num) : `${f.num}/${f.den}`;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
