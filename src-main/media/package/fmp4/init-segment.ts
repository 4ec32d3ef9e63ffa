import { box, fullBox, latin1, u16, u32, zeros } from './box-writer.ts';
import type { FragmentTrack } from './fragment-track.ts';

/** Ticks a second of the movie clock; nothing is measured in it, as there is no edit list and no duration. */
const movieTimescale = 1000;

/** Unity, ISO/IEC 14496-12 8.2.2. */
const identityMatrix = u32(0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000);

/**
 * The init segment (EXT-X-MAP) of a rendition with one track. It has no edit list: Safari obeys one, hls.js and Shaka
 * ignore it, and the only file that plays the same in both needs none. Times are right in the fragments themselves.
 */
export function initSegment(track: FragmentTrack): Uint8Array {
  const ftyp = box('ftyp', latin1('iso6'), u32(0), latin1('iso6cmfcmp41'));
  return concatenated(ftyp, box('moov', movieHeader(track), trackBox(track), box('mvex', trackExtends(track))));
}

function movieHeader(track: FragmentTrack): Uint8Array {
  return fullBox(
    'mvhd',
    0,
    0,
    u32(0, 0, movieTimescale, 0),
    u32(0x1_0000),
    u16(0x100),
    zeros(10),
    identityMatrix,
    zeros(24),
    u32(track.id + 1),
  );
}

function trackBox(track: FragmentTrack): Uint8Array {
  const enabledInMovieAndPreview = 7;
  const sound = track.handler === 'soun';
  const tkhd = fullBox(
    'tkhd',
    0,
    enabledInMovieAndPreview,
    u32(0, 0, track.id, 0, 0),
    zeros(8),
    u16(0, 0, sound ? 0x100 : 0, 0),
    identityMatrix,
    u32(Math.round(track.width * 65536), Math.round(track.height * 65536)),
  );
  return box('trak', tkhd, box('mdia', mediaHeader(track), handlerBox(track), mediaInformation(track)));
}

function mediaHeader(track: FragmentTrack): Uint8Array {
  return fullBox('mdhd', 0, 0, u32(0, 0, track.timescale, 0), u16(packLanguage(track.language), 0));
}

function handlerBox(track: FragmentTrack): Uint8Array {
  const name = track.handler === 'vide' ? 'Video' : 'Audio';
  return fullBox('hdlr', 0, 0, u32(0), latin1(track.handler), zeros(12), latin1(`${name}\0`));
}

function mediaInformation(track: FragmentTrack): Uint8Array {
  const header = track.handler === 'vide' ? fullBox('vmhd', 0, 1, u16(0, 0, 0, 0)) : fullBox('smhd', 0, 0, u16(0, 0));
  const selfContained = fullBox('url ', 0, 1);
  const dinf = box('dinf', fullBox('dref', 0, 0, u32(1), selfContained));
  const emptyTables = [
    fullBox('stts', 0, 0, u32(0)),
    fullBox('stsc', 0, 0, u32(0)),
    fullBox('stsz', 0, 0, u32(0, 0)),
    fullBox('stco', 0, 0, u32(0)),
  ];
  return box('minf', header, dinf, box('stbl', track.stsd, ...emptyTables));
}

/** Every fragment says everything itself; only the sample description index has to come from here. */
function trackExtends(track: FragmentTrack): Uint8Array {
  return fullBox('trex', 0, 0, u32(track.id, 1, 0, 0, 0));
}

/** Three letters of five bits; anything that is not ISO 639-2 becomes `und`. */
function packLanguage(language: string | null): number {
  const code = language !== null && /^[a-z]{3}$/.test(language) ? language : 'und';
  return [...code].reduce((packed, letter) => packed * 32 + letter.charCodeAt(0) - 0x60, 0);
}

function concatenated(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
