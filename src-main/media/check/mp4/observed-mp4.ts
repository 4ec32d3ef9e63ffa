import type { Mp4Brands } from '../../bitstream/mp4-track.ts';
import type { SourceDurations } from '../hls/observed-hls.ts';
import type { ObservedStream } from '../stream/observed-stream.ts';

/** An MP4 as its boxes tell; no sample was read. Times are seconds as a player shows them, edit lists obeyed. */
export type ObservedMp4 = {
  fileName: string;
  sizeBytes: number;
  /** Types of the top-level boxes, in file order. */
  boxTypes: string[];
  /** What ended the walk over the boxes, or spoilt the `moov`; null when all is well. */
  fault: string | null;
  brands: Mp4Brands | null;
  /** `moof` boxes hold samples too: the sample tables say nothing about their times. */
  isFragmented: boolean;
  tracks: ObservedMp4Track[];
  /** Of the Nero chapter list (`chpl`); empty where there is none. */
  chapters: { startSec: number; title: string }[];
  source: SourceDurations | null;
  /** Whether the source, or whoever asks, wants a subtitle shown unasked; null when nobody said. */
  subtitleWanted: boolean | null;
};

export type ObservedMp4Track = {
  id: number;
  /** `vide`, `soun`, `sbtl`, `text`, ... */
  handler: string;
  stream: ObservedStream;
  enabled: boolean;
  /** `mdhd` or `elng`; null when absent or `und`. */
  language: string | null;
  /** First presented moment and the end of the last sample; null without samples. */
  startSec: number | null;
  endSec: number | null;
  samples: number;
  startsWithKeyframe: boolean | null;
  /** The last byte that the sample table points to. */
  lastByte: number;
  edits: 'none' | 'simple' | 'complex';
  fault: string | null;
};
