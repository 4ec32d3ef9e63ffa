import type {
  AttachmentFacts,
  AudioFacts,
  ColorFacts,
  Disposition,
  MediaFacts,
  SubtitleFacts,
  VideoFacts,
} from '#shared/model/facts.ts';

/*
 * Sources as probing describes them: a plain film unless told otherwise. Each test names only what matters to it.
 */

const plain: Disposition = {
  default: false,
  forced: false,
  hearingImpaired: false,
  visualImpaired: false,
  commentary: false,
  dub: false,
  original: false,
  attachedPicture: false,
};

export const aDisposition = (set: Partial<Disposition>): Disposition => ({ ...plain, ...set });

const bt709: ColorFacts = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'tv', chromaLocation: null };

/** Stream 0: 100 s of 1080p H.264 at 24 pictures a second, tagged BT.709. */
export function aVideo(set: Partial<VideoFacts> = {}): VideoFacts {
  return {
    index: 0,
    codec: 'h264',
    language: null,
    title: null,
    disposition: plain,
    startSec: 0,
    endSec: 100,
    bitrateBps: null,
    profile: null,
    level: null,
    width: 1920,
    height: 1080,
    sampleAspect: null,
    rotationDeg: 0,
    mirrored: false,
    frameRate: { num: 24, den: 1 },
    rateMode: 'constant',
    fieldOrder: 'progressive',
    frameCount: null,
    pixelFormat: 'yuv420p',
    bitDepth: 8,
    chroma: '420',
    hasAlpha: false,
    color: bt709,
    dynamicRange: 'sdr',
    masteringDisplay: null,
    contentLight: null,
    dolbyVision: null,
    hdr10Plus: false,
    closedCaptions: false,
    ...set,
  };
}

/** A 4K HDR10 picture with mastering display and light levels. */
export function anHdrVideo(set: Partial<VideoFacts> = {}): VideoFacts {
  return aVideo({
    codec: 'hevc',
    width: 3840,
    height: 2160,
    pixelFormat: 'yuv420p10le',
    bitDepth: 10,
    color: { primaries: 'bt2020', transfer: 'smpte2084', matrix: 'bt2020nc', range: 'tv', chromaLocation: null },
    dynamicRange: 'pq',
    masteringDisplay: {
      redX: 0.68,
      redY: 0.32,
      greenX: 0.265,
      greenY: 0.69,
      blueX: 0.15,
      blueY: 0.06,
      whiteX: 0.3127,
      whiteY: 0.329,
      minNits: 0.0001,
      maxNits: 1000,
    },
    contentLight: { maxCll: 900, maxFall: 400 },
    ...set,
  });
}

/** Stereo English AAC, as long as the picture. */
export function anAudio(set: Partial<AudioFacts> = {}): AudioFacts {
  return {
    index: 1,
    codec: 'aac',
    language: 'eng',
    title: null,
    disposition: plain,
    startSec: 0,
    endSec: 100,
    bitrateBps: 128_000,
    profile: null,
    channels: 2,
    channelLayout: 'stereo',
    sampleRateHz: 48_000,
    bitDepth: null,
    ...set,
  };
}

/** English SubRip. */
export function aSubtitle(set: Partial<SubtitleFacts> = {}): SubtitleFacts {
  return {
    index: 2,
    codec: 'subrip',
    language: 'eng',
    title: null,
    disposition: plain,
    startSec: 0,
    endSec: 100,
    bitrateBps: null,
    form: 'text',
    width: null,
    height: null,
    ...set,
  };
}

export function aFont(index: number): AttachmentFacts {
  return { index, fileName: 'a.ttf', mimeType: 'font/ttf', kind: 'font', sizeBytes: 1000 };
}

/** 100 s of Matroska with one picture and one sound. */
export function aFacts(set: Partial<MediaFacts> = {}): MediaFacts {
  return {
    format: 'matroska,webm',
    sizeBytes: 100_000_000,
    startSec: 0,
    durationSec: 100,
    bitrateBps: 8_000_000,
    title: null,
    video: [aVideo()],
    audio: [anAudio()],
    subtitles: [],
    attachments: [],
    chapters: [],
    otherStreams: [],
    truncatedAtSec: null,
    activeArea: null,
    oddities: [],
    ...set,
  };
}
