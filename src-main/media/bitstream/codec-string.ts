import { parseAacConfig, parseEsds } from './aac.ts';
import { type Av1Sequence, parseAv1Config } from './av1.ts';
import { ByteReader } from './byte-reader.ts';
import { type H264Sps, parseAvcConfig } from './h264.ts';
import { type HevcProfileTierLevel, parseHevcConfig } from './hevc.ts';
import type { Mp4SampleEntry, Mp4Track } from './mp4-track.ts';
import { attempt, type Parsed } from './parsed.ts';

/*
 * The values of CODECS (RFC 6381 and the standards that extend it), always read from the stream's own headers. A
 * player that trusts a wrong one refuses the stream or picks the wrong decoder.
 */

/** Of a track's first sample entry; null when it is a format without a known string or its record is damaged. */
export function codecStringOfTrack(track: Mp4Track): string | null {
  const [entry] = track.entries;
  return entry === undefined ? null : codecStringOfEntry(entry);
}

/** RFC 6381 string of a sample entry, from its configuration record; null when the record is missing, damaged or unknown. */
export function codecStringOfEntry(entry: Mp4SampleEntry): string | null {
  switch (entry.type) {
    case 'avc1':
    case 'avc3':
      return from(entry.boxes.get('avcC'), parseAvcConfig, (config) => h264CodecString(config, entry.type));
    case 'hvc1':
    case 'hev1':
      return from(entry.boxes.get('hvcC'), parseHevcConfig, (config) =>
        hevcCodecString(config.profileTierLevel, entry.type),
      );
    case 'dvh1':
    case 'dvhe':
    case 'dav1':
      return dolbyVisionCodecString(entry);
    case 'av01':
      return from(entry.boxes.get('av1C'), parseAv1Config, av1CodecString);
    case 'vp08':
    case 'vp09':
      return from(entry.boxes.get('vpcC'), parseVpConfig, (config) => vpCodecString(config, entry.type));
    case 'mp4a':
      return from(entry.boxes.get('esds'), parseEsds, (info) => mpeg4AudioCodecString(info));
    case 'ac-3':
    case 'ec-3':
    case 'Opus':
    case 'fLaC':
    case 'alac':
    case 'wvtt':
    case '.mp3':
      return entry.type;
    case 'stpp':
      return 'stpp.ttml.im1t';
    default:
      return null;
  }
}

/** ISO/IEC 14496-15 annex E: profile, constraint flags and level as six hex digits. */
export function h264CodecString(
  codes: Pick<H264Sps, 'profileIdc' | 'constraintFlags' | 'levelIdc'>,
  entryType = 'avc1',
): string {
  return `${entryType}.${hexByte(codes.profileIdc)}${hexByte(codes.constraintFlags)}${hexByte(codes.levelIdc)}`;
}

/**
 * ISO/IEC 14496-15 E.3: profile space and profile, the compatibility flags in reverse bit order as hex without leading
 * zeros, tier and level, then the constraint bytes up to the last that is not zero.
 */
export function hevcCodecString(codes: HevcProfileTierLevel, entryType = 'hvc1'): string {
  const space = ['', 'A', 'B', 'C'][codes.profileSpace] ?? '';
  const constraints = [...codes.constraintBytes];
  while (constraints.at(-1) === 0) constraints.pop();
  return [
    entryType,
    `${space}${codes.profileIdc}`,
    reversed32(codes.compatibilityFlags).toString(16).toUpperCase(),
    `${codes.tier === 'high' ? 'H' : 'L'}${codes.levelIdc}`,
    ...constraints.map((byte) => byte.toString(16).toUpperCase()),
  ].join('.');
}

/**
 * AV1-ISOBMFF section 5. The optional part is all or nothing: it is written when any of monochrome, subsampling and
 * colour differs from the default (0, 110, 1, 1, 1, limited range).
 */
export function av1CodecString(sequence: Av1Sequence): string {
  const tier = sequence.tier === 'high' ? 'H' : 'M';
  const base = `av01.${sequence.profile}.${twoDigits(sequence.levelIdx)}${tier}.${twoDigits(sequence.bitDepth)}`;
  const position = sequence.subsamplingX && sequence.subsamplingY ? sequence.chromaPosition : 0;
  const { primaries, transfer, matrix, fullRange } = sequence.color;
  const optional = [
    sequence.monochrome ? '1' : '0',
    `${Number(sequence.subsamplingX)}${Number(sequence.subsamplingY)}${position}`,
    ...[primaries, transfer, matrix].map((code) => twoDigits(code)),
    fullRange === true ? '1' : '0',
  ].join('.');
  // Unspecified colour (2) is not worth saying: the default stands for it, as encoders leave it out for BT.709.
  const plain = ['0.110.01.01.01.0', '0.111.01.01.01.0', '0.110.02.02.02.0', '0.111.02.02.02.0'];
  return plain.includes(optional) ? base : `${base}.${optional}`;
}

type VpConfig = {
  profile: number;
  level: number;
  bitDepth: number;
  chromaSubsampling: number;
  fullRange: boolean;
  primaries: number;
  transfer: number;
  matrix: number;
};

/** Body of `vpcC`, VP Codec ISO Media File Format Binding 1.0. */
function parseVpConfig(vpcC: Uint8Array): Parsed<VpConfig> {
  return attempt(() => {
    const reader = new ByteReader(vpcC);
    reader.skip(4);
    const profile = reader.u8();
    const level = reader.u8();
    const packed = reader.u8();
    return {
      profile,
      level,
      bitDepth: packed >> 4,
      chromaSubsampling: (packed >> 1) & 7,
      fullRange: (packed & 1) === 1,
      primaries: reader.u8(),
      transfer: reader.u8(),
      matrix: reader.u8(),
    };
  });
}

/** The same document: the colour part is left out where it is the default (4:2:0 collocated, BT.709, limited). */
function vpCodecString(config: VpConfig, entryType: string): string {
  const { profile, level, bitDepth, chromaSubsampling, primaries, transfer, matrix } = config;
  const base = [entryType, ...[profile, level, bitDepth].map(twoDigits)].join('.');
  const optional = [...[chromaSubsampling, primaries, transfer, matrix].map(twoDigits), config.fullRange ? '01' : '00'];
  const text = optional.join('.');
  const plain = ['01.01.01.01.00', '01.02.02.02.00', '00.01.01.01.00', '00.02.02.02.00'];
  return plain.includes(text) ? base : `${base}.${text}`;
}

/** RFC 6381 3.3: the object type indication in hex and, for MPEG-4 audio (0x40), the audio object type in decimal. */
function mpeg4AudioCodecString(info: {
  objectTypeIndication: number;
  decoderConfig: Uint8Array | null;
}): string | null {
  const indication = info.objectTypeIndication.toString(16).toUpperCase().padStart(2, '0');
  if (info.objectTypeIndication !== 0x40) return `mp4a.${indication}`;
  return from(info.decoderConfig ?? undefined, parseAacConfig, (config) => aacCodecString(config));
}

/** HE-AAC is told by its best object type, however it is signalled: .29 with parametric stereo, .5 with SBR. */
export function aacCodecString(config: { objectType: number; sbr: boolean; parametricStereo: boolean }): string {
  return `mp4a.40.${config.parametricStereo ? 29 : config.sbr ? 5 : config.objectType}`;
}

/** Dolby Vision Streams Within HLS: entry, profile and level in two decimal digits each. */
function dolbyVisionCodecString(entry: Mp4SampleEntry): string | null {
  const record = entry.dolbyVision;
  if (record === null || record.level === null) return null;
  return `${entry.type}.${twoDigits(record.profile)}.${twoDigits(record.level)}`;
}

function from<T>(
  body: Uint8Array | undefined,
  parse: (body: Uint8Array) => Parsed<T>,
  write: (value: T) => string | null,
): string | null {
  if (body === undefined) return null;
  const parsed = parse(body);
  return parsed.ok ? write(parsed.value) : null;
}

function reversed32(value: number): number {
  let out = 0;
  for (let bit = 0; bit < 32; bit++) if ((value >>> bit) & 1) out += 2 ** (31 - bit);
  return out;
}

function hexByte(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, '0');
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
