import { BitReader } from './bit-reader.ts';
import { attempt, DamagedData, type Parsed } from './parsed.ts';

/** AC-3 or Enhanced AC-3 (Dolby Digital, Dolby Digital Plus), ETSI TS 102 366. */
export type Ac3Info = {
  codec: 'ac-3' | 'ec-3';
  sampleRateHz: number;
  /** With the LFE channel: 6 for 5.1. */
  channels: number;
  lfe: boolean;
  /** Of the sync frame; null when read from a config record. */
  frameBytes: number | null;
  /** Samples of a sync frame: 1536, or less with E-AC-3. */
  samples: number;
  /** Dolby Atmos carried as joint object coding; null where this place can't tell (a bare sync frame). */
  atmos: boolean | null;
};

const sampleRates = [48_000, 44_100, 32_000];
/** Full channels by acmod, table 4.3; 0 is two independent mono programmes. */
const fullChannels = [2, 1, 2, 3, 3, 4, 4, 5];
const blocksByCode = [1, 2, 3, 6];
/** AC-3 nominal bitrates, kilobits a second, by frmsizecod / 2; table 4.13. */
const bitratesKbps = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640];

/**
 * The first sync frame in `bytes` at `at`. An E-AC-3 programme of more than 5.1 channels continues in dependent frames,
 * which follow their independent one; their channels are added when they are at hand.
 */
export function parseAc3Frame(bytes: Uint8Array, at = 0): Parsed<Ac3Info> {
  return attempt(() => {
    const bits = new BitReader(bytes.subarray(at));
    if (bits.bits(16) !== 0x0b77) throw new DamagedData('bad-value', at, 'no AC-3 syncword');
    // bsid is at the same place in both formats: 40 bits in.
    const bsid = (bytes[at + 5] ?? 0) >> 3;
    if (bsid <= 10) return readAc3(bits);
    if (bsid <= 16) return withDependents(readEac3(bits).info, bytes, at);
    throw new DamagedData('unsupported', at, `bitstream id ${bsid}`);
  });
}

/** Body of a `dac3` box, ETSI TS 102 366 F.4. */
export function parseDac3(dac3: Uint8Array): Parsed<Ac3Info> {
  return attempt(() => {
    const bits = new BitReader(dac3);
    const sampleRateHz = rateOf(bits.bits(2));
    bits.skip(8);
    const { channels, lfe } = readChannels(bits);
    return { codec: 'ac-3', sampleRateHz, channels, lfe, frameBytes: null, samples: 1536, atmos: false };
  });
}

/** Body of a `dec3` box, ETSI TS 102 366 F.6, and for Atmos ETSI TS 103 420. */
export function parseDec3(dec3: Uint8Array): Parsed<Ac3Info> {
  return attempt(() => {
    const bits = new BitReader(dec3);
    bits.skip(13);
    bits.skip(3);
    const sampleRateHz = rateOf(bits.bits(2));
    bits.skip(5 + 1 + 1 + 3);
    const { channels, lfe } = readChannels(bits);
    bits.skip(3);
    const dependents = bits.bits(4);
    const extra = dependents > 0 ? channelsOfLocations(bits.bits(9)) : 0;
    if (dependents === 0) bits.skip(1);
    // Two more bytes: seven reserved bits, flag_ec3_extension_type_a, complexity index.
    const atmos = bits.bitsLeft >= 16 && bits.bits(8) % 2 === 1;
    return { codec: 'ec-3', sampleRateHz, channels: channels + extra, lfe, frameBytes: null, samples: 1536, atmos };
  });
}

function readAc3(bits: BitReader): Ac3Info {
  bits.skip(16);
  const rateCode = bits.bits(2);
  const sampleRateHz = rateOf(rateCode);
  const sizeCode = bits.bits(6);
  const kbps = bitratesKbps[sizeCode >> 1];
  if (kbps === undefined) throw new DamagedData('bad-value', 4, `frame size code ${sizeCode}`);
  bits.skip(8);
  const mode = bits.bits(3);
  if ((mode & 1) === 1 && mode !== 1) bits.skip(2);
  if ((mode & 4) === 4) bits.skip(2);
  if (mode === 2) bits.skip(2);
  const lfe = bits.flag();
  // At 44.1 kHz frames of a bitrate alternate between two sizes; the odd code is the longer one by a word.
  const words = Math.floor((kbps * 96_000) / sampleRateHz) + (rateCode === 1 ? sizeCode & 1 : 0);
  const channels = (fullChannels[mode] ?? 0) + (lfe ? 1 : 0);
  return { codec: 'ac-3', sampleRateHz, channels, lfe, frameBytes: words * 2, samples: 1536, atmos: false };
}

/** From behind the syncword, annex E.1.2. */
function readEac3(bits: BitReader): { info: Ac3Info; dependent: boolean; locations: number | null } {
  const dependent = bits.bits(2) === 1;
  bits.skip(3);
  const frameBytes = (bits.bits(11) + 1) * 2;
  const rateCode = bits.bits(2);
  const half = rateCode === 3;
  const sampleRateHz = half ? rateOf(bits.bits(2)) / 2 : rateOf(rateCode);
  const blocks = half ? 6 : (blocksByCode[bits.bits(2)] ?? 6);
  const mode = bits.bits(3);
  const lfe = bits.flag();
  bits.skip(5 + 5);
  if (bits.flag()) bits.skip(8);
  if (mode === 0) {
    bits.skip(5);
    if (bits.flag()) bits.skip(8);
  }
  const locations = dependent && bits.flag() ? bits.bits(16) : null;
  const channels = (fullChannels[mode] ?? 0) + (lfe ? 1 : 0);
  const info: Ac3Info = { codec: 'ec-3', sampleRateHz, channels, lfe, frameBytes, samples: blocks * 256, atmos: null };
  return { info, dependent, locations };
}

function withDependents(first: Ac3Info, bytes: Uint8Array, at: number): Ac3Info {
  let channels = first.channels;
  let next = at + (first.frameBytes ?? 0);
  while (bytes.length - next >= 12 && bytes[next] === 0x0b && bytes[next + 1] === 0x77) {
    const bits = new BitReader(bytes.subarray(next + 2));
    const { info, dependent, locations } = readEac3(bits);
    if (!dependent) break;
    // Locations that the independent frame already has (left to right surround) are replaced, not added.
    if (locations !== null) channels += countCustomChannels(locations & 0x07fe);
    next += info.frameBytes ?? bytes.length;
  }
  return { ...first, channels };
}

/** chanmap of table E.1.4, most significant bit first: bits 5 to 14 lie beyond 5.1; pairs count twice. */
function countCustomChannels(map: number): number {
  const pairs = [5, 6, 9, 10, 11, 13];
  let count = 0;
  for (let bit = 5; bit <= 14; bit++) if ((map >> (15 - bit)) & 1) count += pairs.includes(bit) ? 2 : 1;
  return count;
}

/** chan_loc of table F.3, least significant bit first: Lc/Rc, Lrs/Rrs, Cs, Ts, Lsd/Rsd, Lw/Rw, Lvh/Rvh, Cvh, LFE2. */
function channelsOfLocations(locations: number): number {
  const counts = [2, 2, 1, 1, 2, 2, 2, 1, 1];
  return counts.reduce((sum, count, bit) => sum + ((locations >> bit) & 1 ? count : 0), 0);
}

function readChannels(bits: BitReader): { channels: number; lfe: boolean } {
  const mode = bits.bits(3);
  const lfe = bits.flag();
  return { channels: (fullChannels[mode] ?? 0) + (lfe ? 1 : 0), lfe };
}

function rateOf(code: number): number {
  const rate = sampleRates[code];
  if (rate === undefined) throw new DamagedData('bad-value', 0, `sample rate code ${code}`);
  return rate;
}
