import { z } from 'zod';
import { encoderOptions, ffmpegName } from './plain-names.ts';

/*
 * The user's recipe. JSON on disk, parsed by `profile`; every fault is named with its path. Units are in the names.
 * A profile says what is wanted; what a given source allows is decided by the plan, with reasons.
 */

const languageCode = z.string().regex(/^[a-z]{3}$/, 'must be an ISO 639-2/B code such as eng, jpn or ger');
const evenPixels = z.number().int().min(16).max(8192).multipleOf(2);

/** One step of the quality stack: a box that the picture fits into, whatever its shape, and never grows to fill. */
export const rung = z.strictObject({
  width: evenPixels,
  height: evenPixels,
  /** Target (ABR, CBR) or ceiling (capped CRF) of the video, bits a second; null only with plain CRF. */
  bitrateBps: z.number().int().min(50_000).max(400_000_000).nullable(),
  /** Overrides the profile's CRF for this rung. */
  crf: z.number().min(0).max(63).nullable().default(null),
  /** Makes an SDR version beside the HDR one when the source is HDR. */
  includeSdr: z.boolean().default(false),
  /** Overrides of the profile's H.264/HEVC profile and level for this rung (`high`, `4.1`). */
  profile: ffmpegName.nullable().default(null),
  level: ffmpegName.nullable().default(null),
});
export type Rung = z.infer<typeof rung>;

export const rateControl = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('crf'), crf: z.number().min(0).max(63) }),
  /** Constant quality under each rung's `bitrateBps`; the decoder buffer is `bufferSec` of that. */
  z.strictObject({
    mode: z.literal('capped-crf'),
    crf: z.number().min(0).max(63),
    bufferSec: z.number().min(0.5).max(10).default(2),
  }),
  /** Average bitrate in two passes; peaks up to `peakRatio` of it. */
  z.strictObject({
    mode: z.literal('abr-two-pass'),
    peakRatio: z.number().min(1).max(4).default(1.5),
    bufferSec: z.number().min(0.5).max(10).default(2),
  }),
  z.strictObject({ mode: z.literal('cbr'), bufferSec: z.number().min(0.5).max(10).default(1) }),
]);
export type RateControl = z.infer<typeof rateControl>;

/** What becomes of HDR10+ and Dolby Vision metadata: kept where FFmpeg proves it can, cut to the base layer, tone-mapped, or the job refused. */
export const dynamicMetadataPolicy = z.enum(['keep', 'base-layer', 'tonemap', 'refuse']);
export type DynamicMetadataPolicy = z.infer<typeof dynamicMetadataPolicy>;

export const videoProfile = z.strictObject({
  ladder: z.array(rung).min(1).max(12),
  /** FFmpeg encoders in order of preference, all of one codec; the first one that is proven to work makes the job. */
  encoders: z.array(ffmpegName).min(1).max(12),
  /** Encoders of the SDR versions beside HDR rungs (H.264 plays where HEVC doesn't); null takes `encoders`. */
  sdrEncoders: z.array(ffmpegName).min(1).max(12).nullable().default(null),
  rateControl,
  preset: ffmpegName.nullable().default(null),
  tune: ffmpegName.nullable().default(null),
  profile: ffmpegName.nullable().default(null),
  level: ffmpegName.nullable().default(null),
  /** Pixel format of the SDR rungs, and of HDR rungs when it has 10 bits; null follows codec and source. */
  pixelFormat: ffmpegName.nullable().default(null),
  /** Distance of keyframes; a segment is a whole number of GOPs. */
  gopSec: z.number().min(0.25).max(20).default(2),
  /** `keep` leaves HDR as it is, `sdr` tone-maps every rung. */
  dynamicRange: z.enum(['keep', 'sdr']).default('keep'),
  dynamicMetadata: dynamicMetadataPolicy.default('base-layer'),
  /** Highest output frame rate; a faster source is thinned by a whole factor. */
  maxFrameRate: z.number().min(1).max(240).nullable().default(null),
  options: encoderOptions.default({}),
});

/** EBU R 128 normalisation. */
export const loudness = z.strictObject({
  integratedLufs: z.number().min(-40).max(-5).default(-23),
  truePeakDbtp: z.number().min(-9).max(0).default(-1),
  rangeLu: z.number().min(1).max(50).default(11),
});

export const audioTrack = z.strictObject({
  /** FFmpeg's encoder (`aac`, `eac3`, `libopus`, `flac`). */
  encoder: ffmpegName,
  /** For the whole track; null leaves it to the encoder (lossless). */
  bitrateBps: z.number().int().min(16_000).max(6_144_000).nullable(),
  /** Most channels; a source with fewer keeps its own. Null keeps the source's. */
  channels: z.number().int().min(1).max(8).nullable().default(2),
  sampleRateHz: z
    .union([z.literal(44_100), z.literal(48_000), z.literal(96_000)])
    .nullable()
    .default(48_000),
  loudness: loudness.nullable().default(null),
  /** Takes the source's packets as they are when they already fit (same codec, no more channels or bitrate than asked). */
  copyWhenSuitable: z.boolean().default(false),
});
export type AudioTrack = z.infer<typeof audioTrack>;

export const audioProfile = z.strictObject({
  /** Each wanted source track is made once for every entry; HLS groups them by codec. */
  tracks: z.array(audioTrack).max(6),
  /** The order in which languages are offered; the first one found is the default. Empty: the source's order. */
  languages: z.array(languageCode).default([]),
  /** What happens to languages that are not in the list. */
  otherLanguages: z.enum(['drop', 'keep']).default('keep'),
  commentary: z.enum(['drop', 'keep']).default('keep'),
});

export const subtitleProfile = z.strictObject({
  /** Empty keeps every language in the source's order. */
  languages: z.array(languageCode).default([]),
  otherLanguages: z.enum(['drop', 'keep']).default('keep'),
  /** Makes WebVTT beside native ASS (styling is lost in the copy, never in the original). */
  webVtt: z.boolean().default(true),
  /** Draws a subtitle into the picture: never, forced ones only, or the first of the wanted languages. */
  burnIn: z.enum(['never', 'forced', 'first']).default('never'),
  /** Image subtitles (PGS, VobSub) where the container can't carry them. */
  images: z.enum(['drop', 'burn-in']).default('drop'),
});

export const filterProfile = z.strictObject({
  deinterlace: z.enum(['auto', 'always', 'off']).default('auto'),
  crop: z.enum(['auto', 'off']).default('off'),
  denoise: z.enum(['off', 'light', 'medium', 'strong']).default('off'),
  deband: z.boolean().default(false),
});

export const thumbnailProfile = z.strictObject({
  /** Width of a tile; the height follows the picture. */
  widthPx: z.number().int().min(64).max(640).multipleOf(2).default(320),
  intervalSec: z.number().min(1).max(120).default(5),
});

/** What becomes of the film itself once its package is published. It is never deleted unless the package was read again first. */
export const originalsProfile = z.discriminatedUnion('policy', [
  /** It stays as it is. */
  z.strictObject({ policy: z.literal('separate') }),
  /** It is set aside beside its place, can be brought back for so many days, and is deleted then. */
  z.strictObject({ policy: z.literal('quarantine'), days: z.number().int().min(1).max(3650).default(30) }),
  /** The new file takes its place with its owner, mode and times; then it is deleted. */
  z.strictObject({ policy: z.literal('replace') }),
]);
export type OriginalsProfile = z.infer<typeof originalsProfile>;

export const segmentProfile = z.strictObject({
  durationSec: z.number().min(1).max(20).default(6),
  /** HEVC, AV1, VP9 and HDR are always fMP4, as Apple asks. */
  type: z.enum(['mpegts', 'fmp4']).default('mpegts'),
});

export const profile = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by dashes'),
    title: z.string().min(1).max(80),
    description: z.string().max(400).default(''),
    version: z.number().int().positive().default(1),
    container: z.enum(['hls', 'mp4', 'mkv']),
    video: videoProfile,
    audio: audioProfile,
    subtitles: subtitleProfile.default(() => subtitleProfile.parse({})),
    filters: filterProfile.default(() => filterProfile.parse({})),
    thumbnails: thumbnailProfile.nullable().default(null),
    chapters: z.boolean().default(true),
    fonts: z.boolean().default(true),
    keepOriginal: z.boolean().default(false),
    segment: segmentProfile.default(() => segmentProfile.parse({})),
    /** Stops early, and leaves the target as it was, when the projection shows output above this share of the source's size. */
    onlyIfSmaller: z
      .strictObject({ maxRatio: z.number().min(0.05).max(1) })
      .nullable()
      .default(null),
    originals: originalsProfile.default({ policy: 'separate' }),
  })
  .superRefine((p, context) => {
    const fault = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (p.container !== 'hls' && p.video.ladder.length > 1) {
      fault(['video', 'ladder'], `${p.container} holds one picture size: give one rung, or use container hls`);
    }
    if (p.container !== 'hls' && p.keepOriginal) {
      fault(['keepOriginal'], `needs a package folder: only container hls has one`);
    }
    if (p.container === 'hls' && p.originals.policy === 'replace') {
      fault(['originals', 'policy'], `needs one file to put in the film's place: choose container mp4 or mkv`);
    }
    p.video.ladder.forEach((step, i) => {
      if (p.video.rateControl.mode !== 'crf' && step.bitrateBps === null) {
        fault(['video', 'ladder', i, 'bitrateBps'], `is needed by rate control ${p.video.rateControl.mode}`);
      }
      if (p.video.ladder.findIndex((other) => other.width === step.width && other.height === step.height) < i) {
        fault(['video', 'ladder', i], `is the same size as an earlier rung`);
      }
      if (p.container !== 'hls' && step.includeSdr) {
        fault(['video', 'ladder', i, 'includeSdr'], `${p.container} holds one picture: use video.dynamicRange instead`);
      }
    });
    if (p.segment.durationSec < p.video.gopSec) {
      fault(['segment', 'durationSec'], `must be at least video.gopSec (${p.video.gopSec})`);
    }
    p.audio.tracks.forEach(({ encoder, loudness: wanted }, i) => {
      if (encoder === 'copy' && wanted !== null) {
        fault(['audio', 'tracks', i, 'loudness'], `needs an encoder: what is copied keeps its level`);
      }
    });
    p.audio.languages.forEach((language, i) => {
      if (p.audio.languages.indexOf(language) < i) fault(['audio', 'languages', i], `repeats ${language}`);
    });
  });
export type Profile = z.infer<typeof profile>;
/** What a person writes: everything with a default may be left out. */
export type ProfileInput = z.input<typeof profile>;
