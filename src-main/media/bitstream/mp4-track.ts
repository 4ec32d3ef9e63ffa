import type { ContentLight, DolbyVision, MasteringDisplay } from '#shared/model/facts.ts';
import type { ColorDescription } from './color-description.ts';

/** A `moov`, ISO/IEC 14496-12. */
export type Mp4Movie = {
  /** Ticks a second of the movie clock (edit list durations). */
  timescale: number;
  /** Null where the file does not know (0 or all ones), as in fragmented files. */
  durationTicks: number | null;
  tracks: Mp4Track[];
  /** `trex` defaults of a fragmented file; empty where there is no `mvex`. */
  fragmentDefaults: Mp4FragmentDefaults[];
  /** Of the `ftyp` beside the `moov`, when it was in the parsed bytes. */
  brands: Mp4Brands | null;
};

export type Mp4Brands = { major: string; minorVersion: number; compatible: string[] };

export type Mp4Track = {
  id: number;
  /** `vide`, `soun`, `text`, `sbtl`, `subt`, `meta`, `tmcd`, ... */
  handler: string;
  handlerName: string | null;
  /** Ticks a second of this track's samples. */
  timescale: number;
  durationTicks: number | null;
  /** `mdhd` language, ISO 639-2/T (`deu`, `jpn`); null when absent or `und`. */
  language: string | null;
  /** `elng`, BCP 47; null when absent. */
  extendedLanguage: string | null;
  /** `tkhd` flag 1: what a player switches on unasked. */
  enabled: boolean;
  alternateGroup: number;
  /** `tkhd` display size before the matrix, pixels; 0 for sound. */
  width: number;
  height: number;
  /** `tkhd` matrix {a b u c d v x y w}; a b c d x y as 16.16, u v w as 2.30 fixed point numbers. */
  matrix: number[];
  edits: Mp4Edit[];
  /** The whole `stsd` box with its header, fit to be written into another file. */
  stsd: Uint8Array;
  /** One for each way the samples are coded; nearly always one. */
  entries: Mp4SampleEntry[];
  /** Bodies of the sample table boxes (`stts`, `ctts`, `stsz`, ...), read by `samplesOf`. */
  tables: ReadonlyMap<string, Uint8Array>;
};

export type Mp4Edit = {
  /** In the movie's timescale. 0 in a fragmented file means to the end. */
  durationTicks: number;
  /** In the track's timescale; null is an empty edit: nothing is shown for the duration. */
  mediaTime: number | null;
  /** 1 is normal speed. */
  rate: number;
};

/** One entry of `stsd`: how the samples are coded. */
export type Mp4SampleEntry = {
  /** `avc1`, `avc3`, `hvc1`, `hev1`, `dvh1`, `av01`, `vp09`, `mp4a`, `ac-3`, `ec-3`, `Opus`, `fLaC`, `tx3g`, `wvtt`, ... */
  type: string;
  /** Coded size in pixels of a visual entry; null otherwise. */
  width: number | null;
  height: number | null;
  /** As the entry says, which is often a placeholder (2 for AC-3 5.1); the config record knows. Null unless sound. */
  channels: number | null;
  sampleRateHz: number | null;
  /** Bodies of the entry's child boxes without header (`avcC`, `hvcC`, `av1C`, `esds`, `dac3`, `dec3`, `dOps`, `dfLa`, ...). */
  boxes: ReadonlyMap<string, Uint8Array>;
  color: ColorDescription | null;
  /** Sample aspect (`pasp`). */
  pixelAspect: { num: number; den: number } | null;
  masteringDisplay: MasteringDisplay | null;
  contentLight: ContentLight | null;
  dolbyVision: DolbyVision | null;
};

export type Mp4FragmentDefaults = {
  trackId: number;
  durationTicks: number;
  sizeBytes: number;
  flags: number;
};

/**
 * Samples in decoding order, as columns: index i of each array is sample i. A film has 200,000 of them, and columns of
 * numbers cost a tenth of objects. Presentation time is `dts[i] + ctsOffset[i]`, before any edit list.
 */
export type Mp4Samples = {
  count: number;
  /** Where the bytes lie, from the start of the file (of the parsed bytes, for a fragment). */
  offset: Float64Array;
  sizeBytes: Uint32Array;
  /** Track timescale. */
  dts: Float64Array;
  /** Signed composition offset. */
  ctsOffset: Int32Array;
  durationTicks: Uint32Array;
  /** 1 for a sync sample. */
  sync: Uint8Array;
};

/** One `moof`. */
export type Mp4Fragment = {
  sequence: number;
  /** Byte range of the `moof` box in the parsed bytes. */
  moofStart: number;
  moofEnd: number;
  tracks: Mp4FragmentTrack[];
};

export type Mp4FragmentTrack = {
  trackId: number;
  /** `tfdt`; null when the fragment has none (then `samples.dts` starts at 0). */
  baseDecodeTime: number | null;
  samples: Mp4Samples;
};
