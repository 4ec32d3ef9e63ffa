/** What an init segment says about its one track. */
export type FragmentTrack = {
  id: number;
  handler: 'vide' | 'soun';
  /** Ticks a second: the numerator of the frame rate for pictures, the sample rate for sound. */
  timescale: number;
  /** A whole `stsd` box, as `Mp4Track.stsd`. */
  stsd: Uint8Array;
  /** Display size, pixels; 0 for sound. */
  width: number;
  height: number;
  /** ISO 639-2/T; null is written as `und`. */
  language: string | null;
};

/** One sample of a fragment in decoding order. */
export type FragmentSample = {
  sizeBytes: number;
  durationTicks: number;
  /** Signed: presentation time minus decoding time. */
  ctsOffset: number;
  sync: boolean;
};

/** A sample on the title's own timeline, with where its bytes lie. */
export type TimelineSample = FragmentSample & {
  /** Index of the chunk file that holds the bytes. */
  source: number;
  /** Byte offset in that file. */
  offset: number;
  /** Decoding time in track timescale; never negative. Presentation time is `dts + ctsOffset`. */
  dts: number;
};

/** A segment: samples `from` up to but not including `to` of a timeline. */
export type SegmentCut = {
  from: number;
  to: number;
  /** Presentation time of its first picture or packet. */
  startTicks: number;
  /** To the start of the next segment, or the end of the last sample. */
  durationTicks: number;
};
