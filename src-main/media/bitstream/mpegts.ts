import { ByteReader } from './byte-reader.ts';
import { readProgramMap, readProgramMapPid, SectionAssembler } from './ts-program.ts';
import type { TsContinuityFault, TsPcr, TsSegment, TsStream, TsUnit } from './ts-segment.ts';
import { attempt, DamagedData, type ParseFault, type Parsed } from './parsed.ts';

export const tsPacketBytes = 188;
const syncByte = 0x47;
const nullPid = 0x1fff;

/**
 * Scans a transport stream segment, or the head of one: where the data ends inside a packet, the packet is left out.
 * A failure means that this is no transport stream or has no program; what goes wrong later is told in `fault` and
 * `continuityFaults`, with everything before it.
 */
export function parseTsSegment(bytes: Uint8Array): Parsed<TsSegment> {
  return attempt(() => scan(bytes));
}

/**
 * The first `maxBytes` of a unit's elementary stream, without transport and PES headers: enough for parameter sets or
 * an audio header.
 */
export function tsUnitPayload(bytes: Uint8Array, unit: TsUnit, maxBytes = Number.POSITIVE_INFINITY): Uint8Array {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let at = unit.byteStart; at + tsPacketBytes <= unit.byteEnd && length < maxBytes; at += tsPacketBytes) {
    const packet = readPacket(bytes, at);
    if (packet === null || packet.pid !== unit.pid || packet.payloadAt === at + tsPacketBytes) continue;
    let from = packet.payloadAt;
    if (at === unit.byteStart) from += pesHeaderBytes(bytes, from);
    const part = bytes.subarray(Math.min(from, at + tsPacketBytes), at + tsPacketBytes);
    parts.push(part.subarray(0, Math.min(part.length, maxBytes - length)));
    length += parts.at(-1)?.length ?? 0;
  }
  const payload = new Uint8Array(length);
  let filled = 0;
  for (const part of parts) {
    payload.set(part, filled);
    filled += part.length;
  }
  return payload;
}

function scan(bytes: Uint8Array): TsSegment {
  const firstPacketAt = findFirstPacket(bytes);
  const state = new ScanState(bytes);
  let fault: ParseFault | null = null;
  let packetCount = 0;
  for (let at = firstPacketAt; at + tsPacketBytes <= bytes.length; at += tsPacketBytes) {
    const packet = readPacket(bytes, at);
    if (packet === null) {
      fault = { code: 'bad-value', atByte: at, detail: 'sync byte missing' };
      break;
    }
    packetCount++;
    if (packet.pid !== nullPid) state.see(packet, at);
  }
  const endsInsidePacket = (bytes.length - firstPacketAt) % tsPacketBytes !== 0;
  return { firstPacketAt, packetCount, ...state.found(firstPacketAt), fault, endsInsidePacket };
}

/** What a scan knows so far; packets come in file order. */
class ScanState {
  readonly #bytes: Uint8Array;
  readonly #pat = new SectionAssembler();
  readonly #pmt = new SectionAssembler();
  readonly #continuity = new ContinuityCheck();
  readonly #patOffsets: number[] = [];
  readonly #pmtOffsets: number[] = [];
  readonly #pcrs: TsPcr[] = [];
  readonly #units: TsUnit[] = [];
  /** The unit that a PID's packets go on with; null before the first one starts. A PID of the program is a key. */
  readonly #openUnits = new Map<number, TsUnit | null>();
  #pmtPid: number | null = null;
  #program: { pcrPid: number; streams: TsStream[] } | null = null;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  see(packet: TsPacket, at: number): void {
    const { pid, pcrTicks27M } = packet;
    if (pcrTicks27M !== null) this.#pcrs.push({ pid, byteOffset: at, ticks27M: pcrTicks27M });
    this.#continuity.see(packet, at);
    if (!packet.hasPayload) return;
    if (pid === 0) this.#seePat(packet, at);
    else if (pid === this.#pmtPid) this.#seePmt(packet, at);
    else if (this.#openUnits.has(pid)) this.#seeElementary(packet, at);
  }

  found(firstPacketAt: number) {
    if (this.#pmtPid === null) throw new DamagedData('missing', firstPacketAt, 'no program association table');
    if (this.#program === null) throw new DamagedData('missing', firstPacketAt, 'no program map table');
    return {
      pmtPid: this.#pmtPid,
      ...this.#program,
      units: this.#units,
      pcrs: this.#pcrs,
      continuityFaults: this.#continuity.faults,
      patOffsets: this.#patOffsets,
      pmtOffsets: this.#pmtOffsets,
    };
  }

  #seePat(packet: TsPacket, at: number): void {
    if (packet.starts) this.#patOffsets.push(at);
    const section = this.#pat.add(this.#payload(packet, at), packet.starts);
    if (section !== null) this.#pmtPid ??= readProgramMapPid(section);
  }

  /** The first program map counts: a segment holds one program, RFC 8216 3.2. */
  #seePmt(packet: TsPacket, at: number): void {
    if (packet.starts) this.#pmtOffsets.push(at);
    const section = this.#pmt.add(this.#payload(packet, at), packet.starts);
    if (section === null || this.#program !== null) return;
    this.#program = readProgramMap(section);
    for (const { pid } of this.#program.streams) this.#openUnits.set(pid, null);
  }

  #seeElementary(packet: TsPacket, at: number): void {
    if (packet.starts) {
      const unit = startUnit(this.#bytes, packet, at);
      this.#units.push(unit);
      this.#openUnits.set(packet.pid, unit);
      return;
    }
    const unit = this.#openUnits.get(packet.pid) ?? null;
    if (unit !== null) unit.byteEnd = at + tsPacketBytes;
  }

  #payload(packet: TsPacket, at: number): Uint8Array {
    return this.#bytes.subarray(packet.payloadAt, at + tsPacketBytes);
  }
}

/** The first of three sync bytes a packet apart; data of one or two packets needs fewer. */
function findFirstPacket(bytes: Uint8Array): number {
  for (let at = 0; at < Math.min(tsPacketBytes, bytes.length); at++) {
    let packets = 0;
    while (packets < 3 && bytes[at + packets * tsPacketBytes] === syncByte) packets++;
    if (packets === 3 || (packets > 0 && at + packets * tsPacketBytes >= bytes.length)) return at;
  }
  throw new DamagedData('bad-value', 0, 'no transport stream: no sync bytes 188 bytes apart');
}

type TsPacket = {
  pid: number;
  /** payload_unit_start_indicator */
  starts: boolean;
  counter: number;
  /** Equals the packet's end when it has no payload. */
  payloadAt: number;
  hasPayload: boolean;
  discontinuity: boolean;
  randomAccess: boolean;
  pcrTicks27M: number | null;
};

/** ISO/IEC 13818-1 2.4.3.2; null when the sync byte is wrong. */
function readPacket(bytes: Uint8Array, at: number): TsPacket | null {
  if (bytes[at] !== syncByte) return null;
  const second = bytes[at + 1] ?? 0;
  const fourth = bytes[at + 3] ?? 0;
  const packet: TsPacket = {
    pid: ((second & 0x1f) << 8) | (bytes[at + 2] ?? 0),
    starts: (second & 0x40) !== 0,
    counter: fourth & 15,
    payloadAt: at + 4,
    hasPayload: (fourth & 0x10) !== 0,
    discontinuity: false,
    randomAccess: false,
    pcrTicks27M: null,
  };
  if ((fourth & 0x20) !== 0) {
    const length = bytes[at + 4] ?? 0;
    const flags = length > 0 ? (bytes[at + 5] ?? 0) : 0;
    packet.discontinuity = (flags & 0x80) !== 0;
    packet.randomAccess = (flags & 0x40) !== 0;
    if ((flags & 0x10) !== 0 && length >= 7) packet.pcrTicks27M = readPcr(bytes, at + 6);
    packet.payloadAt = Math.min(at + 5 + length, at + tsPacketBytes);
  }
  if (!packet.hasPayload) packet.payloadAt = at + tsPacketBytes;
  return packet;
}

/** 33 bits of 90 kHz base, 6 reserved, 9 bits of extension. */
function readPcr(bytes: Uint8Array, at: number): number {
  const reader = new ByteReader(bytes, at);
  const high = reader.u32();
  const low = reader.u16();
  return (high * 2 + (low >> 15)) * 300 + (low & 0x1ff);
}

function startUnit(bytes: Uint8Array, packet: TsPacket, at: number): TsUnit {
  const end = at + tsPacketBytes;
  const times = readPesTimes(bytes.subarray(packet.payloadAt, end));
  return { pid: packet.pid, ...times, byteStart: at, byteEnd: end, randomAccess: packet.randomAccess };
}

/** 2.4.3.6; a unit that does not begin with a PES start code has no times. */
function readPesTimes(pes: Uint8Array): { pts: number | null; dts: number | null } {
  if (pes.length < 9 || pes[0] !== 0 || pes[1] !== 0 || pes[2] !== 1) return { pts: null, dts: null };
  const flags = (pes[7] ?? 0) >> 6;
  return {
    pts: (flags & 2) !== 0 && pes.length >= 14 ? readTimestamp(pes, 9) : null,
    dts: flags === 3 && pes.length >= 19 ? readTimestamp(pes, 14) : null,
  };
}

/** 33 bits in five bytes with marker bits between. */
function readTimestamp(pes: Uint8Array, at: number): number {
  const byte = (i: number) => pes[at + i] ?? 0;
  return (
    ((byte(0) >> 1) & 7) * 2 ** 30 + byte(1) * 2 ** 22 + (byte(2) >> 1) * 2 ** 15 + byte(3) * 2 ** 7 + (byte(4) >> 1)
  );
}

function pesHeaderBytes(bytes: Uint8Array, at: number): number {
  return bytes[at] === 0 && bytes[at + 1] === 0 && bytes[at + 2] === 1 ? 9 + (bytes[at + 8] ?? 0) : 0;
}

/** 2.4.3.3: counts packets with payload; one exact repeat is allowed, and a discontinuity may say that it is one. */
class ContinuityCheck {
  readonly faults: TsContinuityFault[] = [];
  readonly #last = new Map<number, { counter: number; repeated: boolean }>();

  see(packet: TsPacket, at: number): void {
    const last = this.#last.get(packet.pid);
    if (last === undefined || packet.discontinuity) {
      if (packet.hasPayload || packet.discontinuity) {
        this.#last.set(packet.pid, { counter: packet.counter, repeated: false });
      }
      return;
    }
    if (!packet.hasPayload) return;
    const expected = (last.counter + 1) & 15;
    const isRepeat = packet.counter === last.counter && !last.repeated;
    if (packet.counter !== expected && !isRepeat) {
      this.faults.push({ pid: packet.pid, byteOffset: at, expected, found: packet.counter });
    }
    last.counter = packet.counter;
    last.repeated = isRepeat;
  }
}
