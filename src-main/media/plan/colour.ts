import type { DynamicRange, VideoFacts } from '#shared/model/facts.ts';
import type { ColorTags, Decision } from '#shared/model/plan.ts';

export const bt709: ColorTags = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709' };
const smpte170m: ColorTags = { primaries: 'smpte170m', transfer: 'smpte170m', matrix: 'smpte170m' };
const bt470bg: ColorTags = { primaries: 'bt470bg', transfer: 'smpte170m', matrix: 'bt470bg' };

/** SDR white of 100 cd/m², against which the peak of a tone curve is given (FFmpeg's REFERENCE_WHITE). */
const assumedPeakNits = 1000;

/** What a PQ or HLG signal is by its standards (ITU-R BT.2100), for pictures whose tags are incomplete. */
export function hdrSignalTags(range: DynamicRange): ColorTags {
  return { primaries: 'bt2020', transfer: range === 'hlg' ? 'arib-std-b67' : 'smpte2084', matrix: 'bt2020nc' };
}

/** PQ and HLG pictures are Rec. ITU-R BT.2020 unless the file says otherwise. */
export function hdrTags(video: VideoFacts): ColorTags {
  return {
    primaries: known(video.color.primaries) ?? 'bt2020',
    transfer: video.dynamicRange === 'hlg' ? 'arib-std-b67' : 'smpte2084',
    matrix: known(video.color.matrix) ?? 'bt2020nc',
  };
}

/**
 * Colour of an SDR picture. A file that says nothing is read as players read it: by the size of the picture. That must be
 * written down, since a smaller rung of the same film would else be guessed differently and look different.
 */
export function sdrTags(video: VideoFacts): { tags: ColorTags; decision: Decision | null } {
  const guess = guessBySize(video);
  const tags = {
    primaries: known(video.color.primaries) ?? guess.primaries,
    transfer: known(video.color.transfer) ?? guess.transfer,
    matrix: known(video.color.matrix) ?? guess.matrix,
  };
  // RGB and gray sources are converted by the scaler; an RGB matrix must not be written on what comes out.
  const written = tags.matrix === 'gbr' ? { ...tags, matrix: 'bt709' } : tags;
  if (known(video.color.matrix) !== null || video.chroma === 'rgb') return { tags: written, decision: null };
  return {
    tags: written,
    decision: {
      action: 'change',
      subject: `stream ${video.index}`,
      because: 'untagged-colour',
      detail: `The source does not say its colour matrix; ${written.matrix} is assumed from its size and written on every rung.`,
    },
  };
}

/** Brightest picture in cd/m²: MaxCLL, else what it was mastered on, else 1000. */
export function peakNits(video: VideoFacts): number | null {
  if (video.dynamicRange === 'sdr') return null;
  const maxCll = video.contentLight?.maxCll ?? 0;
  if (maxCll > 0) return maxCll;
  const mastered = video.masteringDisplay?.maxNits ?? 0;
  return mastered > 0 ? mastered : assumedPeakNits;
}

function guessBySize(video: VideoFacts): ColorTags {
  if (video.height >= 720 || video.width >= 1280) return bt709;
  return video.height === 576 || video.height === 288 ? bt470bg : smpte170m;
}

function known(value: string | null): string | null {
  return value === null || value === 'unknown' || value === 'unspecified' || value === 'reserved' ? null : value;
}
