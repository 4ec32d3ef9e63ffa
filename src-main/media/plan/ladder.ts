import type { MediaFacts, VideoFacts } from '#shared/model/facts.ts';
import type { ColorTags, Decision, RatePlan, VideoCodec, VideoRendition } from '#shared/model/plan.ts';
import type { Profile, RateControl, Rung } from '#shared/model/profile.ts';
import { codecCarriesHdr, videoCodecOf } from './codecs.ts';
import { bt709, hdrTags, sdrTags } from './colour.ts';
import { displaySize, exceeds, fitInside, type PictureSize } from './picture-size.ts';
import { keepsDynamicRange } from './picture.ts';

/** A rung that had to shrink to the source is only worth having when it's clearly larger than the next one. */
const worthwhileGrowth = 1.2;

type FittedRung = { rung: Rung; size: PictureSize };

/** The video renditions for this picture: the profile's rungs fitted to it, in HDR, SDR or both. */
export function videoRenditions(
  facts: MediaFacts,
  video: VideoFacts,
  profile: Profile,
): { renditions: VideoRendition[]; decisions: Decision[] } {
  const decisions: Decision[] = [];
  const shown = displaySize(video, profile.filters.crop === 'auto' ? facts.activeArea : null);
  const rungs = fitLadder(profile, shown, decisions);
  const hdrSource = video.dynamicRange !== 'sdr';
  const codec = videoCodecOf(profile.video.encoders[0] ?? '');
  const hdr = keepsDynamicRange(video, profile) && codecCarriesHdr(codec);
  if (hdrSource && !hdr) decisions.push(whySdr(video, codec, profile));

  const sdr = hdrSource ? { tags: bt709, decision: null } : sdrTags(video);
  if (sdr.decision !== null) decisions.push(sdr.decision);

  const renditions: VideoRendition[] = [];
  for (const fitted of rungs) {
    if (hdr) renditions.push(hdrRendition(fitted, video, profile, codec));
    if (!hdr || fitted.rung.includeSdr) renditions.push(sdrRendition(fitted, video, profile, sdr.tags, hdr));
    if (hdr && fitted.rung.includeSdr) {
      decisions.push({
        action: 'convert',
        subject: `rung ${sizeText(fitted.size)}`,
        because: 'sdr-beside-hdr',
        detail: 'An SDR version is tone-mapped from the same decoded picture for screens without HDR.',
      });
    }
  }
  return { renditions, decisions };
}

/** Rungs inside the source, largest first; one that is too large becomes the source's own size when that adds something. */
function fitLadder(profile: Profile, shown: PictureSize, decisions: Decision[]): FittedRung[] {
  const byArea = [...profile.video.ladder].sort((a, b) => b.width * b.height - a.width * a.height);
  const inside = byArea.filter((rung) => !exceeds(rung, shown));
  const beyond = byArea.filter((rung) => exceeds(rung, shown));
  const fitted: FittedRung[] = [];

  const smallestBeyond = beyond.at(-1);
  const largestInside = inside[0];
  const full = fitInside(shown, { width: 8192, height: 8192 });
  const capped =
    smallestBeyond !== undefined &&
    (largestInside === undefined || area(full) > worthwhileGrowth * area(fitInside(shown, largestInside)));
  for (const rung of beyond) {
    if (rung === smallestBeyond && capped) {
      fitted.push({ rung: shrunkRate(rung, full, shown), size: full });
      decisions.push({
        action: 'cap',
        subject: `rung ${rung.width}x${rung.height}`,
        because: 'capped-to-source',
        detail: `The picture is only ${sizeText(full)}; the rung is made in that size.`,
      });
      continue;
    }
    decisions.push({
      action: 'drop',
      subject: `rung ${rung.width}x${rung.height}`,
      because: 'larger-than-source',
      detail: `The picture is only ${sizeText(full)}; nothing is enlarged.`,
    });
  }
  for (const rung of inside) {
    const size = fitInside(shown, rung);
    if (fitted.some((other) => other.size.width === size.width && other.size.height === size.height)) {
      decisions.push({
        action: 'drop',
        subject: `rung ${rung.width}x${rung.height}`,
        because: 'same-size-as-another-rung',
        detail: `It would be ${sizeText(size)} again.`,
      });
      continue;
    }
    fitted.push({ rung, size });
  }
  return fitted;
}

/** Fewer pixels need fewer bits: the rung's rate is scaled by area, with a floor of a third so that detail survives. */
function shrunkRate(rung: Rung, size: PictureSize, shown: PictureSize): Rung {
  if (rung.bitrateBps === null) return rung;
  const asked = fitInside({ width: shown.width * 100, height: shown.height * 100 }, rung);
  const share = Math.max(1 / 3, area(size) / area(asked));
  return { ...rung, bitrateBps: Math.max(50_000, Math.round((rung.bitrateBps * share) / 1000) * 1000) };
}

function hdrRendition(fitted: FittedRung, video: VideoFacts, profile: Profile, codec: VideoCodec): VideoRendition {
  return {
    ...common(fitted, profile, profile.video.encoders, codec),
    id: `video_${sizeText(fitted.size)}`,
    pixelFormat: tenBit(profile.video.pixelFormat) ? profile.video.pixelFormat : 'yuv420p10le',
    dynamicRange: video.dynamicRange,
    toneMapped: false,
    color: hdrTags(video),
    masteringDisplay: video.masteringDisplay,
    contentLight: video.contentLight,
  };
}

function sdrRendition(
  fitted: FittedRung,
  video: VideoFacts,
  profile: Profile,
  tags: ColorTags,
  besideHdr: boolean,
): VideoRendition {
  const hdrSource = video.dynamicRange !== 'sdr';
  const encoders = besideHdr ? (profile.video.sdrEncoders ?? profile.video.encoders) : profile.video.encoders;
  const codec = videoCodecOf(encoders[0] ?? '');
  const deep = codecCarriesHdr(codec) && (video.bitDepth ?? 8) > 8 && !hdrSource;
  const asked = profile.video.pixelFormat;
  return {
    ...common(fitted, profile, encoders, codec),
    id: `video_${sizeText(fitted.size)}${hdrSource ? '_SDR' : ''}`,
    pixelFormat: asked !== null && !(besideHdr && tenBit(asked)) ? asked : deep ? 'yuv420p10le' : 'yuv420p',
    dynamicRange: 'sdr',
    toneMapped: hdrSource,
    color: tags,
    masteringDisplay: null,
    contentLight: null,
  };
}

function common({ rung, size }: FittedRung, profile: Profile, encoders: readonly string[], codec: VideoCodec) {
  const own = encoders === profile.video.encoders;
  return {
    width: size.width,
    height: size.height,
    codec,
    encoders: [...encoders],
    rate: ratePlan(rung, profile.video.rateControl),
    preset: profile.video.preset,
    tune: own ? profile.video.tune : null,
    profile: own ? (rung.profile ?? profile.video.profile) : null,
    level: own ? (rung.level ?? profile.video.level) : null,
    options: own ? profile.video.options : {},
  };
}

function ratePlan(rung: Rung, control: RateControl): RatePlan {
  const bitrate = rung.bitrateBps;
  switch (control.mode) {
    case 'crf':
      return { mode: 'crf', crf: rung.crf ?? control.crf, targetBps: null, peakBps: null, bufferBits: null };
    case 'capped-crf':
      return {
        mode: 'capped-crf',
        crf: rung.crf ?? control.crf,
        targetBps: null,
        peakBps: bitrate,
        bufferBits: bitrate === null ? null : Math.round(bitrate * control.bufferSec),
      };
    case 'abr-two-pass': {
      const peakBps = bitrate === null ? null : Math.round(bitrate * control.peakRatio);
      return {
        mode: 'abr-two-pass',
        crf: null,
        targetBps: bitrate,
        peakBps,
        bufferBits: peakBps === null ? null : Math.round(peakBps * control.bufferSec),
      };
    }
    case 'cbr':
      return {
        mode: 'cbr',
        crf: null,
        targetBps: bitrate,
        peakBps: bitrate,
        bufferBits: bitrate === null ? null : Math.round(bitrate * control.bufferSec),
      };
  }
}

function whySdr(video: VideoFacts, codec: VideoCodec, profile: Profile): Decision {
  const subject = `stream ${video.index}`;
  return codecCarriesHdr(codec)
    ? {
        action: 'convert',
        subject,
        because: 'profile-wants-sdr',
        detail: `Every rung is tone-mapped to SDR, as profile ${profile.name} asks.`,
      }
    : {
        action: 'convert',
        subject,
        because: 'codec-has-no-hdr',
        detail: `${codec} can't carry HDR to players; every rung is tone-mapped to SDR.`,
      };
}

function tenBit(pixelFormat: string | null): pixelFormat is string {
  return pixelFormat !== null && /10(le|be)?$|p010|p210|x2rgb10/.test(pixelFormat);
}

function sizeText(size: PictureSize): string {
  return `${size.width}x${size.height}`;
}

function area(size: PictureSize): number {
  return size.width * size.height;
}
