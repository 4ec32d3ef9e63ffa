import type { Fraction } from '#shared/model/fraction.ts';
import type { MeasuredBitrate } from './bandwidth.ts';

/*
 * What a master playlist says about a title. Everything is read or measured from the encoded streams, never copied
 * from a profile. Paths are relative to the package.
 */

export type MasterPlaylistModel = {
  /** At least one; order does not matter. */
  video: readonly MasterVideo[];
  /** One group for each audio codec, in order of preference; empty for a silent film. */
  audioGroups: readonly MasterAudioGroup[];
  /** In menu order; empty where there are none. */
  subtitles: readonly MasterSubtitle[];
};

export type VideoRange = 'SDR' | 'PQ' | 'HLG';

export type MasterVideo = {
  path: string;
  /** Shown by players that know the NAME attribute (`1920x1080 SDR`). */
  name: string;
  /** Size as shown: after the sample aspect, so that players choose by what fits the screen. */
  widthPx: number;
  heightPx: number;
  frameRate: Fraction;
  /** RFC 6381, from the sequence header. */
  codec: string;
  videoRange: VideoRange;
  /** S1's COLOUR-SPACE (`BT.709`, `BT.2020`); null where the stream does not say. */
  colourSpace: string | null;
  bitrate: MeasuredBitrate;
  /** The trick-play playlist; null where there is none. */
  iFrames: { path: string; bitrate: MeasuredBitrate } | null;
};

export type MasterAudioGroup = {
  /** `audio_aac`. */
  id: string;
  /** In the user's order: the first one is the default. The groups of a title have the same members in the same order. */
  renditions: readonly MasterAudio[];
};

export type MasterAudio = {
  path: string;
  /** Unique in the group and the same in every group. */
  name: string;
  /** BCP 47 (`bcp47Of`); null where the source doesn't say. */
  language: string | null;
  /** RFC 6381. */
  codec: string;
  channels: number;
  /** Dolby Atmos in E-AC-3: CHANNELS then says `16/JOC` (Apple's HLS Authoring Specification). */
  jointObjectCoding: boolean;
  commentary: boolean;
  /** Audio description for the blind. */
  describesVideo: boolean;
  bitrate: MeasuredBitrate;
};

export type MasterSubtitle = {
  /** Media playlist over the WebVTT. */
  path: string;
  /** Unique among the subtitles. */
  name: string;
  /** BCP 47; null where the source doesn't say. */
  language: string | null;
  /** Only where a source flag or the profile says so. */
  isDefault: boolean;
  /** Shown even to those who switched subtitles off: signs and foreign dialogue. */
  forced: boolean;
  /** For the deaf and hard of hearing. */
  sdh: boolean;
};
