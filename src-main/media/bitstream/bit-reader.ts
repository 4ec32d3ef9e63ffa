import { DamagedData } from './parsed.ts';

/** Reads bit fields, most significant bit first, as all MPEG and AOM headers have them. Past the end: `DamagedData`. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #bit = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get bitsLeft(): number {
    return this.#bytes.length * 8 - this.#bit;
  }

  bit(): number {
    const at = this.#bit;
    const byte = this.#bytes[at >> 3];
    if (byte === undefined) throw new DamagedData('cut-short', at >> 3, 'a header ends inside a field');
    this.#bit = at + 1;
    return (byte >> (7 - (at & 7))) & 1;
  }

  flag(): boolean {
    return this.bit() === 1;
  }

  /** An unsigned field of 0 to 32 bits. */
  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + this.bit();
    return value;
  }

  skip(count: number): void {
    if (count > this.bitsLeft) throw new DamagedData('cut-short', this.#bytes.length, 'a header ends inside a field');
    this.#bit += count;
  }

  /** ue(v), H.264 9.1. */
  unsignedExpGolomb(): number {
    let zeros = 0;
    while (this.bit() === 0) {
      zeros++;
      if (zeros > 32) throw new DamagedData('bad-value', this.#bit >> 3, 'an Exp-Golomb code longer than 32 bits');
    }
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v), H.264 9.1.1. */
  signedExpGolomb(): number {
    const code = this.unsignedExpGolomb();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }

  alignToByte(): void {
    this.#bit = (this.#bit + 7) & ~7;
  }

  /** uvlc(), AV1 4.10.3. */
  uvlc(): number {
    let zeros = 0;
    while (this.bit() === 0) {
      zeros++;
      if (zeros > 32) throw new DamagedData('bad-value', this.#bit >> 3, 'a uvlc code longer than 32 bits');
    }
    return zeros === 32 ? 0xffff_ffff : 2 ** zeros - 1 + this.bits(zeros);
  }
}

/**
 * The bytes of a NAL unit as the syntax tables see them: each emulation prevention byte (the 03 of 00 00 03) is left
 * out, H.264 7.3.1 and HEVC 7.3.1.1.
 */
export function withoutEmulationPrevention(nal: Uint8Array): Uint8Array {
  const out = new Uint8Array(nal.length);
  let length = 0;
  let zeros = 0;
  for (const byte of nal) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    out[length++] = byte;
  }
  return out.subarray(0, length);
}
