import { h264TypeOf, isH264Idr } from '../../bitstream/h264.ts';
import { hevcRandomAccess } from '../../bitstream/hevc.ts';
import { parseTsSegment, tsUnitPayload } from '../../bitstream/mpegts.ts';
import { annexBNals } from '../../bitstream/nal-units.ts';
import type { TsSegment, TsStream, TsUnit } from '../../bitstream/ts-segment.ts';
import type { ObservedStream } from '../stream/observed-stream.ts';
import { tsStream, tsStreamKind } from '../stream/ts-stream.ts';
import { evenSpacing } from './even-spacing.ts';
import { packedAudioSec } from './packed-audio-sec.ts';
import type { SegmentObservation, SegmentStream } from './observed-segment.ts';

/** PTS and DTS count 90,000 a second and wrap at 2^33 (ISO/IEC 13818-1). */
const ticksPerSec = 90_000;
const wrapTicks = 2 ** 33;

/** A segment starts with its parameter sets and SEI messages; the first slice is behind them. */
const keyframeBytes = 16_384;

/** Looks at a whole transport stream segment, or at the head of one. */
export function observeTs(
  bytes: Uint8Array,
  isWhole: boolean,
): { observation: SegmentObservation; streams: ObservedStream[] } {
  const parsed = parseTsSegment(bytes);
  if (!parsed.ok) {
    const observation = { streams: [], fault: parsed.fault.detail, continuityFaults: 0, tablesFirst: true };
    return { observation, streams: [] };
  }
  const segment = parsed.value;
  const firstUnitAt = segment.units[0]?.byteStart ?? Number.POSITIVE_INFINITY;
  const tablesFirst = [segment.patOffsets, segment.pmtOffsets].every(
    (offsets) => (offsets[0] ?? Infinity) < firstUnitAt,
  );
  return {
    observation: {
      streams: segment.streams.map((stream) => observeStream(bytes, segment, stream, isWhole)),
      fault: segment.fault?.detail ?? (isWhole && segment.endsInsidePacket ? 'it ends inside a packet' : null),
      continuityFaults: segment.continuityFaults.length,
      tablesFirst,
    },
    streams: segment.streams.map((stream) => tsStream(bytes, segment, stream)),
  };
}

function observeStream(bytes: Uint8Array, segment: TsSegment, stream: TsStream, isWhole: boolean): SegmentStream {
  const kind = tsStreamKind(stream.codec);
  const units = segment.units.filter((unit) => unit.pid === stream.pid);
  const [first] = units;
  const firstPts = first?.pts ?? null;
  // Pictures are stored in decoding order: the earliest one may come later, but not before a closed GOP's first.
  const times = firstPts === null ? [] : units.flatMap((unit) => (unit.pts === null ? [] : [near(unit.pts, firstPts)]));
  const sorted = times.sort((a, b) => a - b);
  const spacing = isWhole && kind === 'video' ? evenSpacing(sorted, 2) : null;
  const last = sorted.at(-1);
  const lastUnit = units.at(-1);
  const frameSec = spacing === null ? null : spacing / ticksPerSec;
  const lastSec =
    kind === 'video' || lastUnit === undefined
      ? frameSec
      : packedAudioSec(stream.codec, tsUnitPayload(bytes, lastUnit));
  return {
    id: stream.pid,
    kind,
    startSec: sorted[0] === undefined ? null : sorted[0] / ticksPerSec,
    endSec: !isWhole || last === undefined || lastSec === null ? null : last / ticksPerSec + lastSec,
    count: isWhole ? units.length : null,
    frameSec,
    startsWithKeyframe: kind === 'video' && first !== undefined ? isKeyframe(bytes, stream, first) : null,
  };
}

/** Brings a time that wrapped next to its neighbour. */
function near(ticks: number, neighbour: number): number {
  const away = ticks - neighbour;
  return away > wrapTicks / 2 ? ticks - wrapTicks : away < -wrapTicks / 2 ? ticks + wrapTicks : ticks;
}

/** Null where the slice is not in the bytes at hand, or for codecs that are not looked into. */
export function isKeyframe(bytes: Uint8Array, stream: TsStream, unit: TsUnit): boolean | null {
  const nals = annexBNals(tsUnitPayload(bytes, unit, keyframeBytes));
  if (stream.codec === 'h264') {
    const slices = nals.filter((nal) => h264TypeOf(nal) >= 1 && h264TypeOf(nal) <= 5);
    return slices.length === 0 ? null : isH264Idr(slices);
  }
  // A CRA is no clean start: pictures that are shown after it may need what came before (open GOP).
  if (stream.codec === 'hevc') {
    const slices = nals.filter((nal) => ((nal[0] ?? 0) >> 1) % 64 < 32);
    return slices.length === 0 ? null : hevcRandomAccess(slices) === 'idr';
  }
  return null;
}
