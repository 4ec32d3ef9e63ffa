import type { Profile } from '#shared/model/profile.ts';
import type { VideoCodec } from '#shared/model/plan.ts';

type Container = Profile['container'];

const hardwareSuffix = /_(nvenc|qsv|vaapi|amf|videotoolbox|mf|v4l2m2m|omx|vulkan|mediacodec)$/;

/** Codec that a video encoder makes, by FFmpeg's naming habits; `other` for encoders we know nothing about. */
export function videoCodecOf(encoder: string): VideoCodec {
  if (/^(libx264|libx264rgb|libopenh264)$|^h264_/.test(encoder)) return 'h264';
  if (/^(libx265|libkvazaar)$|^hevc_/.test(encoder)) return 'hevc';
  if (/^(libsvtav1|libaom-av1|librav1e)$|^av1_/.test(encoder)) return 'av1';
  if (/^libvpx-vp9$|^vp9_/.test(encoder)) return 'vp9';
  return 'other';
}

/** FFmpeg's codec name for what an audio encoder makes (`libopus` makes `opus`). */
export function audioCodecOf(encoder: string): string {
  switch (encoder) {
    case 'libopus':
      return 'opus';
    case 'libfdk_aac':
    case 'aac_at':
    case 'aac_mf':
      return 'aac';
    case 'libmp3lame':
    case 'libshine':
      return 'mp3';
    case 'libvorbis':
      return 'vorbis';
    case 'ac3_fixed':
      return 'ac3';
    case 'dca':
      return 'dts';
    default:
      return encoder;
  }
}

/** Encoders that need a device and a driver: being listed proves nothing, and they take a GPU's place (S2's resource classes). */
export function isHardwareEncoder(encoder: string): boolean {
  return hardwareSuffix.test(encoder);
}

/** HDR needs ten bits and colour signalling that players read; H.264 in the wild has neither. */
export function codecCarriesHdr(codec: VideoCodec): boolean {
  return codec === 'hevc' || codec === 'av1' || codec === 'vp9';
}

const videoIn: Record<Container, ReadonlySet<VideoCodec>> = {
  hls: new Set(['h264', 'hevc', 'av1', 'vp9']),
  mp4: new Set(['h264', 'hevc', 'av1', 'vp9']),
  mkv: new Set(['h264', 'hevc', 'av1', 'vp9', 'other']),
};

const audioIn: Record<'hls' | 'mp4', ReadonlySet<string>> = {
  hls: new Set(['aac', 'ac3', 'eac3', 'mp3', 'opus', 'flac']),
  mp4: new Set(['aac', 'ac3', 'eac3', 'mp3', 'opus', 'flac', 'alac']),
};

/** PCM flavours that only their own container has a tag for. */
const audioNotInMkv: ReadonlySet<string> = new Set(['pcm_bluray', 'pcm_dvd', 'pcm_zork', 'wmav1', 'atrac3']);

/** Whether the container has a tag for video of this codec that players read. */
export function containerCarriesVideo(container: Container, codec: VideoCodec): boolean {
  return videoIn[container].has(codec);
}

/** Whether packets of this codec can be put into the container at all. */
export function containerCarriesAudio(container: Container, codec: string): boolean {
  return container === 'mkv' ? !audioNotInMkv.has(codec) : audioIn[container].has(codec);
}

/** Apple's authoring rules and MPEG-TS's lack of tags: these need fMP4 segments. */
export function needsFragmentedMp4(codec: string): boolean {
  return codec !== 'h264' && codec !== 'aac' && codec !== 'ac3' && codec !== 'eac3' && codec !== 'mp3';
}
