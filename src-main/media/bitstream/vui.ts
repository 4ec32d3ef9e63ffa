import type { BitReader } from './bit-reader.ts';
import type { ColorDescription } from './color-description.ts';
import { readSampleAspect } from './sample-aspect.ts';

/** The head of vui_parameters(), the same in H.264 E.1.1 and HEVC E.2.1. */
export type VuiHead = {
  sampleAspect: { num: number; den: number } | null;
  /** Null when the stream has no video signal type; without a colour description its codes are 2 (unspecified). */
  color: ColorDescription | null;
};

/** Aspect, overscan, video signal type and chroma location; the reader is left at what the two standards do differently. */
export function readVuiHead(bits: BitReader): VuiHead {
  const sampleAspect = readSampleAspect(bits);
  if (bits.flag()) bits.skip(1);
  const color = bits.flag() ? readSignalType(bits) : null;
  if (bits.flag()) {
    bits.unsignedExpGolomb();
    bits.unsignedExpGolomb();
  }
  return { sampleAspect, color };
}

function readSignalType(bits: BitReader): ColorDescription {
  bits.skip(3);
  const fullRange = bits.flag();
  if (!bits.flag()) return { primaries: 2, transfer: 2, matrix: 2, fullRange };
  return { primaries: bits.bits(8), transfer: bits.bits(8), matrix: bits.bits(8), fullRange };
}
