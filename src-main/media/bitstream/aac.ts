import { BitReader } from './bit-reader.ts';
import { ByteReader } from './byte-reader.ts';
import { attempt, DamagedData, type Parsed } from './parsed.ts';

/** AudioSpecificConfig of MPEG-4 audio, ISO/IEC 14496-3 1.6.2.1. */
export type AacConfig = {
  /** As signalled first: 2 AAC-LC, 5 SBR (HE-AAC), 29 PS (HE-AAC v2), 42 USAC (xHE-AAC). Third part of the codec string. */
  objectType: number;
  /** Of the core coder: HE-AAC's output is twice that. */
  sampleRateHz: number;
  /** What a decoder puts out: with SBR the extension rate. */
  outputSampleRateHz: number;
  /** Of the core; null when a program config element says it. */
  channels: number | null;
  sbr: boolean;
  /** Parametric stereo: one coded channel, two heard. */
  parametricStereo: boolean;
};

const sampleRates = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
];

/** Channels by channelConfiguration, table 1.19; 0 means a program config element. */
const channelCounts = [null, 1, 2, 3, 4, 5, 6, 8, null, null, null, 7, 8, 24, 8];

/** AudioSpecificConfig, ISO/IEC 14496-3 1.6.2.1: object type (with SBR and PS where signalled), rate and channels. */
export function parseAacConfig(config: Uint8Array): Parsed<AacConfig> {
  return attempt(() => readConfig(config));
}

/** What the `esds` box of an MP4 says: the MPEG-4 object type indication (0x40 AAC, 0x6B MP3) and the config behind it. */
export type ElementaryStreamInfo = { objectTypeIndication: number; decoderConfig: Uint8Array | null };

/** Body of an `esds` box, ISO/IEC 14496-1 7.2.6.5. */
export function parseEsds(esds: Uint8Array): Parsed<ElementaryStreamInfo> {
  return attempt(() => {
    const reader = new ByteReader(esds);
    reader.skip(4);
    openDescriptor(reader, 0x03);
    reader.skip(2);
    const flags = reader.u8();
    if ((flags & 0x80) !== 0) reader.skip(2);
    if ((flags & 0x40) !== 0) reader.skip(reader.u8());
    if ((flags & 0x20) !== 0) reader.skip(2);
    openDescriptor(reader, 0x04);
    const objectTypeIndication = reader.u8();
    reader.skip(12);
    if (reader.remaining === 0 || esds[reader.position] !== 0x05) return { objectTypeIndication, decoderConfig: null };
    return { objectTypeIndication, decoderConfig: reader.take(openDescriptor(reader, 0x05)) };
  });
}

/** An ADTS frame header, ISO/IEC 13818-7 6.2; transport streams carry AAC in it. */
export type AdtsHeader = {
  /** 2 AAC-LC. HE-AAC in ADTS shows only its core: SBR is found by decoding. */
  objectType: number;
  sampleRateHz: number;
  channels: number | null;
  headerBytes: number;
  /** With its header. */
  frameBytes: number;
  /** 1024 for each raw data block. */
  samples: number;
};

/** The ADTS header at `at`, ISO/IEC 14496-3 1.A.2: what one AAC frame of a transport stream says of itself. */
export function parseAdtsHeader(bytes: Uint8Array, at = 0): Parsed<AdtsHeader> {
  return attempt(() => {
    const bits = new BitReader(bytes.subarray(at, at + 7));
    if (bits.bits(12) !== 0xfff) throw new DamagedData('bad-value', at, 'no ADTS syncword');
    bits.skip(3);
    const headerBytes = bits.flag() ? 7 : 9;
    const objectType = bits.bits(2) + 1;
    const sampleRateHz = sampleRates[bits.bits(4)];
    if (sampleRateHz === undefined) throw new DamagedData('bad-value', at + 2, 'a forbidden sampling frequency index');
    bits.skip(1);
    const channels = channelCounts[bits.bits(3)] ?? null;
    bits.skip(4);
    const frameBytes = bits.bits(13);
    bits.skip(11);
    if (frameBytes < headerBytes) throw new DamagedData('bad-size', at + 3, `an ADTS frame of ${frameBytes} bytes`);
    return { objectType, sampleRateHz, channels, headerBytes, frameBytes, samples: 1024 * (bits.bits(2) + 1) };
  });
}

function readConfig(config: Uint8Array): AacConfig {
  const bits = new BitReader(config);
  const first = readObjectType(bits);
  const coreRate = readSampleRate(bits);
  const channelCode = bits.bits(4);
  const channels = channelCounts[channelCode] ?? null;
  const base = { objectType: first, sampleRateHz: coreRate, outputSampleRateHz: coreRate, channels };
  if (first === 5 || first === 29) {
    // Hierarchical signalling: the extension comes first, then the core's own object type.
    const outputSampleRateHz = readSampleRate(bits);
    readObjectType(bits);
    return { ...base, outputSampleRateHz, sbr: true, parametricStereo: first === 29 };
  }
  return { ...base, ...readBackwardCompatible(bits, first, channelCode) };
}

/** Object types whose GASpecificConfig may be followed by the backward compatible SBR and PS signals. */
const generalAudio = new Set([1, 2, 3, 4, 6, 7]);

/** syncExtensionType 0x2b7 behind the core's config: players that know no SBR stop before it. */
function readBackwardCompatible(bits: BitReader, objectType: number, channelCode: number) {
  const none = { sbr: false, parametricStereo: false };
  // A program config element would have to be walked; no encoder puts the extension behind one.
  if (!generalAudio.has(objectType) || channelCode === 0 || bits.bitsLeft < 3) {
    return none;
  }
  bits.skip(1);
  if (bits.flag()) bits.skip(14);
  if (bits.flag()) bits.skip(Math.min(bits.bitsLeft, objectType === 6 ? 3 : 1));
  if (bits.bitsLeft < 16 || bits.bits(11) !== 0x2b7 || readObjectType(bits) !== 5 || !bits.flag()) return none;
  const outputSampleRateHz = readSampleRate(bits);
  const parametricStereo = bits.bitsLeft >= 12 && bits.bits(11) === 0x548 && bits.flag();
  return { sbr: true, parametricStereo, outputSampleRateHz };
}

function readObjectType(bits: BitReader): number {
  const type = bits.bits(5);
  return type === 31 ? 32 + bits.bits(6) : type;
}

function readSampleRate(bits: BitReader): number {
  const index = bits.bits(4);
  if (index === 15) return bits.bits(24);
  const rate = sampleRates[index];
  if (rate === undefined) throw new DamagedData('bad-value', 0, `sampling frequency index ${index}`);
  return rate;
}

/** Gives the length of a descriptor with this tag; the length has up to four bytes of seven bits. */
function openDescriptor(reader: ByteReader, tag: number): number {
  const at = reader.position;
  const found = reader.u8();
  if (found !== tag) throw new DamagedData('bad-value', at, `descriptor ${found} where ${tag} belongs`);
  let length = 0;
  for (let i = 0; i < 4; i++) {
    const byte = reader.u8();
    length = length * 128 + (byte & 0x7f);
    if (byte < 0x80) break;
  }
  return length;
}
