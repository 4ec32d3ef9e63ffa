import type { ParseFault } from './parsed.ts';

/** MPEG-2 transport stream, ISO/IEC 13818-1, as HLS uses it: one program. Times are 90 kHz ticks that wrap at 2^33. */
export type TsSegment = {
  /** Byte offset of the first packet; 0 unless something foreign precedes it. */
  firstPacketAt: number;
  packetCount: number;
  /** PID of the program map table. */
  pmtPid: number;
  pcrPid: number;
  streams: TsStream[];
  /** In order of first byte, all PIDs together. */
  units: TsUnit[];
  pcrs: TsPcr[];
  continuityFaults: TsContinuityFault[];
  /** Byte offsets of the packets that begin a PAT and a PMT. */
  patOffsets: number[];
  pmtOffsets: number[];
  /** What stopped the scan before the end of the data (sync lost); null when it ended well or was merely cut. */
  fault: ParseFault | null;
  /** The data ends inside a packet: it is the head of a longer segment, or damaged. */
  endsInsidePacket: boolean;
};

export type TsCodec = 'h264' | 'hevc' | 'mpeg2video' | 'aac' | 'aac-latm' | 'mp3' | 'ac-3' | 'ec-3' | 'dts' | 'id3';

export type TsStream = {
  pid: number;
  /** As in the PMT: 0x1B H.264, 0x24 HEVC, 0x0F AAC, 0x81 AC-3, 0x87 E-AC-3, 0x15 ID3, ... */
  streamType: number;
  /** By stream type and descriptors; null when neither tells. */
  codec: TsCodec | null;
  /** ISO 639 language descriptor; null when absent or `und`. */
  language: string | null;
};

/** One PES packet: a picture, or a few audio frames. */
export type TsUnit = {
  pid: number;
  pts: number | null;
  /** Null when the PES packet has no DTS field, which means that it equals the PTS. */
  dts: number | null;
  /** First byte of its first transport packet, and the byte after its last one; other PIDs' packets may lie between. */
  byteStart: number;
  byteEnd: number;
  /** The adaptation field's random access indicator. */
  randomAccess: boolean;
};

export type TsPcr = {
  pid: number;
  byteOffset: number;
  /** 27 MHz ticks: base * 300 + extension. */
  ticks27M: number;
};

export type TsContinuityFault = { pid: number; byteOffset: number; expected: number; found: number };
