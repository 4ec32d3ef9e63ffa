import type { BitReader } from './bit-reader.ts';

/** Table E-1 of H.264 and HEVC, from aspect_ratio_idc 1 on. */
// biome-ignore format: a table
const aspects = [
  [1, 1], [12, 11], [10, 11], [16, 11], [40, 33], [24, 11], [20, 11], [32, 11], [80, 33], [18, 11], [15, 11],
  [64, 33], [160, 99], [4, 3], [3, 2], [2, 1],
] as const;

const extendedAspect = 255;

/** aspect_ratio_info_present_flag and what follows it; null when unspecified. */
export function readSampleAspect(bits: BitReader): { num: number; den: number } | null {
  if (!bits.flag()) return null;
  const code = bits.bits(8);
  if (code === extendedAspect) {
    const num = bits.bits(16);
    const den = bits.bits(16);
    return num === 0 || den === 0 ? null : { num, den };
  }
  const found = aspects[code - 1];
  return found === undefined ? null : { num: found[0], den: found[1] };
}
