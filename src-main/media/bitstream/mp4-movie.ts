import { ByteReader } from './byte-reader.ts';
import { bodyOf, boxesIn, type Mp4Box, mustListBoxes } from './mp4-boxes.ts';
import { readSampleEntries } from './mp4-sample-entry.ts';
import type { Mp4Brands, Mp4Edit, Mp4FragmentDefaults, Mp4Movie, Mp4Track } from './mp4-track.ts';
import { attempt, DamagedData, type Parsed } from './parsed.ts';

/**
 * Reads the `moov` in `bytes`: the box alone, an init segment, or a whole small file. Offsets in the sample tables stay
 * those of the file it came from.
 */
export function parseMovie(bytes: Uint8Array): Parsed<Mp4Movie> {
  return attempt(() => {
    const { boxes, fault } = boxesIn(bytes);
    const moov = boxes.find((box) => box.type === 'moov');
    if (moov === undefined) {
      throw new DamagedData(fault?.code ?? 'missing', fault?.atByte ?? 0, fault?.detail ?? 'no moov box');
    }
    const brandBox = boxes.find((box) => box.type === 'ftyp');
    return readMoov(bytes, moov, brandBox === undefined ? null : readBrands(bodyOf(bytes, brandBox)));
  });
}

/** The brands of a file or segment that begins with `ftyp` or `styp`. */
export function parseBrands(bytes: Uint8Array): Parsed<Mp4Brands> {
  return attempt(() => {
    const [first] = boxesIn(bytes).boxes;
    if (first?.type !== 'ftyp' && first?.type !== 'styp') throw new DamagedData('missing', 0, 'no ftyp or styp box');
    return readBrands(bodyOf(bytes, first));
  });
}

function readBrands(body: Uint8Array): Mp4Brands {
  const reader = new ByteReader(body);
  const brands: Mp4Brands = { major: reader.fourCc(), minorVersion: reader.u32(), compatible: [] };
  while (reader.remaining >= 4) brands.compatible.push(reader.fourCc());
  return brands;
}

function readMoov(bytes: Uint8Array, moov: Mp4Box, brands: Mp4Brands | null): Mp4Movie {
  const children = mustListBoxes(bytes, moov.bodyStart, moov.end);
  const header = readTimeHeader(bytes, need(children, 'mvhd', moov));
  const mvex = children.find((box) => box.type === 'mvex');
  return {
    timescale: header.timescale,
    durationTicks: header.durationTicks,
    tracks: children.filter((box) => box.type === 'trak').map((box) => readTrack(bytes, box)),
    fragmentDefaults: mvex === undefined ? [] : readFragmentDefaults(bytes, mvex),
    brands,
  };
}

function readTrack(bytes: Uint8Array, trak: Mp4Box): Mp4Track {
  const children = mustListBoxes(bytes, trak.bodyStart, trak.end);
  const mdia = need(children, 'mdia', trak);
  const media = mustListBoxes(bytes, mdia.bodyStart, mdia.end);
  const minf = need(media, 'minf', mdia);
  const stbl = need(mustListBoxes(bytes, minf.bodyStart, minf.end), 'stbl', minf);
  const tableBoxes = mustListBoxes(bytes, stbl.bodyStart, stbl.end);
  const stsd = need(tableBoxes, 'stsd', stbl);
  const edts = children.find((box) => box.type === 'edts');
  const elng = media.find((box) => box.type === 'elng');
  const mediaHeader = readTimeHeader(bytes, need(media, 'mdhd', mdia));
  const handler = readHandler(bytes, need(media, 'hdlr', mdia));
  return {
    ...readTrackHeader(bytes, need(children, 'tkhd', trak)),
    ...handler,
    timescale: mediaHeader.timescale,
    durationTicks: mediaHeader.durationTicks,
    language: unpackLanguage(mediaHeader.reader.u16()),
    extendedLanguage: elng === undefined ? null : zeroTerminated(bodyOf(bytes, elng).subarray(4)) || null,
    edits: edts === undefined ? [] : readEdits(bytes, edts),
    stsd: bytes.subarray(stsd.start, stsd.end),
    entries: readSampleEntries(bodyOf(bytes, stsd), handler.handler),
    tables: new Map(tableBoxes.filter((box) => box !== stsd).map((box) => [box.type, bodyOf(bytes, box)])),
  };
}

/** The common head of `mvhd` and `mdhd`; the reader is left behind the duration. */
function readTimeHeader(bytes: Uint8Array, box: Mp4Box) {
  const reader = new ByteReader(bytes, box.bodyStart, box.end);
  const wide = versionOf(reader) === 1;
  reader.skip(wide ? 16 : 8);
  const timescale = reader.u32();
  if (timescale === 0) throw new DamagedData('bad-value', box.start, `${box.type} has a timescale of 0`);
  return { timescale, durationTicks: readDuration(reader, wide), reader };
}

function readTrackHeader(bytes: Uint8Array, box: Mp4Box) {
  const reader = new ByteReader(bytes, box.bodyStart, box.end);
  const wide = reader.u8() === 1;
  const flags = reader.u24();
  reader.skip(wide ? 16 : 8);
  const id = reader.u32();
  reader.skip(4 + (wide ? 8 : 4) + 8 + 2);
  const alternateGroup = reader.u16();
  reader.skip(4);
  const matrix = Array.from({ length: 9 }, (_, i) => reader.i32() / (i % 3 === 2 ? 2 ** 30 : 2 ** 16));
  return {
    id,
    enabled: (flags & 1) === 1,
    alternateGroup,
    matrix,
    width: reader.u32() / 65536,
    height: reader.u32() / 65536,
  };
}

function readHandler(bytes: Uint8Array, box: Mp4Box): { handler: string; handlerName: string | null } {
  const reader = new ByteReader(bytes, box.bodyStart, box.end);
  reader.skip(4);
  reader.skip(4);
  const handler = reader.fourCc();
  reader.skip(Math.min(12, reader.remaining));
  const name = reader.rest();
  const text = zeroTerminated(name);
  // QuickTime writes a Pascal string: its first byte is the length.
  return {
    handler,
    handlerName: (name[0] === name.length - 1 || name[0] === text.length - 1 ? text.slice(1) : text) || null,
  };
}

function readEdits(bytes: Uint8Array, edts: Mp4Box): Mp4Edit[] {
  const elst = mustListBoxes(bytes, edts.bodyStart, edts.end).find((box) => box.type === 'elst');
  if (elst === undefined) return [];
  const reader = new ByteReader(bytes, elst.bodyStart, elst.end);
  const wide = versionOf(reader) === 1;
  const count = reader.u32();
  if (count * (wide ? 20 : 12) > reader.remaining) throw new DamagedData('bad-size', elst.start, `${count} edits`);
  return Array.from({ length: count }, () => {
    const durationTicks = wide ? reader.u64() : reader.u32();
    const mediaTime = wide ? reader.i64() : reader.i32();
    return { durationTicks, mediaTime: mediaTime === -1 ? null : mediaTime, rate: reader.i32() / 65536 };
  });
}

function readFragmentDefaults(bytes: Uint8Array, mvex: Mp4Box): Mp4FragmentDefaults[] {
  return mustListBoxes(bytes, mvex.bodyStart, mvex.end)
    .filter((box) => box.type === 'trex')
    .map((box) => {
      const reader = new ByteReader(bytes, box.bodyStart, box.end);
      reader.skip(4);
      const trackId = reader.u32();
      reader.skip(4);
      return { trackId, durationTicks: reader.u32(), sizeBytes: reader.u32(), flags: reader.u32() };
    });
}

function need(boxes: Mp4Box[], type: string, parent: Mp4Box): Mp4Box {
  const found = boxes.find((box) => box.type === type);
  if (found === undefined) throw new DamagedData('missing', parent.start, `no ${type} in ${parent.type}`);
  return found;
}

function versionOf(reader: ByteReader): number {
  const version = reader.u8();
  reader.skip(3);
  return version;
}

/** All ones is the standard's "unknown"; 0 is what fragmented files write. */
function readDuration(reader: ByteReader, wide: boolean): number | null {
  if (!wide) {
    const ticks = reader.u32();
    return ticks === 0 || ticks === 0xffff_ffff ? null : ticks;
  }
  const high = reader.u32();
  const low = reader.u32();
  if (high === 0xffff_ffff && low === 0xffff_ffff) return null;
  return high * 0x1_0000_0000 + low || null;
}

/** Three 5-bit letters above 0x60; Macintosh language numbers (below 0x400) of old QuickTime files are unknown. */
function unpackLanguage(packed: number): string | null {
  const letters = [(packed >> 10) & 31, (packed >> 5) & 31, packed & 31];
  if (letters.some((letter) => letter < 1 || letter > 26)) return null;
  const code = String.fromCharCode(...letters.map((letter) => letter + 0x60));
  return code === 'und' ? null : code;
}

function zeroTerminated(bytes: Uint8Array): string {
  const zero = bytes.indexOf(0);
  return new TextDecoder().decode(zero < 0 ? bytes : bytes.subarray(0, zero));
}
