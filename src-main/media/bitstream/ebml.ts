import { ByteReader } from './byte-reader.ts';
import { attempt, DamagedData, type Parsed } from './parsed.ts';

/** An element of EBML (RFC 8794): `start` is its ID, `bodyStart` what follows the size, `end` the byte after it. */
export type EbmlElement = { id: number; start: number; bodyStart: number; end: number };

/** A header on its own, where the body may not be at hand. */
export type EbmlHeader = {
  /** With its length marker, as the Matroska specification writes it (0x1A45DFA3). */
  id: number;
  headerBytes: number;
  /** Of the body; null is "unknown", as live muxers write. */
  bodyBytes: number | null;
};

/** The longest ID and the longest size: give `readEbmlHeader` this much. */
export const longestEbmlHeaderBytes = 12;

/** Reads one element header at `at`; for walking a file by seeking without reading the bodies. */
export function readEbmlHeader(bytes: Uint8Array, at = 0): Parsed<EbmlHeader> {
  return attempt(() => header(bytes, at, bytes.length));
}

/** The elements that lie one after the other in a range; the walk stops at the first damage. */
export function ebmlElements(bytes: Uint8Array, start = 0, end = bytes.length): EbmlElement[] {
  const elements: EbmlElement[] = [];
  let at = start;
  while (at < end) {
    const from = at;
    const read = attempt(() => header(bytes, from, end));
    if (!read.ok) break;
    const bodyStart = at + read.value.headerBytes;
    const next = read.value.bodyBytes === null ? end : bodyStart + read.value.bodyBytes;
    if (next > end) break;
    elements.push({ id: read.value.id, start: at, bodyStart, end: next });
    at = next;
  }
  return elements;
}

/** An unsigned integer of 0 to 8 bytes; null beyond 2^53. */
export function ebmlUnsigned(bytes: Uint8Array, element: EbmlElement): number | null {
  let value = 0;
  for (const byte of bytes.subarray(element.bodyStart, element.end)) value = value * 256 + byte;
  return Number.isSafeInteger(value) ? value : null;
}

/** A float of 4 or 8 bytes; null for any other length. */
export function ebmlFloat(bytes: Uint8Array, element: EbmlElement): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset + element.bodyStart, element.end - element.bodyStart);
  return view.byteLength === 4 ? view.getFloat32(0) : view.byteLength === 8 ? view.getFloat64(0) : null;
}

/** A string; zero bytes at the end are padding (RFC 8794 7.4). */
export function ebmlText(bytes: Uint8Array, element: EbmlElement): string {
  return new TextDecoder().decode(bytes.subarray(element.bodyStart, element.end)).replace(/\0.*$/s, '');
}

function header(bytes: Uint8Array, at: number, end: number): EbmlHeader {
  const reader = new ByteReader(bytes, at, end);
  const idBytes = leadingZeros(reader.u8(), at) + 1;
  if (idBytes > 4) throw new DamagedData('bad-value', at, 'an EBML ID of more than four bytes');
  let id = bytes[at] ?? 0;
  for (let i = 1; i < idBytes; i += 1) id = id * 256 + reader.u8();
  const sizeAt = reader.position;
  const first = reader.u8();
  const sizeBytes = leadingZeros(first, sizeAt) + 1;
  let size = first & (0xff >> sizeBytes);
  let isUnknown = size === 0xff >> sizeBytes;
  for (let i = 1; i < sizeBytes; i += 1) {
    const byte = reader.u8();
    isUnknown &&= byte === 0xff;
    size = size * 256 + byte;
  }
  if (!isUnknown && !Number.isSafeInteger(size)) throw new DamagedData('bad-size', sizeAt, 'a size beyond 2^53');
  return { id, headerBytes: reader.position - at, bodyBytes: isUnknown ? null : size };
}

function leadingZeros(byte: number, at: number): number {
  if (byte === 0) throw new DamagedData('bad-value', at, 'no EBML length marker');
  return Math.clz32(byte) - 24;
}
