import { BitReader, withoutEmulationPrevention } from './bit-reader.ts';
import { ByteReader } from './byte-reader.ts';
import type { ColorDescription } from './color-description.ts';
import { nalLengthBytes } from './h264.ts';
import { readHevcTiming, skipReferencePictureSets, skipScalingLists } from './hevc-sps-tail.ts';
import { attempt, DamagedData, type Parsed } from './parsed.ts';
import { readVuiHead } from './vui.ts';

/** nal_unit_type, HEVC table 7-1. */
export const hevcNalType = { vps: 32, sps: 33, pps: 34, delimiter: 35, prefixSei: 39 } as const;

/** nal_unit_type of a unit without its start code or length, HEVC 7.3.1.2. */
export function hevcTypeOf(nal: Uint8Array): number {
  return ((nal[0] ?? 0) >> 1) & 63;
}

/**
 * What kind of random access point a picture is. IDR is a clean start; after a CRA pictures may follow that need what
 * came before (open GOP), and BLA is a CRA that admits it. Null: none.
 */
export function hevcRandomAccess(nals: readonly Uint8Array[]): 'idr' | 'cra' | 'bla' | null {
  for (const nal of nals) {
    const type = hevcTypeOf(nal);
    if (type === 19 || type === 20) return 'idr';
    if (type === 21) return 'cra';
    if (type >= 16 && type <= 18) return 'bla';
    if (type < 16) return null;
  }
  return null;
}

/** The general part of profile_tier_level(), 7.3.3. */
export type HevcProfileTierLevel = {
  /** 0 to 3. */
  profileSpace: number;
  tier: 'main' | 'high';
  /** 1 Main, 2 Main 10, 3 Main Still Picture, 4 range extensions. */
  profileIdc: number;
  /** general_profile_compatibility_flag[0] is the most significant bit. */
  compatibilityFlags: number;
  /** The 48 bits after the compatibility flags, from progressive_source_flag on; six bytes. */
  constraintBytes: number[];
  /** Thirty times the level (123 is 4.1). */
  levelIdc: number;
};

export type HevcSps = {
  profileTierLevel: HevcProfileTierLevel;
  chromaFormatIdc: number;
  bitDepth: number;
  /** Inside the conformance window, pixels. */
  width: number;
  height: number;
  sampleAspect: { num: number; den: number } | null;
  color: ColorDescription | null;
  /** Pictures a second by the VUI, not reduced. */
  frameRate: { num: number; den: number } | null;
};

/** A sequence parameter set with its two header bytes, 7.3.2.2.1. */
export function parseHevcSps(nal: Uint8Array): Parsed<HevcSps> {
  return attempt(() => readSps(nal));
}

/** Profile, tier and level of a video parameter set, 7.3.2.1. */
export function parseHevcVps(nal: Uint8Array): Parsed<HevcProfileTierLevel> {
  return attempt(() => {
    if (hevcTypeOf(nal) !== hevcNalType.vps) throw new DamagedData('bad-value', 0, 'not a video parameter set');
    const bits = new BitReader(withoutEmulationPrevention(nal.subarray(2)));
    bits.skip(12);
    const subLayers = bits.bits(3);
    bits.skip(17);
    return readProfileTierLevel(bits, subLayers);
  });
}

/** HEVCDecoderConfigurationRecord, ISO/IEC 14496-15 8.3.3.1. */
export type HevcConfig = {
  profileTierLevel: HevcProfileTierLevel;
  chromaFormatIdc: number;
  bitDepth: number;
  lengthBytes: 1 | 2 | 4;
  /** Parameter sets and SEI messages, in file order. */
  nals: Uint8Array[];
};

/** Body of an `hvcC` box. */
export function parseHevcConfig(hvcC: Uint8Array): Parsed<HevcConfig> {
  return attempt(() => {
    const reader = new ByteReader(hvcC);
    const version = reader.u8();
    if (version > 1) throw new DamagedData('unsupported', 0, `hvcC version ${version}`);
    const profileTierLevel = readGeneral(new BitReader(reader.take(12)));
    reader.skip(3);
    const chromaFormatIdc = reader.u8() & 3;
    const bitDepth = (reader.u8() & 7) + 8;
    reader.skip(3);
    const lengthBytes = nalLengthBytes(reader.u8());
    const nals: Uint8Array[] = [];
    for (let arrays = reader.u8(); arrays > 0; arrays--) {
      reader.skip(1);
      for (let count = reader.u16(); count > 0; count--) nals.push(reader.take(reader.u16()));
    }
    return { profileTierLevel, chromaFormatIdc, bitDepth, lengthBytes, nals };
  });
}

function readSps(nal: Uint8Array): HevcSps {
  if (hevcTypeOf(nal) !== hevcNalType.sps) throw new DamagedData('bad-value', 0, 'not a sequence parameter set');
  const bits = new BitReader(withoutEmulationPrevention(nal.subarray(2)));
  bits.skip(4);
  const subLayers = bits.bits(3);
  bits.skip(1);
  const profileTierLevel = readProfileTierLevel(bits, subLayers);
  bits.unsignedExpGolomb();
  const chromaFormatIdc = bits.unsignedExpGolomb();
  if (chromaFormatIdc > 3) throw new DamagedData('bad-value', 0, `chroma_format_idc ${chromaFormatIdc}`);
  const separatePlanes = chromaFormatIdc === 3 && bits.flag();
  const { width, height } = readPictureSize(bits, separatePlanes ? 0 : chromaFormatIdc);
  const bitDepth = bits.unsignedExpGolomb() + 8;
  bits.unsignedExpGolomb();
  const orderBits = bits.unsignedExpGolomb() + 4;
  for (let layer = bits.flag() ? 0 : subLayers; layer <= subLayers; layer++) {
    for (let field = 0; field < 3; field++) bits.unsignedExpGolomb();
  }
  for (let field = 0; field < 6; field++) bits.unsignedExpGolomb();
  if (bits.flag() && bits.flag()) skipScalingLists(bits);
  bits.skip(2);
  if (bits.flag()) {
    bits.skip(8);
    bits.unsignedExpGolomb();
    bits.unsignedExpGolomb();
    bits.skip(1);
  }
  skipReferencePictureSets(bits);
  if (bits.flag()) {
    const longTerm = bits.unsignedExpGolomb();
    bits.skip(longTerm * (orderBits + 1));
  }
  bits.skip(2);
  const vui = bits.flag() ? { ...readVuiHead(bits), frameRate: readHevcTiming(bits) } : noVui;
  return { profileTierLevel, chromaFormatIdc, bitDepth, width, height, ...vui };
}

const noVui = { sampleAspect: null, color: null, frameRate: null };

function readPictureSize(bits: BitReader, chromaArray: number): { width: number; height: number } {
  const codedWidth = bits.unsignedExpGolomb();
  const codedHeight = bits.unsignedExpGolomb();
  const window = bits.flag() ? [0, 0, 0, 0].map(() => bits.unsignedExpGolomb()) : [0, 0, 0, 0];
  const [left = 0, right = 0, top = 0, bottom = 0] = window;
  const width = codedWidth - (chromaArray === 1 || chromaArray === 2 ? 2 : 1) * (left + right);
  const height = codedHeight - (chromaArray === 1 ? 2 : 1) * (top + bottom);
  if (width <= 0 || height <= 0) throw new DamagedData('bad-value', 0, `a picture of ${width}x${height}`);
  return { width, height };
}

function readProfileTierLevel(bits: BitReader, subLayers: number): HevcProfileTierLevel {
  const general = readGeneral(bits);
  const present = Array.from({ length: subLayers }, () => ({ profile: bits.flag(), level: bits.flag() }));
  if (subLayers > 0) bits.skip(2 * (8 - subLayers));
  for (const layer of present) bits.skip((layer.profile ? 88 : 0) + (layer.level ? 8 : 0));
  return general;
}

/** 96 bits, the same in parameter sets and in hvcC. */
function readGeneral(bits: BitReader): HevcProfileTierLevel {
  return {
    profileSpace: bits.bits(2),
    tier: bits.flag() ? 'high' : 'main',
    profileIdc: bits.bits(5),
    compatibilityFlags: bits.bits(32),
    constraintBytes: Array.from({ length: 6 }, () => bits.bits(8)),
    levelIdc: bits.bits(8),
  };
}
