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

/** Longer than any pause between the packets of picture or sound, seconds. */
const leapSec = 5;

/**
 * Without the packets that leap away from the end that the container tells: one damaged timestamp would make a film hours
 * longer. A film that simply goes on past that end, packet by packet, keeps all of them.
 */
export function withoutLeaps(read: PacketRead, declaredEndSec: number | null): PacketRead {
  if (declaredEndSec === null) return read;
  const timed = read.packets.map((packet) => ({ packet, atSec: packet.pts_time ?? packet.dts_time }));
  const reached = new Map<number, number>();
  const leaping = new Set<ProbedPacket>();
  for (const { packet, atSec } of timed.toSorted((a, b) => (a.atSec ?? 0) - (b.atSec ?? 0))) {
    if (atSec === null) continue;
    const before = reached.get(packet.stream_index);
    if (before !== undefined && atSec > Math.max(before, declaredEndSec) + leapSec) leaping.add(packet);
    else reached.set(packet.stream_index, atSec);
  }
  return leaping.size === 0 ? read : { ...read, packets: read.packets.filter((packet) => !leaping.has(packet)) };
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
