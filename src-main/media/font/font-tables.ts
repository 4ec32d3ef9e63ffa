import { ByteReader } from '../bitstream/byte-reader.ts';
import type { Parsed } from '../bitstream/parsed.ts';
import { attempt, DamagedData } from '../bitstream/parsed.ts';
import type { FontFormat } from './font-format.ts';

/** No real font is larger unpacked (Noto CJK's collection has 120 MB); a compressed file may claim anything. */
const maxUnpackedBytes = 256 * 2 ** 20;
const maxFacesInCollection = 256;

/** Without these FreeType opens no face, or draws nothing with it. */
const neededTables = ['cmap', 'head', 'hhea', 'hmtx', 'maxp', 'name'];
const outlineTables = ['glyf', 'CFF ', 'CFF2', 'CBDT', 'sbix', 'SVG '];

/**
 * Proves that a font file is all there before a font engine reads it: the directory lies inside the file, and so does
 * every table that drawing needs. Downloads cut short and attachments damaged by remuxing fail here. The value is the
 * number of faces.
 */
export function proveFontTables(bytes: Uint8Array, format: FontFormat): Parsed<number> {
  return attempt(() => {
    switch (format) {
      case 'truetype':
      case 'opentype':
        proveFace(bytes, 0);
        return 1;
      case 'collection':
        return proveCollection(bytes);
      case 'woff':
      case 'woff2':
        proveCompressed(bytes, format);
        return 1;
    }
  });
}

/** Table directory, OpenType 1.9 "Organization of an OpenType font". */
function proveFace(bytes: Uint8Array, at: number): void {
  const reader = new ByteReader(bytes, at);
  reader.skip(4);
  const count = reader.u16();
  reader.skip(6);
  const whole = new Set<string>();
  for (let i = 0; i < count; i += 1) {
    const tag = reader.fourCc();
    reader.skip(4);
    const offset = reader.u32();
    const length = reader.u32();
    if (length > 0 && offset + length <= bytes.length) whole.add(tag);
    else if (neededTables.includes(tag) || outlineTables.includes(tag)) {
      throw new DamagedData(
        'cut-short',
        offset,
        `table ${tag} ends ${offset + length - bytes.length} bytes after the file`,
      );
    }
  }
  provePresence(whole, at);
}

function proveCollection(bytes: Uint8Array): number {
  const reader = new ByteReader(bytes, 8);
  const count = reader.u32();
  if (count === 0 || count > maxFacesInCollection)
    throw new DamagedData('bad-value', 8, `a collection of ${count} faces`);
  for (let i = 0; i < count; i += 1) proveFace(bytes, reader.u32());
  return count;
}

/** WOFF 1.0 section 3, WOFF 2.0 section 4: the same fields up to the unpacked size. */
function proveCompressed(bytes: Uint8Array, format: 'woff' | 'woff2'): void {
  const reader = new ByteReader(bytes, 8);
  const length = reader.u32();
  const count = reader.u16();
  reader.skip(2);
  const unpacked = reader.u32();
  if (length > bytes.length) throw new DamagedData('cut-short', 8, `${length} bytes announced, ${bytes.length} there`);
  if (unpacked > maxUnpackedBytes) throw new DamagedData('bad-value', 16, `unpacks to ${unpacked} bytes`);
  if (format === 'woff2') return;
  reader.skip(24);
  const whole = new Set<string>();
  let total = 0;
  for (let i = 0; i < count; i += 1) {
    const tag = reader.fourCc();
    const offset = reader.u32();
    const packed = reader.u32();
    total += reader.u32();
    reader.skip(4);
    if (offset + packed > bytes.length) throw new DamagedData('cut-short', offset, `table ${tag} ends after the file`);
    whole.add(tag);
  }
  if (total > maxUnpackedBytes) throw new DamagedData('bad-value', 44, `unpacks to ${total} bytes`);
  provePresence(whole, 0);
}

function provePresence(tables: ReadonlySet<string>, at: number): void {
  const missing = neededTables.find((tag) => !tables.has(tag));
  if (missing !== undefined) throw new DamagedData('missing', at, `no table ${missing}`);
  if (!outlineTables.some((tag) => tables.has(tag))) throw new DamagedData('missing', at, 'no glyphs');
}
