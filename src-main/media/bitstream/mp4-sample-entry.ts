import type { ContentLight, DolbyVision, MasteringDisplay } from '#shared/model/facts.ts';
import { ByteReader } from './byte-reader.ts';
import type { ColorDescription } from './color-description.ts';
import { bodyOf, boxesIn } from './mp4-boxes.ts';
import type { Mp4SampleEntry } from './mp4-track.ts';
import { DamagedData } from './parsed.ts';

/** The entries of an `stsd` body; ISO/IEC 14496-12 8.5.2 and 12, and QuickTime's longer sound entries. */
export function readSampleEntries(stsdBody: Uint8Array, handler: string): Mp4SampleEntry[] {
  const reader = new ByteReader(stsdBody);
  reader.skip(4);
  const count = reader.u32();
  const { boxes, fault } = boxesIn(stsdBody, reader.position);
  if (fault !== null || boxes.length < count) {
    throw new DamagedData(fault?.code ?? 'missing', fault?.atByte ?? 0, fault?.detail ?? 'fewer entries than counted');
  }
  return boxes.slice(0, count).map((box) => readEntry(box.type, bodyOf(stsdBody, box), handler));
}

function readEntry(type: string, body: Uint8Array, handler: string): Mp4SampleEntry {
  const reader = new ByteReader(body);
  reader.skip(8);
  let size: { width: number; height: number } | null = null;
  let sound: { channels: number; sampleRateHz: number } | null = null;
  if (handler === 'vide') {
    reader.skip(16);
    size = { width: reader.u16(), height: reader.u16() };
    reader.skip(50);
  } else if (handler === 'soun') {
    sound = readSoundFields(reader);
  }
  const hasChildren = handler === 'vide' || handler === 'soun';
  const boxes = hasChildren ? childBodies(reader.rest()) : new Map<string, Uint8Array>();
  return {
    type,
    width: size?.width ?? null,
    height: size?.height ?? null,
    channels: sound?.channels ?? null,
    sampleRateHz: sound?.sampleRateHz ?? null,
    boxes,
    color: readIf(boxes.get('colr'), readColor),
    pixelAspect: readIf(boxes.get('pasp'), readPixelAspect),
    masteringDisplay: readIf(boxes.get('mdcv'), readMasteringDisplay),
    contentLight: readIf(boxes.get('clli'), readContentLight),
    dolbyVision: readIf(boxes.get('dvcC') ?? boxes.get('dvvC') ?? boxes.get('dvwC'), readDolbyVision),
  };
}

/** The reader is left at the child boxes: QuickTime's versions 1 and 2 have more fields before them. */
function readSoundFields(reader: ByteReader): { channels: number; sampleRateHz: number } {
  const version = reader.u16();
  reader.skip(6);
  const channels = reader.u16();
  reader.skip(6);
  const sampleRateHz = reader.u32() / 65536;
  if (version === 1) reader.skip(16);
  if (version !== 2) return { channels, sampleRateHz };
  reader.skip(4);
  const rate = new DataView(new Uint8Array(reader.take(8)).buffer).getFloat64(0);
  const wideChannels = reader.u32();
  reader.skip(20);
  return { channels: wideChannels, sampleRateHz: rate };
}

/** First of each type wins. Trailing garbage after good boxes is common in the wild and harmless. */
function childBodies(bytes: Uint8Array): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (const box of boxesIn(bytes).boxes) {
    const body = bodyOf(bytes, box);
    if (!found.has(box.type)) found.set(box.type, body);
    // QuickTime wraps the esds of a version 1 entry in `wave`.
    if (box.type === 'wave')
      for (const [type, inner] of childBodies(body)) if (!found.has(type)) found.set(type, inner);
  }
  return found;
}

function readIf<T>(body: Uint8Array | undefined, read: (reader: ByteReader) => T | null): T | null {
  return body === undefined ? null : read(new ByteReader(body));
}

function readColor(reader: ByteReader): ColorDescription | null {
  const kind = reader.fourCc();
  if (kind !== 'nclx' && kind !== 'nclc') return null;
  const codes = { primaries: reader.u16(), transfer: reader.u16(), matrix: reader.u16() };
  return { ...codes, fullRange: kind === 'nclx' ? reader.u8() >= 0x80 : null };
}

function readPixelAspect(reader: ByteReader): { num: number; den: number } | null {
  const num = reader.u32();
  const den = reader.u32();
  return num === 0 || den === 0 ? null : { num, den };
}

/** `mdcv` has the primaries in the order green, blue, red, steps of 0.00002, luminance in steps of 0.0001 cd/m². */
function readMasteringDisplay(reader: ByteReader): MasteringDisplay {
  const xy = () => reader.u16() / 50_000;
  const [greenX, greenY, blueX, blueY, redX, redY, whiteX, whiteY] = [xy(), xy(), xy(), xy(), xy(), xy(), xy(), xy()];
  const maxNits = reader.u32() / 10_000;
  const minNits = reader.u32() / 10_000;
  return { redX, redY, greenX, greenY, blueX, blueY, whiteX, whiteY, minNits, maxNits };
}

function readContentLight(reader: ByteReader): ContentLight {
  return { maxCll: reader.u16(), maxFall: reader.u16() };
}

/** Dolby Vision Streams Within the ISO Base Media File Format 2.2, section 3.2. */
function readDolbyVision(reader: ByteReader): DolbyVision {
  reader.skip(2);
  const fields = reader.u16();
  return {
    profile: fields >> 9,
    level: (fields >> 3) & 63,
    hasRpu: (fields & 4) !== 0,
    hasEnhancementLayer: (fields & 2) !== 0,
    compatibilityId: reader.u8() >> 4,
  };
}
