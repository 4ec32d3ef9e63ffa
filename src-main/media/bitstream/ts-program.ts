import { ByteReader } from './byte-reader.ts';
import { DamagedData } from './parsed.ts';
import type { TsCodec, TsStream } from './ts-segment.ts';

/** Puts a program table's section together from the packets it is spread over, ISO/IEC 13818-1 2.4.4. */
export class SectionAssembler {
  #pending: number[] = [];
  #open = false;

  /** Gives a section once it is whole. */
  add(payload: Uint8Array, starts: boolean): Uint8Array | null {
    let part = payload;
    if (starts) {
      part = payload.subarray(1 + (payload[0] ?? 0));
      this.#pending = [];
      this.#open = true;
    }
    if (!this.#open) return null;
    for (const byte of part) this.#pending.push(byte);
    const [, second, third] = this.#pending;
    if (second === undefined || third === undefined) return null;
    const length = 3 + ((second & 0x0f) << 8) + third;
    if (this.#pending.length < length) return null;
    this.#open = false;
    return Uint8Array.from(this.#pending.slice(0, length));
  }
}

/** PID of the first program of a PAT section, 2.4.4.3; program 0 is the network's. */
export function readProgramMapPid(section: Uint8Array): number | null {
  const reader = openSection(section, 0x00);
  while (reader.remaining >= 4) {
    const program = reader.u16();
    const pid = reader.u16() & 0x1fff;
    if (program !== 0) return pid;
  }
  return null;
}

/** A PMT section, 2.4.4.8. */
export function readProgramMap(section: Uint8Array): { pcrPid: number; streams: TsStream[] } {
  const reader = openSection(section, 0x02);
  const pcrPid = reader.u16() & 0x1fff;
  reader.skip(reader.u16() & 0x0fff);
  const streams: TsStream[] = [];
  while (reader.remaining >= 5) {
    const streamType = reader.u8();
    const pid = reader.u16() & 0x1fff;
    const descriptors = readDescriptors(reader.take(reader.u16() & 0x0fff));
    streams.push({ pid, streamType, codec: codecOf(streamType, descriptors), language: languageOf(descriptors) });
  }
  return { pcrPid, streams };
}

type Descriptor = { tag: number; body: Uint8Array };

/** The reader is left behind the section header and ends before the CRC. */
function openSection(section: Uint8Array, tableId: number): ByteReader {
  if (section[0] !== tableId) throw new DamagedData('bad-value', 0, `table ${section[0]} where ${tableId} belongs`);
  if (section.length < 12) throw new DamagedData('bad-size', 0, `a section of ${section.length} bytes`);
  const reader = new ByteReader(section, 8, section.length - 4);
  return reader;
}

function readDescriptors(bytes: Uint8Array): Descriptor[] {
  const reader = new ByteReader(bytes);
  const descriptors: Descriptor[] = [];
  while (reader.remaining >= 2) {
    const tag = reader.u8();
    descriptors.push({ tag, body: reader.take(reader.u8()) });
  }
  return descriptors;
}

const codecByType: ReadonlyMap<number, TsCodec> = new Map([
  [0x01, 'mpeg2video'],
  [0x02, 'mpeg2video'],
  [0x03, 'mp3'],
  [0x04, 'mp3'],
  [0x0f, 'aac'],
  [0x11, 'aac-latm'],
  [0x1b, 'h264'],
  [0x24, 'hevc'],
  [0x81, 'ac-3'],
  [0x82, 'dts'],
  [0x87, 'ec-3'],
]);

/** Private streams (0x06) say by registration (tag 5) or by DVB's own descriptors what they are. */
function codecOf(streamType: number, descriptors: readonly Descriptor[]): TsCodec | null {
  const known = codecByType.get(streamType);
  if (known !== undefined) return known;
  if (streamType === 0x15) return registrationOf(descriptors, 0x26, 'ID3 ') ? 'id3' : null;
  if (streamType !== 0x06) return null;
  if (descriptors.some(({ tag }) => tag === 0x6a) || registrationOf(descriptors, 0x05, 'AC-3')) return 'ac-3';
  if (descriptors.some(({ tag }) => tag === 0x7a) || registrationOf(descriptors, 0x05, 'EAC3')) return 'ec-3';
  if (registrationOf(descriptors, 0x05, 'HEVC')) return 'hevc';
  return null;
}

function registrationOf(descriptors: readonly Descriptor[], tag: number, text: string): boolean {
  return descriptors.some((one) => one.tag === tag && String.fromCharCode(...one.body).includes(text));
}

function languageOf(descriptors: readonly Descriptor[]): string | null {
  const body = descriptors.find(({ tag }) => tag === 0x0a)?.body;
  if (body === undefined || body.length < 3) return null;
  const code = String.fromCharCode(...body.subarray(0, 3)).toLowerCase();
  return /^[a-z]{3}$/.test(code) && code !== 'und' ? code : null;
}
