import { ByteReader } from './byte-reader.ts';
import { attempt, DamagedData, type ParseFault, type Parsed } from './parsed.ts';

/** A box of ISO/IEC 14496-12: `start` is its header, `bodyStart` what follows it, `end` the byte after it. */
export type Mp4Box = { type: string; start: number; bodyStart: number; end: number };

/** A header read on its own, where the body may not be at hand. */
export type Mp4BoxHeader = {
  type: string;
  /** 8, or 16 with a 64-bit size, plus 16 for a `uuid` type. */
  headerBytes: number;
  /** The whole box with its header; null when it reaches to the end of the file (size field 0). */
  sizeBytes: number | null;
};

/** The longest header there is: give `readBoxHeader` this much. */
export const longestBoxHeaderBytes = 32;

/** Reads one box header at `at`; for walking a file by seeking from box to box without reading the bodies. */
export function readBoxHeader(bytes: Uint8Array, at = 0): Parsed<Mp4BoxHeader> {
  return attempt(() => boxHeader(bytes, at, bytes.length));
}

/**
 * The boxes that lie one after the other in a range. The walk stops at the first damage and says what it was; the
 * boxes before it are good. A box that ends beyond the range is damage (`cut-short`), and is not listed.
 */
export function boxesIn(
  bytes: Uint8Array,
  start = 0,
  end = bytes.length,
): { boxes: Mp4Box[]; fault: ParseFault | null } {
  const boxes: Mp4Box[] = [];
  let at = start;
  while (at < end) {
    // QuickTime ends a list of boxes with a 32-bit zero; a few zero bytes of padding are common too.
    if (end - at < 8 && bytes.subarray(at, end).every((byte) => byte === 0)) break;
    const from = at;
    const header = attempt(() => boxHeader(bytes, from, end));
    if (!header.ok) return { boxes, fault: header.fault };
    const { type, headerBytes, sizeBytes } = header.value;
    const boxEnd = sizeBytes === null ? end : at + sizeBytes;
    if (boxEnd > end) {
      const detail = `box ${type} of ${sizeBytes} bytes, ${end - at} left`;
      return { boxes, fault: { code: 'cut-short', atByte: at, detail } };
    }
    boxes.push({ type, start: at, bodyStart: at + headerBytes, end: boxEnd });
    at = boxEnd;
  }
  return { boxes, fault: null };
}

/** The same for parsers that give up on damage. */
export function mustListBoxes(bytes: Uint8Array, start = 0, end = bytes.length): Mp4Box[] {
  const { boxes, fault } = boxesIn(bytes, start, end);
  if (fault !== null) throw new DamagedData(fault.code, fault.atByte, fault.detail);
  return boxes;
}

/** The body of a box; a view. */
export function bodyOf(bytes: Uint8Array, box: Mp4Box): Uint8Array {
  return bytes.subarray(box.bodyStart, box.end);
}

function boxHeader(bytes: Uint8Array, at: number, end: number): Mp4BoxHeader {
  const reader = new ByteReader(bytes, at, end);
  const size32 = reader.u32();
  const type = reader.fourCc();
  const sizeBytes = size32 === 1 ? reader.u64() : size32 === 0 ? null : size32;
  if (type === 'uuid') reader.skip(16);
  const headerBytes = reader.position - at;
  // A size below its own header would make the walk stand still.
  if (sizeBytes !== null && sizeBytes < headerBytes) {
    throw new DamagedData('bad-size', at, `box ${type} says it has ${sizeBytes} bytes`);
  }
  return { type, headerBytes, sizeBytes };
}
