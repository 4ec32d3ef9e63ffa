import type { PacketRead } from '#main/media/probe/packet-times.ts';
import type { ProbeEvidence } from '#main/media/probe/read-media-facts.ts';

/** stream, presentation time, decode time, duration, flags: as ffprobe prints them, null where it prints nothing. */
export type PacketRow = (string | number | null)[];

export type ProbeFixture = {
  container: unknown;
  firstFrames: unknown;
  head: PacketRow[];
  headToEnd: boolean;
  tail: PacketRow[];
  sizeBytes: number;
};

/** What the probe would have gathered of the file that a fixture was captured from. */
export function evidenceOf(fixture: ProbeFixture, rest: Partial<ProbeEvidence> = {}): ProbeEvidence {
  return {
    container: fixture.container,
    firstFrames: fixture.firstFrames,
    head: packetsOf(fixture.head, fixture.headToEnd),
    elsewhere: [],
    tail: packetsOf(fixture.tail, true),
    sizeBytes: fixture.sizeBytes,
    endsAbruptly: false,
    measured: { activeArea: null, fieldOrder: new Map() },
    ...rest,
  };
}

function packetsOf(rows: readonly PacketRow[], toEnd: boolean): PacketRead {
  const time = (cell: PacketRow[number] | undefined) => (cell == null ? null : Number(cell));
  const packets = rows.map(([index, pts, dts, duration, flags]) => ({
    stream_index: Number(index),
    pts_time: time(pts),
    dts_time: time(dts),
    duration_time: time(duration),
    flags: String(flags),
  }));
  return { packets, fromStart: true, toEnd };
}
