import { BitReader } from './bit-reader.ts';
import { ByteReader } from './byte-reader.ts';
import { attempt, DamagedData, type Parsed } from './parsed.ts';

/** `dOps` body: Encapsulation of Opus in ISO Base Media, 4.3.2. Opus always decodes at 48 kHz. */
export type OpusConfig = { channels: number; preSkip: number; inputSampleRateHz: number };

/** A `dOps` body; refuses versions other than 0. */
export function parseOpusConfig(dOps: Uint8Array): Parsed<OpusConfig> {
  return attempt(() => {
    const reader = new ByteReader(dOps);
    const version = reader.u8();
    if (version !== 0) throw new DamagedData('unsupported', 0, `dOps version ${version}`);
    return { channels: reader.u8(), preSkip: reader.u16(), inputSampleRateHz: reader.u32() };
  });
}

/** STREAMINFO in a `dfLa` body, RFC 9639 8.2. */
export type FlacConfig = { sampleRateHz: number; channels: number; bitDepth: number };

/** The STREAMINFO block of a `dfLa` body. */
export function parseFlacConfig(dfLa: Uint8Array): Parsed<FlacConfig> {
  return attempt(() => {
    // Four bytes of box version and flags, four of metadata block header.
    const bits = new BitReader(dfLa.subarray(4));
    bits.skip(1);
    const blockType = bits.bits(7);
    if (blockType !== 0) throw new DamagedData('missing', 4, 'dfLa does not begin with STREAMINFO');
    bits.skip(24 + 16 + 16 + 24 + 24);
    return { sampleRateHz: bits.bits(20), channels: bits.bits(3) + 1, bitDepth: bits.bits(5) + 1 };
  });
}
