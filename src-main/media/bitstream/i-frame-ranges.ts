import { isH264Idr } from './h264.ts';
import { hevcRandomAccess } from './hevc.ts';
import { parseFragments } from './mp4-fragment.ts';
import type { Mp4FragmentDefaults } from './mp4-track.ts';
import { parseTsSegment, tsUnitPayload } from './mpegts.ts';
import { annexBNals } from './nal-units.ts';
import type { Parsed } from './parsed.ts';
import type { TsCodec, TsSegment, TsUnit } from './ts-segment.ts';

/** What an I-frame playlist (RFC 8216 4.3.3.6) points to: enough of a segment to show one picture. */
export type IFrameRange = {
  offsetBytes: number;
  sizeBytes: number;
  /** Presentation time of the picture; track timescale in fMP4, 90 kHz in a transport stream. */
  ptsTicks: number;
};

/**
 * One range for each fragment of an fMP4 segment that begins with a sync sample: its `moof`, the head of its `mdat` and the
 * picture. A sync sample further inside has no `moof` of its own and can't be pointed to.
 */
export function fmp4IFrameRanges(
  segment: Uint8Array,
  defaults: readonly Mp4FragmentDefaults[] = [],
): Parsed<IFrameRange[]> {
  const fragments = parseFragments(segment, defaults);
  if (!fragments.ok) return fragments;
  const ranges: IFrameRange[] = [];
  for (const { moofStart, tracks } of fragments.value) {
    const samples = tracks[0]?.samples;
    if (samples === undefined || samples.count === 0 || samples.sync[0] !== 1) continue;
    const end = (samples.offset[0] ?? 0) + (samples.sizeBytes[0] ?? 0);
    const ptsTicks = (samples.dts[0] ?? 0) + (samples.ctsOffset[0] ?? 0);
    ranges.push({ offsetBytes: moofStart, sizeBytes: end - moofStart, ptsTicks });
  }
  return { ok: true, value: ranges };
}

/**
 * The pictures of a transport stream segment that a player can start at. A range begins with the PAT and PMT before
 * the picture, so that it is a whole transport stream by itself; a picture with others between it and those tables is left
 * out. At the start of a segment every muxer writes them.
 */
export function tsIFrameRanges(segment: Uint8Array): Parsed<IFrameRange[]> {
  const parsed = parseTsSegment(segment);
  if (!parsed.ok) return parsed;
  const video = parsed.value.streams.find(({ codec }) => codec === 'h264' || codec === 'hevc');
  if (video === undefined) return { ok: true, value: [] };
  const ranges: IFrameRange[] = [];
  let previous: TsUnit | null = null;
  for (const unit of parsed.value.units) {
    if (unit.pid !== video.pid) continue;
    const tablesAt = tablesBetween(parsed.value, previous?.byteEnd ?? 0, unit.byteStart);
    if (tablesAt !== null && unit.pts !== null && startsAfresh(segment, unit, video.codec)) {
      ranges.push({ offsetBytes: tablesAt, sizeBytes: unit.byteEnd - tablesAt, ptsTicks: unit.pts });
    }
    previous = unit;
  }
  return { ok: true, value: ranges };
}

/** Where a PAT begins that is followed by a PMT, both inside the range of bytes. */
function tablesBetween(segment: TsSegment, from: number, to: number): number | null {
  const pat = segment.patOffsets.findLast((at) => at >= from && at < to);
  if (pat === undefined) return null;
  return segment.pmtOffsets.some((at) => at > pat && at < to) ? pat : null;
}

/** The units before the first slice fit in a few kilobytes; parameter sets and SEI messages are small. */
const bytesSearched = 16_384;

function startsAfresh(segment: Uint8Array, unit: TsUnit, codec: TsCodec | null): boolean {
  const nals = annexBNals(tsUnitPayload(segment, unit, bytesSearched));
  return codec === 'hevc' ? hevcRandomAccess(nals) !== null : isH264Idr(nals);
}
