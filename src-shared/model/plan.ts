import { z } from 'zod';
import { activeArea, contentLight, dynamicRange, masteringDisplay, measuredLoudness } from './facts.ts';
import { fraction } from './fraction.ts';
import { encoderOptions, ffmpegName, partName } from './plain-names.ts';
import { loudness, profile } from './profile.ts';

/*
 * What will be made from one source by one profile, and why. Pure data: the same facts and profile give the same plan,
 * byte for byte. The plan names no machine and no path but the package's own, so any node can do any of its tasks.
 */

/** Why the plan departs from "everything, as it is". Literals, so that the screens can translate and tests can count them. */
export const reason = z.enum([
  // what is left out
  'attached-picture',
  'not-the-main-picture',
  'larger-than-source',
  'same-size-as-another-rung',
  'language-not-wanted',
  'commentary-not-wanted',
  'container-cannot-carry',
  'unknown-codec',
  'bitmap-subtitle',
  'not-a-media-stream',
  'profile-leaves-it-out',
  'outside-the-film',
  // what is changed
  'capped-to-source',
  'only-track-left',
  'codec-has-no-hdr',
  'profile-wants-sdr',
  'sdr-beside-hdr',
  'dolby-vision-base-layer',
  'dynamic-metadata-dropped',
  'variable-frame-rate',
  'unknown-frame-rate',
  'frame-rate-limit',
  'interlaced',
  'rotated',
  'mirrored',
  'anamorphic',
  'black-bars',
  'untagged-colour',
  'full-range',
  'audio-outlasts-video',
  'starts-late',
  'starts-early',
  'fewer-source-channels',
  'encoder-channel-limit',
  'one-codec-in-a-group',
  'already-suitable',
  'asked-to-copy',
  'needs-fmp4',
  'styled-subtitle-kept',
  'text-to-webvtt',
  'text-to-mov-text',
  'text-to-subrip',
  'styling-lost',
  'image-burnt-in',
  'burn-in-wanted',
  'truncated-source',
  'sprite-too-large',
  'closed-captions-dropped',
]);
export type Reason = z.infer<typeof reason>;

export const decision = z.strictObject({
  action: z.enum(['drop', 'copy', 'convert', 'cap', 'change', 'keep', 'burn-in']),
  /** `stream 3`, `rung 1920x1080`, `source`, `package`. */
  subject: z.string(),
  because: reason,
  /** One sentence for people. */
  detail: z.string(),
});
export type Decision = z.infer<typeof decision>;

/** The clock of the output: frame n is shown at n / rate seconds. */
export const frameGrid = z.strictObject({
  rate: fraction,
  frames: z.number().int().positive(),
  gopFrames: z.number().int().positive(),
  /** A whole number of GOPs. */
  segmentFrames: z.number().int().positive(),
  /** Where frame 0 lies, in seconds after the container's own start: FFmpeg's `-ss` for it. */
  originSec: z.number(),
  /** Pictures at the end that repeat the last one because the sound goes on. */
  holdFrames: z.number().int().nonnegative(),
});
export type FrameGrid = z.infer<typeof frameGrid>;

/** How the one decoded picture becomes the one that all rungs are scaled from. */
export const pictureSource = z.strictObject({
  streamIndex: z.number().int().nonnegative(),
  /** False when pictures must be moved onto the grid (variable rate): a chunk then starts decoding some frames earlier. */
  onGrid: z.boolean(),
  deinterlace: z.boolean(),
  mirror: z.boolean(),
  /** Clockwise turn that makes the picture upright. */
  rotationDeg: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
  crop: activeArea.nullable(),
  denoise: z.enum(['off', 'light', 'medium', 'strong']),
  deband: z.boolean(),
  dynamicRange,
  /** Brightest picture, cd/m²: MaxCLL, else the mastering display, else 1000 (S1 5.3). Null for SDR. */
  peakNits: z.number().positive().nullable(),
  /** Full-range input is brought to video range. */
  fullRange: z.boolean(),
  /** RGB input is converted to the rungs' matrix. */
  rgb: z.boolean(),
  burnIn: z.strictObject({ streamIndex: z.number().int(), form: z.enum(['text', 'image']) }).nullable(),
});
export type PictureSource = z.infer<typeof pictureSource>;

export const colorTags = z.strictObject({ primaries: ffmpegName, transfer: ffmpegName, matrix: ffmpegName });
export type ColorTags = z.infer<typeof colorTags>;

export const videoCodec = z.enum(['h264', 'hevc', 'av1', 'vp9', 'other']);
export type VideoCodec = z.infer<typeof videoCodec>;

/** Rate control with every number worked out for one rendition. */
export const ratePlan = z.strictObject({
  mode: z.enum(['crf', 'capped-crf', 'abr-two-pass', 'cbr']),
  crf: z.number().nullable(),
  targetBps: z.number().int().nullable(),
  peakBps: z.number().int().nullable(),
  bufferBits: z.number().int().nullable(),
});
export type RatePlan = z.infer<typeof ratePlan>;

export const videoRendition = z.strictObject({
  /** `video_1280x720` or `video_1280x720_SDR`: id, folder and playlist name. */
  id: partName,
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  codec: videoCodec,
  /** In order of preference; one is chosen for the whole job when it starts. */
  encoders: z.array(ffmpegName).min(1),
  rate: ratePlan,
  preset: ffmpegName.nullable(),
  tune: ffmpegName.nullable(),
  profile: ffmpegName.nullable(),
  level: ffmpegName.nullable(),
  pixelFormat: ffmpegName,
  dynamicRange,
  toneMapped: z.boolean(),
  color: colorTags,
  masteringDisplay: masteringDisplay.nullable(),
  contentLight: contentLight.nullable(),
  options: encoderOptions,
});
export type VideoRendition = z.infer<typeof videoRendition>;

export const audioRendition = z.strictObject({
  /** `audio_eng_aac`, `audio_eng_aac_commentary`: id, folder and playlist name. */
  id: partName,
  streamIndex: z.number().int().nonnegative(),
  /** ISO 639-2/B; null when the source doesn't say (`und` in file names). */
  language: z.string().nullable(),
  /** Shown in menus; unique in a group and the same in every group. */
  name: z.string(),
  codec: z.string(),
  /** Null copies the source's packets. */
  encoder: ffmpegName.nullable(),
  bitrateBps: z.number().int().nullable(),
  channels: z.number().int().positive().nullable(),
  sampleRateHz: z.number().int().positive().nullable(),
  /** Where the loudness should be, and what was measured; without a measurement the level is followed while encoding. */
  loudness: z.strictObject({ target: loudness, measured: measuredLoudness.nullable() }).nullable(),
  /** HLS group (`audio_aac`). */
  group: z.string(),
  isDefault: z.boolean(),
  commentary: z.boolean(),
  describesVideo: z.boolean(),
});
export type AudioRendition = z.infer<typeof audioRendition>;

export const subtitleKind = z.enum(['full', 'sign', 'sdh']);
export type SubtitleKind = z.infer<typeof subtitleKind>;

export const subtitleRendition = z.strictObject({
  /** `eng.full`, `eng.sign_2`: unique in the package. */
  id: z.string(),
  streamIndex: z.number().int().nonnegative(),
  language: z.string().nullable(),
  kind: subtitleKind,
  forced: z.boolean(),
  isDefault: z.boolean(),
  name: z.string(),
  sourceCodec: z.string(),
  /** Side files of an HLS package, relative to its folder. */
  files: z.array(z.strictObject({ format: z.enum(['ass', 'vtt', 'srt']), path: z.string() })),
  /** Media playlist over the WebVTT; null when there is none. */
  playlist: z.string().nullable(),
  /** Inside an MP4 or MKV: how it is muxed. Null for HLS. */
  mux: z.enum(['copy', 'mov_text', 'srt', 'ass']).nullable(),
});
export type SubtitleRendition = z.infer<typeof subtitleRendition>;

export const thumbnailPlan = z.strictObject({
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  /** Tile n shows frame n * intervalFrames. */
  intervalFrames: z.number().int().positive(),
  count: z.number().int().positive(),
  columns: z.number().int().positive(),
  rows: z.number().int().positive(),
  folder: z.string(),
  sheet: z.string(),
  vtt: z.string(),
});
export type ThumbnailPlan = z.infer<typeof thumbnailPlan>;

export const chapterPlan = z.strictObject({ startSec: z.number(), endSec: z.number(), title: z.string() });
export type ChapterPlan = z.infer<typeof chapterPlan>;

/** S2's resource classes: one GPU encode and one disk-bound task at a time, several on CPU and GPU scalers. */
export const resourceClass = z.enum(['gpu-encode', 'gpu-scale', 'cpu', 'io']);
export type ResourceClass = z.infer<typeof resourceClass>;

export const chunk = z.strictObject({
  index: z.number().int().nonnegative(),
  startFrame: z.number().int().nonnegative(),
  frames: z.number().int().positive(),
  isLast: z.boolean(),
});
export type Chunk = z.infer<typeof chunk>;

export const taskType = z.enum(['extract', 'video', 'audio', 'package', 'validate', 'publish']);
export type TaskType = z.infer<typeof taskType>;

export const plannedTask = z.strictObject({
  /** `video-0003`, `audio`, `extract`: unique in the job, and the name of its folder. */
  id: partName,
  type: taskType,
  /** Relative cost: megapixel-minutes for video (S1 5.2), small constants otherwise. */
  weight: z.number().positive(),
  dependsOn: z.array(z.string()),
  resource: resourceClass,
  /** S2: 10 high, 5 normal, 0 low. */
  priority: z.number().int(),
  chunk: chunk.nullable(),
  /** Renditions that it makes. */
  renditions: z.array(z.string()),
});
export type PlannedTask = z.infer<typeof plannedTask>;

export const encodePlan = z.strictObject({
  format: z.literal(1),
  /** The package's name, safe on every file system. */
  name: z.string().min(1),
  container: z.enum(['hls', 'mp4', 'mkv']),
  segmentType: z.enum(['mpegts', 'fmp4']),
  profile,
  grid: frameGrid,
  durationSec: z.number().positive(),
  picture: pictureSource,
  video: z.array(videoRendition).min(1),
  audio: z.array(audioRendition),
  subtitles: z.array(subtitleRendition),
  thumbnails: thumbnailPlan.nullable(),
  chapters: z.array(chapterPlan),
  /** Stream indices of attachments that travel with the package: fonts, and in MKV everything. */
  attachments: z.array(z.number().int()),
  keepOriginal: z.boolean(),
  title: z.string().nullable(),
  tasks: z.array(plannedTask),
  decisions: z.array(decision),
  /** Rough size of the result for space reservation; an upper bound where the rate has one. */
  estimatedBytes: z.number().int().positive(),
  sourceBytes: z.number().int().nonnegative(),
});
export type EncodePlan = z.infer<typeof encodePlan>;

/** A source or profile that no package can be made from; the message says what, why and what to do. */
export const planRefusal = z.strictObject({
  code: z.enum([
    'no-video',
    'unknown-duration',
    'truncated-source',
    'dolby-vision-profile-5',
    'dynamic-metadata',
    'profile-container-mismatch',
    'no-sound-left',
  ]),
  message: z.string(),
});
export type PlanRefusal = z.infer<typeof planRefusal>;
