import { BitReader } from './bit-reader.ts';
import type { ColorDescription } from './color-description.ts';
import { attempt, DamagedData, type Parsed } from './parsed.ts';

/** What an AV1 sequence header says; section 5.5 of the AV1 specification. */
export type Av1Sequence = {
  /** 0 Main, 1 High, 2 Professional. */
  profile: number;
  /** seq_level_idx of operating point 0: 8 is level 4.0. */
  levelIdx: number;
  tier: 'main' | 'high';
  bitDepth: number;
  monochrome: boolean;
  subsamplingX: boolean;
  subsamplingY: boolean;
  /** chroma_sample_position; 0 is unknown. */
  chromaPosition: number;
  /** Codes are 2 (unspecified) when the stream has no description. */
  color: ColorDescription;
  /** Largest frame, pixels. */
  width: number;
  height: number;
};

/** obu_type, section 6.2.2. */
const sequenceHeaderType = 1;

/** The sequence header among the OBUs of a sample, or of an `av1C` body from its fifth byte. */
export function parseAv1Sequence(obus: Uint8Array): Parsed<Av1Sequence> {
  return attempt(() => {
    const payload = findObu(obus, sequenceHeaderType);
    if (payload === null) throw new DamagedData('missing', 0, 'no sequence header');
    return readSequence(new BitReader(payload));
  });
}

/** The sequence header inside an `av1C` body, AV1-ISOBMFF 2.3. */
export function parseAv1Config(av1C: Uint8Array): Parsed<Av1Sequence> {
  if (((av1C[0] ?? 0) & 0x7f) !== 1) {
    return { ok: false, fault: { code: 'unsupported', atByte: 0, detail: 'av1C version' } };
  }
  return parseAv1Sequence(av1C.subarray(4));
}

function findObu(bytes: Uint8Array, wanted: number): Uint8Array | null {
  let at = 0;
  while (at < bytes.length) {
    const header = bytes[at] ?? 0;
    const hasSize = (header & 2) !== 0;
    at += (header & 4) !== 0 ? 2 : 1;
    let size = bytes.length - at;
    if (hasSize) {
      const coded = readLeb128(bytes, at);
      at += coded.length;
      size = coded.value;
    }
    if (size < 0 || at + size > bytes.length) throw new DamagedData('cut-short', at, `an OBU of ${size} bytes`);
    if (((header >> 3) & 15) === wanted) return bytes.subarray(at, at + size);
    at += size;
  }
  return null;
}

function readLeb128(bytes: Uint8Array, at: number): { value: number; length: number } {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) throw new DamagedData('cut-short', at + i, 'inside an OBU size');
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, length: i + 1 };
  }
  throw new DamagedData('bad-value', at, 'an OBU size of more than 8 bytes');
}

function readSequence(bits: BitReader): Av1Sequence {
  const profile = bits.bits(3);
  bits.skip(1);
  const reduced = bits.flag();
  const point = reduced ? { levelIdx: bits.bits(5), tier: 'main' as const } : readOperatingPoints(bits);
  const widthBits = bits.bits(4) + 1;
  const heightBits = bits.bits(4) + 1;
  const width = bits.bits(widthBits) + 1;
  const height = bits.bits(heightBits) + 1;
  if (!reduced && bits.flag()) bits.skip(7);
  bits.skip(3);
  if (!reduced) skipTools(bits);
  bits.skip(3);
  return { profile, ...point, width, height, ...readColorConfig(bits, profile) };
}

function readOperatingPoints(bits: BitReader): { levelIdx: number; tier: 'main' | 'high' } {
  let delayBits: number | null = null;
  if (bits.flag()) {
    bits.skip(64);
    if (bits.flag()) bits.uvlc();
    if (bits.flag()) {
      delayBits = bits.bits(5) + 1;
      bits.skip(42);
    }
  }
  const hasDisplayDelay = bits.flag();
  let first: { levelIdx: number; tier: 'main' | 'high' } | null = null;
  for (let left = bits.bits(5) + 1; left > 0; left--) {
    bits.skip(12);
    const levelIdx = bits.bits(5);
    const tier = levelIdx > 7 && bits.flag() ? 'high' : 'main';
    if (delayBits !== null && bits.flag()) bits.skip(2 * delayBits + 1);
    if (hasDisplayDelay && bits.flag()) bits.skip(4);
    first ??= { levelIdx, tier };
  }
  if (first === null) throw new DamagedData('missing', 0, 'no operating point');
  return first;
}

/** From enable_interintra_compound to order_hint_bits, section 5.5.1. */
function skipTools(bits: BitReader): void {
  bits.skip(4);
  const orderHint = bits.flag();
  if (orderHint) bits.skip(2);
  const screenContent = bits.flag() ? 2 : bits.bit();
  if (screenContent > 0 && !bits.flag()) bits.skip(1);
  if (orderHint) bits.skip(3);
}

function readColorConfig(bits: BitReader, profile: number) {
  const highBitDepth = bits.flag();
  const bitDepth = profile === 2 && highBitDepth ? (bits.flag() ? 12 : 10) : highBitDepth ? 10 : 8;
  const monochrome = profile === 1 ? false : bits.flag();
  const codes = bits.flag()
    ? { primaries: bits.bits(8), transfer: bits.bits(8), matrix: bits.bits(8) }
    : { primaries: 2, transfer: 2, matrix: 2 };
  if (monochrome) {
    const color = { ...codes, fullRange: bits.flag() };
    return { bitDepth, monochrome, color, subsamplingX: true, subsamplingY: true, chromaPosition: 0 };
  }
  // sRGB is 4:4:4 and full range without saying so.
  if (codes.primaries === 1 && codes.transfer === 13 && codes.matrix === 0) {
    const color = { ...codes, fullRange: true };
    return { bitDepth, monochrome, color, subsamplingX: false, subsamplingY: false, chromaPosition: 0 };
  }
  const color = { ...codes, fullRange: bits.flag() };
  const { subsamplingX, subsamplingY } = readSubsampling(bits, profile, bitDepth);
  const chromaPosition = subsamplingX && subsamplingY ? bits.bits(2) : 0;
  return { bitDepth, monochrome, color, subsamplingX, subsamplingY, chromaPosition };
}

function readSubsampling(bits: BitReader, profile: number, bitDepth: number) {
  if (profile === 0) return { subsamplingX: true, subsamplingY: true };
  if (profile === 1) return { subsamplingX: false, subsamplingY: false };
  if (bitDepth !== 12) return { subsamplingX: true, subsamplingY: false };
  const subsamplingX = bits.flag();
  return { subsamplingX, subsamplingY: subsamplingX && bits.flag() };
}
