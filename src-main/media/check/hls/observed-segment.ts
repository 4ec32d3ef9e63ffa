import type { ObservedStream } from '../stream/observed-stream.ts';

/** What was seen of one stream in one segment. Times are seconds on the media's own clock, as stored. */
export type SegmentStream = {
  id: number;
  kind: 'video' | 'audio' | 'other';
  /** Presentation time of the first picture or packet. */
  startSec: number | null;
  /** End of the last one; null where only the head of the segment was read. */
  endSec: number | null;
  /** Pictures or packets; null where only the head was read. */
  count: number | null;
  /** Distance of pictures where they are evenly spaced; null for sound, for a single picture and for an uneven rate. */
  frameSec: number | null;
  /** Whether its first picture is an IDR (or what the codec has like it); null for sound and where it can't be told. */
  startsWithKeyframe: boolean | null;
};

export type SegmentObservation = {
  streams: SegmentStream[];
  /** Why nothing, or not all, could be read; null when all is well. */
  fault: string | null;
  /** Transport stream packets that were lost or repeated. */
  continuityFaults: number;
  /** PAT and PMT come before the first picture or packet; true for other containers. */
  tablesFirst: boolean;
};

export type ObservedFormat = 'mpegts' | 'fmp4' | 'packed-audio' | 'webvtt' | 'unknown';

/** A media playlist's content, put together from its segments. */
export type ObservedRendition = {
  format: ObservedFormat;
  /** Streams by the headers of the first segment (or the init segment). */
  streams: ObservedStream[];
  /** One for each segment of the playlist; null where the file is missing or must not be opened. */
  segments: (SegmentObservation | null)[];
  /** Edit lists of the init segment that delay or cut what is shown; MSE players ignore them. */
  edits: { hasEmptyEdit: boolean; skipsMedia: boolean };
};
