/*
 * What people call the codecs, and which FFmpeg encoders make them: hardware before software, as in the built-in profiles.
 */

export const videoCodecs = ['h264', 'hevc', 'av1', 'vp9'] as const;
export type VideoCodecName = (typeof videoCodecs)[number];

export const codecTitles: Readonly<Record<VideoCodecName, string>> = {
  h264: 'H.264',
  hevc: 'HEVC (H.265)',
  av1: 'AV1',
  vp9: 'VP9',
};

export const encodersOf: Readonly<Record<VideoCodecName, readonly string[]>> = {
  h264: ['h264_nvenc', 'h264_qsv', 'h264_vaapi', 'h264_amf', 'h264_videotoolbox', 'libx264'],
  hevc: ['hevc_nvenc', 'hevc_qsv', 'hevc_vaapi', 'hevc_amf', 'hevc_videotoolbox', 'libx265'],
  av1: ['av1_nvenc', 'av1_qsv', 'av1_vaapi', 'av1_amf', 'libsvtav1', 'libaom-av1'],
  vp9: ['vp9_qsv', 'vp9_vaapi', 'libvpx-vp9'],
};

/** FFmpeg's sound encoders that HLS, MP4 or Matroska carry; `copy` takes the packets as they are. */
export const soundEncoders = ['aac', 'ac3', 'eac3', 'libopus', 'libmp3lame', 'flac', 'alac', 'copy'] as const;
export type SoundEncoder = (typeof soundEncoders)[number];

const makers: readonly (readonly [suffix: string, maker: string])[] = [
  ['_nvenc', 'NVIDIA'],
  ['_qsv', 'Intel'],
  ['_vaapi', 'VAAPI'],
  ['_amf', 'AMD'],
  ['_videotoolbox', 'Apple'],
];

/** The codec that an encoder makes; null for encoders that are not in the table. */
export function codecOf(encoder: string): VideoCodecName | null {
  const listed = videoCodecs.find((codec) => encodersOf[codec].includes(encoder));
  return listed ?? videoCodecs.find((codec) => encoder.startsWith(`${codec}_`)) ?? null;
}

/** `H.264`; the encoder's own name where the table does not know it. */
export function codecTitle(encoder: string): string {
  const codec = codecOf(encoder);
  return codec === null ? encoder : codecTitles[codec];
}

/** Whose hardware an encoder needs; null for software, which every machine has. */
export function makerOf(encoder: string): string | null {
  return makers.find(([suffix]) => encoder.endsWith(suffix))?.[1] ?? null;
}
