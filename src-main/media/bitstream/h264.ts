import { BitReader, withoutEmulationPrevention } from './bit-reader.ts';
import { ByteReader } from './byte-reader.ts';
import type { ColorDescription } from './color-description.ts';
import { attempt, DamagedData, type Parsed } from './parsed.ts';
import { readVuiHead } from './vui.ts';

/** nal_unit_type, H.264 table 7-1. */
export const h264NalType = { slice: 1, idr: 5, sei: 6, sps: 7, pps: 8, delimiter: 9 } as const;

/** nal_unit_type of a unit without its start code or length, H.264 7.3.1. */
export function h264TypeOf(nal: Uint8Array): number {
  return (nal[0] ?? 0) & 31;
}

/** Whether a picture's units hold an IDR slice: only that is safe to start at, an I picture alone is not. */
export function isH264Idr(nals: readonly Uint8Array[]): boolean {
  return nals.some((nal) => h264TypeOf(nal) === h264NalType.idr);
}

/** What a sequence parameter set says about the stream. */
export type H264Sps = {
  /** 66 baseline, 77 main, 100 high, 110 high 10, 122 high 4:2:2, 244 high 4:4:4. */
  profileIdc: number;
  /** constraint_set0_flag to constraint_set5_flag in the top bits, as in the codec string. */
  constraintFlags: number;
  /** Ten times the level (40 is 4.0). */
  levelIdc: number;
  chromaFormatIdc: number;
  bitDepth: number;
  /** After cropping, pixels. */
  width: number;
  height: number;
  sampleAspect: { num: number; den: number } | null;
  color: ColorDescription | null;
  /** From timing_info, pictures a second, not reduced; null when the stream does not say. */
  frameRate: { num: number; den: number } | null;
  /** frame_mbs_only_flag: true proves progressive coding; false allows fields. */
  framesOnly: boolean;
};

/** A sequence parameter set with its NAL header, 7.3.2.1.1. */
export function parseH264Sps(nal: Uint8Array): Parsed<H264Sps> {
  return attempt(() => readSps(nal));
}

/** AVCDecoderConfigurationRecord, ISO/IEC 14496-15 5.3.3.1. */
export type AvcConfig = {
  profileIdc: number;
  constraintFlags: number;
  levelIdc: number;
  lengthBytes: 1 | 2 | 4;
  sps: Uint8Array[];
  pps: Uint8Array[];
};

/** Body of an `avcC` box. */
export function parseAvcConfig(avcC: Uint8Array): Parsed<AvcConfig> {
  return attempt(() => {
    const reader = new ByteReader(avcC);
    const version = reader.u8();
    if (version !== 1) throw new DamagedData('unsupported', 0, `avcC version ${version}`);
    const codes = { profileIdc: reader.u8(), constraintFlags: reader.u8(), levelIdc: reader.u8() };
    const lengthBytes = nalLengthBytes(reader.u8());
    const sps = Array.from({ length: reader.u8() & 31 }, () => reader.take(reader.u16()));
    const pps = Array.from({ length: reader.u8() }, () => reader.take(reader.u16()));
    return { ...codes, lengthBytes, sps, pps };
  });
}

/** lengthSizeMinusOne in the low two bits; the value 2 is forbidden. */
export function nalLengthBytes(byte: number): 1 | 2 | 4 {
  switch (byte & 3) {
    case 0:
      return 1;
    case 1:
      return 2;
    case 3:
      return 4;
    default:
      throw new DamagedData('bad-value', 0, 'NAL unit lengths of 3 bytes');
  }
}

/** Profiles whose SPS has chroma format and bit depth, 7.3.2.1.1. */
const highProfiles = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

function readSps(nal: Uint8Array): H264Sps {
  if (h264TypeOf(nal) !== h264NalType.sps) throw new DamagedData('bad-value', 0, 'not a sequence parameter set');
  const bits = new BitReader(withoutEmulationPrevention(nal.subarray(1)));
  const profileIdc = bits.bits(8);
  const constraintFlags = bits.bits(8);
  const levelIdc = bits.bits(8);
  bits.unsignedExpGolomb();
  const { chromaFormatIdc, separatePlanes, bitDepth } = highProfiles.has(profileIdc)
    ? readChroma(bits)
    : { chromaFormatIdc: 1, separatePlanes: false, bitDepth: 8 };
  bits.unsignedExpGolomb();
  skipPictureOrder(bits);
  bits.unsignedExpGolomb();
  bits.skip(1);
  const widthMbs = bits.unsignedExpGolomb() + 1;
  const heightUnits = bits.unsignedExpGolomb() + 1;
  const framesOnly = bits.flag();
  if (!framesOnly) bits.skip(1);
  bits.skip(1);
  const crop = bits.flag() ? [0, 0, 0, 0].map(() => bits.unsignedExpGolomb()) : [0, 0, 0, 0];
  const [left = 0, right = 0, top = 0, bottom = 0] = crop;
  const fieldFactor = framesOnly ? 1 : 2;
  const chromaArray = separatePlanes ? 0 : chromaFormatIdc;
  const cropX = chromaArray === 1 || chromaArray === 2 ? 2 : 1;
  const cropY = (chromaArray === 1 ? 2 : 1) * fieldFactor;
  const width = widthMbs * 16 - cropX * (left + right);
  const height = heightUnits * 16 * fieldFactor - cropY * (top + bottom);
  if (width <= 0 || height <= 0) throw new DamagedData('bad-value', 0, `a picture of ${width}x${height}`);
  const vui = bits.flag() ? { ...readVuiHead(bits), frameRate: readTiming(bits) } : noVui;
  return { profileIdc, constraintFlags, levelIdc, chromaFormatIdc, bitDepth, width, height, framesOnly, ...vui };
}

const noVui = { sampleAspect: null, color: null, frameRate: null };

function readChroma(bits: BitReader) {
  const chromaFormatIdc = bits.unsignedExpGolomb();
  if (chromaFormatIdc > 3) throw new DamagedData('bad-value', 0, `chroma_format_idc ${chromaFormatIdc}`);
  const separatePlanes = chromaFormatIdc === 3 && bits.flag();
  const bitDepth = bits.unsignedExpGolomb() + 8;
  bits.unsignedExpGolomb();
  bits.skip(1);
  if (bits.flag()) {
    for (let list = 0; list < (chromaFormatIdc === 3 ? 12 : 8); list++) {
      if (bits.flag()) skipScalingList(bits, list < 6 ? 16 : 64);
    }
  }
  return { chromaFormatIdc, separatePlanes, bitDepth };
}

/** 7.3.2.1.1.1 */
function skipScalingList(bits: BitReader, size: number): void {
  let last = 8;
  let next = 8;
  for (let i = 0; i < size; i++) {
    if (next !== 0) next = (last + bits.signedExpGolomb() + 256) & 255;
    if (next !== 0) last = next;
  }
}

function skipPictureOrder(bits: BitReader): void {
  const kind = bits.unsignedExpGolomb();
  if (kind === 0) {
    bits.unsignedExpGolomb();
  } else if (kind === 1) {
    bits.skip(1);
    bits.signedExpGolomb();
    bits.signedExpGolomb();
    const cycle = bits.unsignedExpGolomb();
    if (cycle > 255) throw new DamagedData('bad-value', 0, `a picture order cycle of ${cycle}`);
    for (let i = 0; i < cycle; i++) bits.signedExpGolomb();
  }
}

/** A tick of H.264 is a field, so a frame takes two, E.2.1. */
function readTiming(bits: BitReader): { num: number; den: number } | null {
  if (!bits.flag()) return null;
  const unitsInTick = bits.bits(32);
  const timeScale = bits.bits(32);
  return unitsInTick === 0 || timeScale === 0 ? null : { num: timeScale, den: unitsInTick * 2 };
}
