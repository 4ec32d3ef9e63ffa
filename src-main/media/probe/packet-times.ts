import type { ProbedPacket } from './ffprobe-answer.ts';

/** What was read in one go from one place of the file. */
export type PacketRead = {
  packets: readonly ProbedPacket[];
  /** Whether reading began at the beginning of the file, and not at a seek. */
  fromStart: boolean;
  /** Whether reading went on to the end of the file. */
  toEnd: boolean;
};

/** Deepest reordering of any codec read here: H.264 allows 16 pictures. */
const deepestReordering = 16;

/**
 * Sorted presentation times of a stream. Where reading stopped at a limit, the last times are left out, and after a seek
 * the first ones: pictures that belong between them were not read. Streams without presentation times (AVI) give their decode times.
 */
export function presentationTimes(read: PacketRead, streamIndex: number): number[] {
  const packets = shownPackets(read, streamIndex);
  const shown = packets.map((packet) => packet.pts_time).filter((time) => time !== null);
  const times = (
    shown.length > 0 ? shown : packets.map((packet) => packet.dts_time).filter((time) => time !== null)
  ).toSorted((a, b) => a - b);
  return times.slice(read.fromStart ? 0 : deepestReordering, read.toEnd ? undefined : -deepestReordering);
}

/** Packets that a player shows: an edit list can make some of them only a reference for others (flag D). */
export function shownPackets(read: PacketRead, streamIndex: number): ProbedPacket[] {
  return read.packets.filter((packet) => packet.stream_index === streamIndex && !packet.flags.includes('D'));
}

/** The last packet's time plus its duration; `frameSec` replaces the duration that the container claims. Null when nothing was read. */
export function streamEnd(tail: PacketRead, streamIndex: number, frameSec: number | null): number | null {
  const ends = shownPackets(tail, streamIndex).flatMap((packet) => {
    const time = packet.pts_time ?? packet.dts_time;
    return time === null ? [] : [time + (frameSec ?? packet.duration_time ?? 0)];
  });
  return ends.length === 0 ? null : microseconds(ends.reduce((latest, end) => Math.max(latest, end)));
}

/** ffprobe's own precision; sums of its times have no more. */
export function microseconds(sec: number): number {
  return Math.round(sec * 1e6) / 1e6;
}
