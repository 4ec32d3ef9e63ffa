import type { BitReader } from './bit-reader.ts';
import { DamagedData } from './parsed.ts';

/*
 * The parts of an HEVC sequence parameter set that matter only because the VUI lies behind them, and the VUI's own
 * tail up to the timing.
 */

/** scaling_list_data(), HEVC 7.3.4. */
export function skipScalingLists(bits: BitReader): void {
  for (let sizeId = 0; sizeId < 4; sizeId++) {
    for (let matrixId = 0; matrixId < 6; matrixId += sizeId === 3 ? 3 : 1) {
      if (!bits.flag()) {
        bits.unsignedExpGolomb();
        continue;
      }
      if (sizeId > 1) bits.signedExpGolomb();
      for (let i = 0; i < Math.min(64, 1 << (4 + (sizeId << 1))); i++) bits.signedExpGolomb();
    }
  }
}

/** num_short_term_ref_pic_sets and the sets, HEVC 7.3.7. A set may be coded as a change of the one before. */
export function skipReferencePictureSets(bits: BitReader): void {
  const count = bits.unsignedExpGolomb();
  if (count > 64) throw new DamagedData('bad-value', 0, `${count} reference picture sets`);
  let pictures = 0;
  for (let set = 0; set < count; set++) {
    pictures = set > 0 && bits.flag() ? readPredictedSet(bits, pictures) : readPlainSet(bits);
  }
}

/** Gives the number of pictures in the set, which the next one may refer to. */
function readPlainSet(bits: BitReader): number {
  const negative = bits.unsignedExpGolomb();
  const positive = bits.unsignedExpGolomb();
  if (negative > 16 || positive > 16) throw new DamagedData('bad-value', 0, 'a set of more than 16 pictures');
  for (let i = 0; i < negative + positive; i++) {
    bits.unsignedExpGolomb();
    bits.skip(1);
  }
  return negative + positive;
}

function readPredictedSet(bits: BitReader, before: number): number {
  bits.skip(1);
  bits.unsignedExpGolomb();
  let pictures = 0;
  for (let i = 0; i <= before; i++) {
    const used = bits.flag();
    if (used || bits.flag()) pictures++;
  }
  return pictures;
}

/** From behind the chroma location to vui_timing_info, HEVC E.2.1. */
export function readHevcTiming(bits: BitReader): { num: number; den: number } | null {
  bits.skip(3);
  if (bits.flag()) for (let edge = 0; edge < 4; edge++) bits.unsignedExpGolomb();
  if (!bits.flag()) return null;
  const unitsInTick = bits.bits(32);
  const timeScale = bits.bits(32);
  return unitsInTick === 0 || timeScale === 0 ? null : { num: timeScale, den: unitsInTick };
}
