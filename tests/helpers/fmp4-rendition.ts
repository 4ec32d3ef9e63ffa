import { readFileSync } from 'node:fs';
import { parseMovie } from '#main/media/bitstream/mp4-movie.ts';
import { samplesOf } from '#main/media/bitstream/mp4-sample-table.ts';
import type { Mp4Movie, Mp4Samples, Mp4Track } from '#main/media/bitstream/mp4-track.ts';
import type { Parsed } from '#main/media/bitstream/parsed.ts';
import { fragmentHeader } from '#main/media/package/fmp4/fragment-header.ts';
import type { FragmentTrack, SegmentCut, TimelineSample } from '#main/media/package/fmp4/fragment-track.ts';
import { initSegment } from '#main/media/package/fmp4/init-segment.ts';
import { mediaRanges } from '#main/media/package/fmp4/media-ranges.ts';

export type ChunkFile = { bytes: Uint8Array; movie: Mp4Movie; track: Mp4Track; samples: Mp4Samples };

/** Reads the one track of an MP4 that an encoder made. */
export function readChunkFile(path: string): ChunkFile {
  const bytes = new Uint8Array(readFileSync(path));
  const movie = mustParse(parseMovie(bytes));
  const [track] = movie.tracks;
  if (track === undefined) throw new Error(`${path} has no track`);
  return { bytes, movie, track, samples: mustParse(samplesOf(track)) };
}

/** A rendition as a player reads it: the init segment and all media segments in one piece. */
export function writeRendition(
  track: FragmentTrack,
  timeline: readonly TimelineSample[],
  segments: readonly SegmentCut[],
  sources: readonly Uint8Array[],
): Uint8Array {
  const parts: Uint8Array[] = [initSegment(track)];
  for (const [i, cut] of segments.entries()) {
    const samples = timeline.slice(cut.from, cut.to);
    const baseDecodeTime = samples[0]?.dts ?? 0;
    parts.push(fragmentHeader({ sequence: i + 1, trackId: track.id, baseDecodeTime, samples }));
    for (const { source, offset, sizeBytes } of mediaRanges(samples)) {
      const bytes = sources[source];
      if (bytes === undefined) throw new Error(`no source ${source}`);
      parts.push(bytes.subarray(offset, offset + sizeBytes));
    }
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** The value of a parse that a test expects to succeed. */
export function mustParse<T>(parsed: Parsed<T>): T {
  if (!parsed.ok) throw new Error(`${parsed.fault.code} at ${parsed.fault.atByte}: ${parsed.fault.detail}`);
  return parsed.value;
}
