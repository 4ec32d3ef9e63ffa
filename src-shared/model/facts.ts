import { z } from 'zod';
import { finding } from './finding.ts';
import { fraction } from './fraction.ts';

/*
 * What probing found in a source. Unknown is `null`, never 0 or ''. Times are seconds on the source's own clock,
 * sizes are pixels or bytes, rates are exact fractions.
 */

export const disposition = z.strictObject({
  default: z.boolean(),
  forced: z.boolean(),
  hearingImpaired: z.boolean(),
  visualImpaired: z.boolean(),
  commentary: z.boolean(),
  dub: z.boolean(),
  original: z.boolean(),
  attachedPicture: z.boolean(),
});
export type Disposition = z.infer<typeof disposition>;

const streamBase = {
  /** FFmpeg's stream index in the source. */
  index: z.number().int().nonnegative(),
  /** FFmpeg's codec name (`h264`, `aac`, `hdmv_pgs_subtitle`); null when FFmpeg knows none. */
  codec: z.string().nullable(),
  /** ISO 639-2/B code (`eng`, `jpn`, `ger`), normalised from whatever the file says; null when absent, `und` or nonsense. */
  language: z
    .string()
    .regex(/^[a-z]{3}$/)
    .nullable(),
  title: z.string().nullable(),
  disposition,
  /** First presentation time on the source's clock. */
  startSec: z.number().nullable(),
  /** End of the last packet (its time plus its duration), read from the tail of the file. */
  endSec: z.number().nullable(),
  bitrateBps: z.number().positive().nullable(),
};

/** Mastering display colour volume, SMPTE ST 2086: chromaticities in CIE 1931 xy, luminance in cd/m². */
export const masteringDisplay = z.strictObject({
  redX: z.number(),
  redY: z.number(),
  greenX: z.number(),
  greenY: z.number(),
  blueX: z.number(),
  blueY: z.number(),
  whiteX: z.number(),
  whiteY: z.number(),
  minNits: z.number(),
  maxNits: z.number(),
});
export type MasteringDisplay = z.infer<typeof masteringDisplay>;

/** Content light level, CTA-861.3: cd/m². */
export const contentLight = z.strictObject({ maxCll: z.number().int(), maxFall: z.number().int() });
export type ContentLight = z.infer<typeof contentLight>;

/** Dolby Vision configuration record (`dvcC`, `dvvC`). */
export const dolbyVision = z.strictObject({
  profile: z.number().int(),
  level: z.number().int().nullable(),
  /** 1 HDR10 base, 2 SDR base, 4 HLG base, 0 no compatible base. */
  compatibilityId: z.number().int().nullable(),
  hasRpu: z.boolean(),
  hasEnhancementLayer: z.boolean(),
});
export type DolbyVision = z.infer<typeof dolbyVision>;

export const colorFacts = z.strictObject({
  /** FFmpeg's names (`bt709`, `bt2020`, `smpte2084`, `arib-std-b67`, `bt2020nc`, `tv`, `pc`); null when not written. */
  primaries: z.string().nullable(),
  transfer: z.string().nullable(),
  matrix: z.string().nullable(),
  range: z.enum(['tv', 'pc']).nullable(),
  chromaLocation: z.string().nullable(),
});
export type ColorFacts = z.infer<typeof colorFacts>;

export const dynamicRange = z.enum(['sdr', 'pq', 'hlg']);
export type DynamicRange = z.infer<typeof dynamicRange>;

export const videoFacts = z.strictObject({
  ...streamBase,
  profile: z.string().nullable(),
  level: z.number().int().nullable(),
  /** Coded picture size as stored, before sample aspect and rotation. */
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  sampleAspect: fraction.nullable(),
  /** How far a player turns the picture clockwise to show it upright: 0, 90, 180 or 270. */
  rotationDeg: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
  /** True when the display matrix mirrors the picture left to right, before the rotation. */
  mirrored: z.boolean(),
  /** The constant rate, or for a variable rate the one that fits the pictures best; null when it can't be told. */
  frameRate: fraction.nullable(),
  rateMode: z.enum(['constant', 'variable']).nullable(),
  fieldOrder: z.enum(['progressive', 'top-first', 'bottom-first']).nullable(),
  /** Counted pictures where the file says or the probe counted; null otherwise. */
  frameCount: z.number().int().positive().nullable(),
  pixelFormat: z.string().nullable(),
  bitDepth: z.number().int().positive().nullable(),
  chroma: z.enum(['gray', '420', '422', '444', 'rgb']).nullable(),
  hasAlpha: z.boolean(),
  color: colorFacts,
  dynamicRange,
  masteringDisplay: masteringDisplay.nullable(),
  contentLight: contentLight.nullable(),
  dolbyVision: dolbyVision.nullable(),
  /** HDR10+ (SMPTE ST 2094-40) seen in the first pictures. */
  hdr10Plus: z.boolean(),
  /** CEA-608/708 captions inside the video. */
  closedCaptions: z.boolean(),
});
export type VideoFacts = z.infer<typeof videoFacts>;

/** EBU R 128 figures of a whole track after mixing to this many channels. */
export const measuredLoudness = z.strictObject({
  channels: z.number().int().positive(),
  integratedLufs: z.number(),
  truePeakDbtp: z.number(),
  rangeLu: z.number().nonnegative(),
  /** Gating threshold of the integrated measurement. */
  thresholdLufs: z.number(),
});
export type MeasuredLoudness = z.infer<typeof measuredLoudness>;

export const audioFacts = z.strictObject({
  ...streamBase,
  profile: z.string().nullable(),
  channels: z.number().int().positive().nullable(),
  /** FFmpeg's layout name (`stereo`, `5.1(side)`). */
  channelLayout: z.string().nullable(),
  sampleRateHz: z.number().int().positive().nullable(),
  bitDepth: z.number().int().positive().nullable(),
});
export type AudioFacts = z.infer<typeof audioFacts>;

export const subtitleFacts = z.strictObject({
  ...streamBase,
  form: z.enum(['text', 'image']).nullable(),
  /** Canvas of an image subtitle, pixels. */
  width: z.number().int().positive().nullable(),
  height: z.number().int().positive().nullable(),
});
export type SubtitleFacts = z.infer<typeof subtitleFacts>;

export const attachmentFacts = z.strictObject({
  index: z.number().int().nonnegative(),
  /** As the file says; may look like a path and is never used as one. */
  fileName: z.string().nullable(),
  mimeType: z.string().nullable(),
  kind: z.enum(['font', 'picture', 'other']),
  sizeBytes: z.number().int().nonnegative().nullable(),
});
export type AttachmentFacts = z.infer<typeof attachmentFacts>;

export const chapterFacts = z.strictObject({
  startSec: z.number(),
  endSec: z.number().nullable(),
  title: z.string().nullable(),
});
export type ChapterFacts = z.infer<typeof chapterFacts>;

/** Measured on request (crop auto): the picture inside black bars, in coded pixels. */
export const activeArea = z.strictObject({
  x: z.number().int().nonnegative(),
  y: z.number().int().nonnegative(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
});
export type ActiveArea = z.infer<typeof activeArea>;

export const mediaFacts = z.strictObject({
  /** FFmpeg's demuxer name (`matroska,webm`). */
  format: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  /** Clock of the container: FFmpeg's `-ss 0` is this moment. */
  startSec: z.number().nullable(),
  /** What the container claims. */
  durationSec: z.number().positive().nullable(),
  bitrateBps: z.number().positive().nullable(),
  title: z.string().nullable(),
  video: z.array(videoFacts),
  audio: z.array(audioFacts),
  subtitles: z.array(subtitleFacts),
  attachments: z.array(attachmentFacts),
  chapters: z.array(chapterFacts),
  /** Indices of streams that are none of the above (timecode, data), with what FFmpeg calls them. */
  otherStreams: z.array(z.strictObject({ index: z.number().int(), kind: z.string(), codec: z.string().nullable() })),
  /** Set when the data ends before the container says it should: how much can be decoded, seconds from the start. */
  truncatedAtSec: z.number().nullable(),
  activeArea: activeArea.nullable(),
  /** What is odd about the file and matters to its owner. */
  oddities: z.array(finding),
});
export type MediaFacts = z.infer<typeof mediaFacts>;
