import type { ColorDescription } from '../../bitstream/color-description.ts';

/** What a stream's own headers say, whatever the container. Unknown is null. */
export type ObservedStream = {
  /** TS PID, MP4 track ID. */
  id: number;
  kind: 'video' | 'audio' | 'other';
  /** RFC 6381; null when the format has no known string or its headers are damaged. */
  codec: string | null;
  /** MP4 sample entry (`hvc1`, `hev1`); null in a transport stream. */
  entryType: string | null;
  video: ObservedVideo | null;
  audio: ObservedAudio | null;
};

export type ObservedVideo = {
  /** Coded size inside the cropping window, pixels. */
  widthPx: number;
  heightPx: number;
  sampleAspect: { num: number; den: number } | null;
  color: ColorDescription | null;
};

export type ObservedAudio = {
  channels: number | null;
  sampleRateHz: number | null;
  /** Dolby Atmos in E-AC-3; null where this place can't tell. */
  atmos: boolean | null;
};

export type VideoRange = 'SDR' | 'PQ' | 'HLG';

/** VIDEO-RANGE by the transfer characteristics of H.273: 16 is PQ, 18 is HLG, anything else and nothing is SDR. */
export function videoRangeOf(color: ColorDescription | null): VideoRange {
  return color?.transfer === 16 ? 'PQ' : color?.transfer === 18 ? 'HLG' : 'SDR';
}

/** The size that is shown: the width is stretched by the sample aspect, as Apple's authoring specification counts it. */
export function shownSize(video: ObservedVideo): { widthPx: number; heightPx: number } {
  const aspect = video.sampleAspect;
  const widthPx = aspect === null ? video.widthPx : Math.round((video.widthPx * aspect.num) / aspect.den);
  return { widthPx, heightPx: video.heightPx };
}
