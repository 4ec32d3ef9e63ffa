import { parseAvcConfig, isH264Idr } from '../../bitstream/h264.ts';
import { hevcRandomAccess, parseHevcConfig } from '../../bitstream/hevc.ts';
import { parseFragments } from '../../bitstream/mp4-fragment.ts';
import type { Mp4FragmentTrack, Mp4Movie, Mp4Track } from '../../bitstream/mp4-track.ts';
import { lengthPrefixedNals } from '../../bitstream/nal-units.ts';
import { evenSpacing } from './even-spacing.ts';
import type { SegmentObservation, SegmentStream } from './observed-segment.ts';

/** A `moof` with the bytes behind it, as many as were read. */
export type FragmentBytes = {
  /** Begins with the `moof` box, which is whole; after it comes the start of its `mdat`. */
  bytes: Uint8Array;
  moofBytes: number;
};

/** Looks at a media segment by its fragment headers: they hold the times of every sample, so no content is needed. */
export function observeFmp4(fragments: readonly FragmentBytes[], init: Mp4Movie): SegmentObservation {
  const runs: { track: Mp4Track; run: Mp4FragmentTrack; bytes: Uint8Array }[] = [];
  for (const fragment of fragments) {
    const parsed = parseFragments(fragment.bytes.subarray(0, fragment.moofBytes), init.fragmentDefaults);
    if (!parsed.ok) return unreadable(parsed.fault.detail);
    for (const run of parsed.value.flatMap((moof) => moof.tracks)) {
      const track = init.tracks.find((candidate) => candidate.id === run.trackId);
      if (track === undefined) return unreadable(`track ${run.trackId} is not in the init segment`);
      runs.push({ track, run, bytes: fragment.bytes });
    }
  }
  if (runs.length === 0) return unreadable('it has no movie fragment');
  const streams = init.tracks.flatMap((track) => {
    const own = runs.filter((entry) => entry.track === track);
    return own.length === 0 ? [] : [observeTrack(track, own)];
  });
  return { streams, fault: null, continuityFaults: 0, tablesFirst: true };
}

function unreadable(fault: string): SegmentObservation {
  return { streams: [], fault, continuityFaults: 0, tablesFirst: true };
}

function observeTrack(track: Mp4Track, runs: readonly { run: Mp4FragmentTrack; bytes: Uint8Array }[]): SegmentStream {
  const kind = track.handler === 'vide' ? 'video' : track.handler === 'soun' ? 'audio' : 'other';
  const times: number[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const { run } of runs) {
    for (let i = 0; i < run.samples.count; i += 1) {
      const shownAt = (run.samples.dts[i] ?? 0) + (run.samples.ctsOffset[i] ?? 0);
      times.push(shownAt);
      end = Math.max(end, shownAt + (run.samples.durationTicks[i] ?? 0));
    }
  }
  const sorted = times.sort((a, b) => a - b);
  const spacing = kind === 'video' ? evenSpacing(sorted, 1) : null;
  const [first] = runs;
  return {
    id: track.id,
    kind,
    startSec: sorted[0] === undefined ? null : sorted[0] / track.timescale,
    endSec: sorted.length === 0 ? null : end / track.timescale,
    count: sorted.length,
    frameSec: spacing === null ? null : spacing / track.timescale,
    startsWithKeyframe: kind === 'video' && first !== undefined ? startsWithKeyframe(track, first) : null,
  };
}

/** By the sync flag and, where the sample's start is at hand, by what the sample really is. */
export function startsWithKeyframe(
  track: Mp4Track,
  first: { run: Mp4FragmentTrack; bytes: Uint8Array },
): boolean | null {
  const { samples } = first.run;
  if (samples.count === 0) return null;
  if (samples.sync[0] !== 1) return false;
  const offset = samples.offset[0] ?? 0;
  const sample = first.bytes.subarray(offset, offset + (samples.sizeBytes[0] ?? 0));
  return sample.length === 0 ? true : (isIdrSample(track, sample) ?? true);
}

/** Null for codecs that are not looked into, and where the slice is not among the bytes. */
function isIdrSample(track: Mp4Track, sample: Uint8Array): boolean | null {
  const boxes = track.entries[0]?.boxes;
  const avcC = boxes?.get('avcC');
  const hvcC = boxes?.get('hvcC');
  const config = avcC !== undefined ? parseAvcConfig(avcC) : hvcC !== undefined ? parseHevcConfig(hvcC) : null;
  if (config === null || !config.ok) return null;
  const nals = headNals(sample, config.value.lengthBytes);
  if (avcC !== undefined) {
    const slices = nals.filter((nal) => ((nal[0] ?? 0) & 31) >= 1 && ((nal[0] ?? 0) & 31) <= 5);
    return slices.length === 0 ? null : isH264Idr(slices);
  }
  const slices = nals.filter((nal) => ((nal[0] ?? 0) >> 1) % 64 < 32);
  return slices.length === 0 ? null : hevcRandomAccess(slices) === 'idr';
}

/** The NAL units of a sample whose last one may be cut off: its header is enough. */
function headNals(sample: Uint8Array, lengthBytes: 1 | 2 | 4): Uint8Array[] {
  const whole = lengthPrefixedNals(sample, lengthBytes);
  if (whole.ok) return whole.value;
  const nals: Uint8Array[] = [];
  let at = 0;
  while (at + lengthBytes < sample.length) {
    let length = 0;
    for (let i = 0; i < lengthBytes; i += 1) length = length * 256 + (sample[at + i] ?? 0);
    at += lengthBytes;
    nals.push(sample.subarray(at, Math.min(at + length, sample.length)));
    at += length;
  }
  return nals.filter((nal) => nal.length > 0);
}
