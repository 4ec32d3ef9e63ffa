import type { DynamicRange, MediaFacts, VideoFacts } from '#shared/model/facts.ts';
import type { Decision, PictureSource, PlanRefusal } from '#shared/model/plan.ts';
import type { Profile } from '#shared/model/profile.ts';
import { peakNits } from './colour.ts';

/** The film's picture: the default stream, else the largest; cover art never. */
export function mainPicture(facts: MediaFacts): VideoFacts | null {
  const pictures = facts.video.filter((stream) => !stream.disposition.attachedPicture);
  const area = (stream: VideoFacts) => stream.width * stream.height;
  // Many files mark every stream as default, which says nothing: only a lone mark counts.
  const marked = pictures.filter((stream) => stream.disposition.default);
  const candidates = marked.length === 1 && pictures.length > 1 ? marked : pictures;
  return candidates.reduce<VideoFacts | null>((best, s) => (best === null || area(s) > area(best) ? s : best), null);
}

type BurnIn = PictureSource['burnIn'];
type PictureResult = { ok: true; picture: PictureSource; decisions: Decision[] } | { ok: false; refusal: PlanRefusal };

/** How the main picture is decoded and cleaned before the rungs are scaled from it. */
export function pictureSource(
  facts: MediaFacts,
  video: VideoFacts,
  profile: Profile,
  burnIn: BurnIn,
  onGrid: boolean,
): PictureResult {
  const subject = `stream ${video.index}`;
  const decisions: Decision[] = [];
  const note = (action: Decision['action'], because: Decision['because'], detail: string) =>
    decisions.push({ action, subject, because, detail });

  const dynamic = dynamicMetadata(video, profile);
  if (!dynamic.ok) return dynamic;
  decisions.push(...dynamic.decisions);

  const interlaced = video.fieldOrder === 'top-first' || video.fieldOrder === 'bottom-first';
  const deinterlace =
    profile.filters.deinterlace === 'always' || (profile.filters.deinterlace === 'auto' && interlaced);
  if (deinterlace)
    note('change', 'interlaced', `Fields (${video.fieldOrder ?? 'order unknown'}) are woven into whole pictures.`);
  if (video.rotationDeg !== 0)
    note('change', 'rotated', `The picture is turned by ${video.rotationDeg} degrees, so that no player has to.`);
  if (video.mirrored) note('change', 'mirrored', 'The picture is mirrored, as its display matrix says.');
  const aspect = video.sampleAspect;
  if (aspect !== null && aspect.num !== aspect.den) {
    note('change', 'anamorphic', `Pixels of ${aspect.num}:${aspect.den} become square.`);
  }
  const crop = profile.filters.crop === 'auto' ? facts.activeArea : null;
  if (crop !== null)
    note(
      'change',
      'black-bars',
      `Black bars are cut: ${crop.width}x${crop.height} of ${video.width}x${video.height} is left.`,
    );
  const fullRange = video.color.range === 'pc' && video.chroma !== 'rgb';
  if (fullRange) note('convert', 'full-range', 'Full-range video becomes video range, which every player reads right.');
  if (video.closedCaptions) {
    note(
      'drop',
      'closed-captions-dropped',
      'Captions inside the picture (CEA-608/708) are lost when it is encoded again.',
    );
  }
  return {
    ok: true,
    decisions,
    picture: {
      streamIndex: video.index,
      onGrid,
      deinterlace,
      mirror: video.mirrored,
      rotationDeg: video.rotationDeg,
      crop,
      denoise: profile.filters.denoise,
      deband: profile.filters.deband,
      dynamicRange: video.dynamicRange,
      peakNits: peakNits(video),
      fullRange,
      rgb: video.chroma === 'rgb',
      burnIn,
    },
  };
}

/** Whether anything of this stream may be left HDR: false when policy or profile wants every rung tone-mapped. */
export function keepsDynamicRange(video: VideoFacts, profile: Profile): boolean {
  if (video.dynamicRange === 'sdr' || profile.video.dynamicRange === 'sdr') return false;
  return !(hasDynamicMetadata(video) && profile.video.dynamicMetadata === 'tonemap');
}

/** What the base layer of this stream is, which is all that plain decoders see. */
export function baseLayerName(range: DynamicRange): string {
  return range === 'pq' ? 'HDR10' : range === 'hlg' ? 'HLG' : 'SDR';
}

function hasDynamicMetadata(video: VideoFacts): boolean {
  return video.dolbyVision !== null || video.hdr10Plus;
}

function dynamicMetadata(
  video: VideoFacts,
  profile: Profile,
): { ok: true; decisions: Decision[] } | { ok: false; refusal: PlanRefusal } {
  if (!hasDynamicMetadata(video)) return { ok: true, decisions: [] };
  const vision = video.dolbyVision;
  const called = vision === null ? 'HDR10+' : `Dolby Vision profile ${vision.profile}`;
  if (vision !== null && (vision.profile === 5 || (vision.profile !== 7 && vision.compatibilityId === 0))) {
    return {
      ok: false,
      refusal: {
        code: 'dolby-vision-profile-5',
        message: `${called} has no base layer that this FFmpeg can show in its true colours; encoding it would give a green and purple picture: use a release with an HDR10 base (profile 7 or 8)`,
      },
    };
  }
  const policy = profile.video.dynamicMetadata;
  if (policy === 'refuse') {
    return {
      ok: false,
      refusal: {
        code: 'dynamic-metadata',
        message: `the source carries ${called} and profile ${profile.name} says video.dynamicMetadata "refuse": choose "base-layer" or "tonemap" to encode it`,
      },
    };
  }
  if (policy === 'keep') {
    return {
      ok: false,
      refusal: {
        code: 'dynamic-metadata',
        message: `profile ${profile.name} wants ${called} kept, which needs the picture copied or an encoder proven to carry it, and none is: choose video.dynamicMetadata "base-layer" or "tonemap"`,
      },
    };
  }
  const base = baseLayerName(video.dynamicRange);
  const decision: Decision =
    vision === null
      ? {
          action: 'drop',
          subject: `stream ${video.index}`,
          because: 'dynamic-metadata-dropped',
          detail: `HDR10+ metadata is left out; the ${base} picture under it is what is encoded.`,
        }
      : {
          action: 'change',
          subject: `stream ${video.index}`,
          because: 'dolby-vision-base-layer',
          detail: `${called} is encoded from its ${base} base layer; the Dolby Vision metadata is left out.`,
        };
  return { ok: true, decisions: [decision] };
}
