import { type Profile, type ProfileInput, profile } from '#shared/model/profile.ts';

/*
 * The profiles that come with Encrew. Bitrates are S4's quality presets (1080p 4.5 Mb/s, 720p 2.5, 480p 1.0) continued
 * upwards and downwards; hardware comes before software in every cascade: NVENC, QSV, VAAPI, AMF, VideoToolbox.
 */

const h264 = ['h264_nvenc', 'h264_qsv', 'h264_vaapi', 'h264_amf', 'h264_videotoolbox', 'libx264'];
const hevc = ['hevc_nvenc', 'hevc_qsv', 'hevc_vaapi', 'hevc_amf', 'hevc_videotoolbox', 'libx265'];

/** No levels: the encoder writes the lowest that the rung's size, rate and ceiling need, at 60 pictures a second too. */
const h264Ladder: ProfileInput['video']['ladder'] = [
  { width: 1920, height: 1080, bitrateBps: 4_500_000, profile: 'high' },
  { width: 1280, height: 720, bitrateBps: 2_500_000, profile: 'high' },
  { width: 854, height: 480, bitrateBps: 1_000_000, profile: 'main' },
  { width: 640, height: 360, bitrateBps: 600_000, profile: 'main' },
];

const inputs: ProfileInput[] = [
  {
    name: 'hls-universal',
    title: 'Plays everywhere',
    description: 'HLS with a ladder of H.264 and stereo AAC: browsers, phones, televisions. HDR is tone-mapped.',
    container: 'hls',
    video: { ladder: h264Ladder, encoders: h264, rateControl: { mode: 'capped-crf', crf: 21 }, preset: 'medium' },
    audio: { tracks: [{ encoder: 'aac', bitrateBps: 160_000 }] },
    thumbnails: {},
  },
  {
    name: 'hls-hevc-hdr',
    title: 'HDR and SDR',
    description:
      'HLS in fMP4: HEVC rungs that keep HDR, with H.264 SDR versions for screens without it, stereo and surround.',
    container: 'hls',
    video: {
      ladder: [
        { width: 3840, height: 2160, bitrateBps: 16_000_000 },
        { width: 1920, height: 1080, bitrateBps: 6_000_000, includeSdr: true },
        { width: 1280, height: 720, bitrateBps: 3_200_000, includeSdr: true },
        { width: 854, height: 480, bitrateBps: 1_400_000, includeSdr: true },
      ],
      encoders: hevc,
      sdrEncoders: h264,
      rateControl: { mode: 'capped-crf', crf: 22 },
      preset: 'medium',
    },
    audio: {
      tracks: [
        { encoder: 'aac', bitrateBps: 160_000 },
        { encoder: 'eac3', bitrateBps: 448_000, channels: 6, copyWhenSuitable: true },
      ],
    },
    segment: { type: 'fmp4' },
    thumbnails: {},
  },
  {
    name: 'hls-anime',
    title: 'Anime',
    description: 'HLS with Japanese first, native ASS with its fonts, WebVTT beside it, and rates for drawn pictures.',
    container: 'hls',
    video: {
      ladder: h264Ladder,
      encoders: h264,
      rateControl: { mode: 'capped-crf', crf: 20 },
      preset: 'medium',
      tune: 'animation',
    },
    audio: { tracks: [{ encoder: 'aac', bitrateBps: 192_000 }], languages: ['jpn', 'eng'] },
    subtitles: { languages: ['eng', 'jpn'], webVtt: true },
    thumbnails: {},
  },
  {
    name: 'mp4-1080p',
    title: 'One file',
    description: 'MP4 with H.264 up to 1080p and stereo AAC, ready to stream from the first byte.',
    container: 'mp4',
    video: {
      ladder: [{ width: 1920, height: 1080, bitrateBps: 6_000_000 }],
      encoders: h264,
      rateControl: { mode: 'capped-crf', crf: 21 },
      preset: 'medium',
      profile: 'high',
    },
    audio: { tracks: [{ encoder: 'aac', bitrateBps: 192_000, copyWhenSuitable: true }] },
  },
  {
    name: 'mp4-av1',
    title: 'Small file',
    description: 'MP4 with AV1 and Opus: the smallest files for new devices. HDR stays HDR.',
    container: 'mp4',
    video: {
      ladder: [{ width: 3840, height: 2160, bitrateBps: 10_000_000 }],
      encoders: ['libsvtav1'],
      rateControl: { mode: 'crf', crf: 32 },
      preset: '7',
      gopSec: 5,
    },
    audio: { tracks: [{ encoder: 'libopus', bitrateBps: 128_000 }] },
    segment: { durationSec: 10 },
  },
  {
    name: 'mkv-archive',
    title: 'Archive',
    description:
      'Matroska with 10-bit HEVC of high quality and everything else as it was: sound, subtitles, fonts, chapters.',
    container: 'mkv',
    video: {
      ladder: [{ width: 7680, height: 4320, bitrateBps: null }],
      encoders: ['libx265'],
      rateControl: { mode: 'crf', crf: 18 },
      preset: 'slow',
      pixelFormat: 'yuv420p10le',
      gopSec: 5,
    },
    audio: { tracks: [{ encoder: 'copy', bitrateBps: null, channels: null, sampleRateHz: null }] },
    segment: { durationSec: 10 },
  },
  {
    name: 'draft',
    title: 'Quick look',
    description: 'A small, fast HLS package to see whether everything is there before a long job.',
    container: 'hls',
    video: {
      ladder: [{ width: 640, height: 360, bitrateBps: 600_000 }],
      encoders: ['libx264'],
      rateControl: { mode: 'capped-crf', crf: 28 },
      preset: 'ultrafast',
    },
    audio: { tracks: [{ encoder: 'aac', bitrateBps: 96_000 }] },
    thumbnails: { widthPx: 160, intervalSec: 10 },
  },
];

/** Parsed once: a fault in one of them stops Encrew from starting at all. */
export const builtInProfiles: readonly Profile[] = inputs.map((input) => profile.parse(input));
export const defaultProfileName = 'hls-universal';
