import { ByteReader } from './byte-reader.ts';
import { attempt, type Parsed } from './parsed.ts';

/*
 * NAL units of H.264 and HEVC, without start codes or lengths, with their header and emulation prevention bytes. All
 * are views into the given bytes.
 */

/** Annex B byte stream (transport streams): units after 00 00 01. The last one may be cut by the end of the data. */
export function annexBNals(bytes: Uint8Array): Uint8Array[] {
  const nals: Uint8Array[] = [];
  let start = -1;
  let at = 0;
  while (at + 2 < bytes.length) {
    const third = bytes[at + 2] ?? 0;
    if (third > 1) {
      at += 3;
    } else if (third === 1 && bytes[at] === 0 && bytes[at + 1] === 0) {
      if (start >= 0) nals.push(withoutTrailingZeros(bytes.subarray(start, at)));
      start = at + 3;
      at += 3;
    } else {
      at += 1;
    }
  }
  if (start >= 0) nals.push(withoutTrailingZeros(bytes.subarray(start)));
  return nals.filter((nal) => nal.length > 0);
}

/** The form of MP4 and Matroska: each unit behind its length of `lengthBytes` (1, 2 or 4, from avcC or hvcC). */
export function lengthPrefixedNals(sample: Uint8Array, lengthBytes: 1 | 2 | 4): Parsed<Uint8Array[]> {
  return attempt(() => {
    const reader = new ByteReader(sample);
    const nals: Uint8Array[] = [];
    while (reader.remaining > 0) {
      let length = 0;
      for (let i = 0; i < lengthBytes; i++) length = length * 256 + reader.u8();
      if (length > 0) nals.push(reader.take(length));
    }
    return nals;
  });
}

/** `trailing_zero_8bits` and the zero byte of a four-byte start code belong to no unit. */
function withoutTrailingZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}
