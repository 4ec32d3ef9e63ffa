import { fractionValue } from '#shared/model/fraction.ts';
import type { MediaFacts, VideoFacts } from '#shared/model/facts.ts';
import type { AudioRendition, Decision, EncodePlan, PlanRefusal, VideoRendition } from '#shared/model/plan.ts';
import type { Profile } from '#shared/model/profile.ts';
import { presentationChapters } from '../package/chapters.ts';
import { decodablePart } from '../probe/truncation.ts';
import { audioRenditions } from './audio.ts';
import type { LoudnessByStream } from './audio-encoding.ts';
import { chunksOf } from './chunks.ts';
import { containerCarriesVideo, needsFragmentedMp4 } from './codecs.ts';
import { attachmentPlan, thumbnailPlan } from './extras.ts';
import { findsKeyframes } from './finds-keyframes.ts';
import { frameGrid } from './frame-grid.ts';
import { videoRenditions } from './ladder.ts';
import { mainPicture, pictureSource } from './picture.ts';
import { subtitlePlan } from './subtitles.ts';
import { plannedTasks } from './tasks.ts';
import { wantedAudio } from './wanted-audio.ts';

export type PlanOptions = {
  /** The package's name, already safe for file systems. */
  name: string;
  /** Wished length of a chunk in seconds; null makes one chunk. */
  chunkSec: number | null | readonly number[];
  /** Each rung is a task of its own, over the whole film. */
  byRendition?: boolean;
  /** Encode what is left of a truncated source. */
  acceptTruncated: boolean;
  /** What was measured of tracks whose loudness the profile sets. */
  loudness?: LoudnessByStream;
};

export type PlanResult = { ok: true; plan: EncodePlan } | { ok: false; refusal: PlanRefusal };

/** What will be made of these facts by this profile, with a reason for everything left out or changed. Same input, same plan. */
export function makePlan(facts: MediaFacts, profile: Profile, options: PlanOptions): PlanResult {
  const video = mainPicture(facts);
  const refusal = refuse(facts, video, profile, options);
  if (refusal !== null || video === null) {
    return { ok: false, refusal: refusal ?? noVideo(facts) };
  }
  const decisions: Decision[] = leftOut(facts, video);
  if (facts.truncatedAtSec !== null) decisions.push(truncated(facts.truncatedAtSec));

  const sound = wantedAudio(facts, profile);
  decisions.push(...sound.decisions);
  const gridded = frameGrid(facts, video, sound.tracks, profile);
  if (!gridded.ok) return gridded;
  const { grid } = gridded;
  decisions.push(...gridded.decisions);

  const text = subtitlePlan(facts, profile, options.name);
  decisions.push(...text.decisions);
  const thinned = video.frameRate !== null && fractionValue(grid.rate) < fractionValue(video.frameRate) * 0.999;
  const picture = pictureSource(facts, video, profile, text.burnIn, video.rateMode === 'constant' && !thinned);
  if (!picture.ok) return picture;
  decisions.push(...picture.decisions);

  const ladder = videoRenditions(facts, video, profile);
  decisions.push(...ladder.decisions);
  const startSec = video.startSec ?? facts.startSec ?? 0;
  const audio = audioRenditions(sound.tracks, profile, startSec, options.loudness ?? new Map());
  decisions.push(...audio.decisions);

  const durationSec = micro((grid.frames * grid.rate.den) / grid.rate.num);
  const thumbs = thumbnailPlan(facts, video, grid, profile);
  const attached = attachmentPlan(facts, text.renditions, text.burnIn, profile);
  decisions.push(...thumbs.decisions, ...attached.decisions);
  const chapters = profile.chapters ? presentationChapters(facts.chapters, startSec, durationSec) : [];
  decisions.push(...lostChapters(facts, profile, chapters.length));
  const segments = segmentType(profile, ladder.renditions, audio.renditions);
  if (segments.decision !== null) decisions.push(segments.decision);

  const extracts =
    attached.attachments.length > 0 ||
    text.burnIn?.form === 'text' ||
    text.renditions.some((one) => one.files.length > 0 || one.mux !== null);
  return {
    ok: true,
    plan: {
      format: 1,
      name: options.name,
      container: profile.container,
      segmentType: segments.type,
      profile,
      grid,
      durationSec,
      picture: picture.picture,
      video: ladder.renditions,
      audio: audio.renditions,
      subtitles: text.renditions,
      thumbnails: thumbs.thumbnails,
      chapters,
      attachments: attached.attachments,
      keepOriginal: profile.keepOriginal,
      title: facts.title,
      tasks: plannedTasks({
        grid,
        chunks: chunksOf(grid, findsKeyframes(facts.format) && options.byRendition !== true ? options.chunkSec : null),
        byRendition: options.byRendition ?? false,
        video: ladder.renditions,
        audio: audio.renditions,
        extracts,
        drawsText: text.burnIn?.form === 'text',
      }),
      decisions,
      estimatedBytes: estimatedBytes(facts, ladder.renditions, audio.renditions, durationSec, profile),
      sourceBytes: facts.sizeBytes,
    },
  };
}

function refuse(
  facts: MediaFacts,
  video: VideoFacts | null,
  profile: Profile,
  options: PlanOptions,
): PlanRefusal | null {
  if (video === null) return noVideo(facts);
  if (facts.truncatedAtSec !== null && !options.acceptTruncated) {
    return {
      code: 'truncated-source',
      message: `the file is cut off: ${decodablePart(facts.truncatedAtSec, facts.durationSec)} can be decoded: get the whole file, or encode what is there with --accept-truncated`,
    };
  }
  const codec = videoRenditions(facts, video, profile).renditions.find(
    (one) => !containerCarriesVideo(profile.container, one.codec),
  );
  if (codec !== undefined) {
    return {
      code: 'profile-container-mismatch',
      message: `profile ${profile.name} makes video with ${codec.encoders[0] ?? '?'}, which ${profile.container} has no place for: choose another encoder, or container mkv`,
    };
  }
  return null;
}

function noVideo(facts: MediaFacts): PlanRefusal {
  const covers = facts.video.some((stream) => stream.disposition.attachedPicture);
  const found =
    facts.audio.length > 0
      ? covers
        ? 'only sound and a cover picture'
        : 'only sound'
      : covers
        ? 'only a cover picture'
        : 'no film';
  return {
    code: 'no-video',
    message: `the file holds ${found}: Encrew encodes films, so give it a file with a video track`,
  };
}

/** Streams that no rendition comes from: covers, further pictures, data. */
function leftOut(facts: MediaFacts, main: VideoFacts): Decision[] {
  const drop = (index: number, because: Decision['because'], detail: string): Decision => ({
    action: 'drop',
    subject: `stream ${index}`,
    because,
    detail,
  });
  const pictures = facts.video
    .filter((stream) => stream.index !== main.index)
    .map((stream) =>
      stream.disposition.attachedPicture
        ? drop(stream.index, 'attached-picture', 'It is a cover, not the film.')
        : drop(
            stream.index,
            'not-the-main-picture',
            `Stream ${main.index} (${main.width}x${main.height}) is the film's picture.`,
          ),
    );
  const others = facts.otherStreams.map((stream) =>
    drop(stream.index, 'not-a-media-stream', `It is ${stream.kind}, which no player shows.`),
  );
  return [...pictures, ...others];
}

function truncated(atSec: number): Decision {
  return {
    action: 'cap',
    subject: 'source',
    because: 'truncated-source',
    detail: `The file is cut off; the ${atSec.toFixed(1)} s that can be decoded are encoded.`,
  };
}

function lostChapters(facts: MediaFacts, profile: Profile, kept: number): Decision[] {
  const lost = facts.chapters.length - kept;
  if (lost === 0) return [];
  return [
    profile.chapters
      ? {
          action: 'drop',
          subject: 'chapters',
          because: 'outside-the-film',
          detail: `${lost} of ${facts.chapters.length} lie outside the film.`,
        }
      : {
          action: 'drop',
          subject: 'chapters',
          because: 'profile-leaves-it-out',
          detail: 'The profile leaves chapters out.',
        },
  ];
}

/** One segment type for the whole title: players keep one clock over all its streams. */
function segmentType(
  profile: Profile,
  video: readonly VideoRendition[],
  audio: readonly AudioRendition[],
): { type: 'mpegts' | 'fmp4'; decision: Decision | null } {
  if (profile.segment.type === 'fmp4' || profile.container !== 'hls')
    return { type: profile.segment.type, decision: null };
  const culprit =
    video.find((one) => needsFragmentedMp4(one.codec) || one.dynamicRange !== 'sdr') ??
    audio.find((one) => needsFragmentedMp4(one.codec));
  if (culprit === undefined) return { type: 'mpegts', decision: null };
  return {
    type: 'fmp4',
    decision: {
      action: 'change',
      subject: 'package',
      because: 'needs-fmp4',
      detail: `${culprit.id} (${culprit.codec}) needs fMP4 segments, so the whole title gets them.`,
    },
  };
}

/** Upper bound where rates have one; without a ceiling the source's own rate, scaled by area, with room to spare. */
function estimatedBytes(
  facts: MediaFacts,
  video: readonly VideoRendition[],
  audio: readonly AudioRendition[],
  durationSec: number,
  profile: Profile,
): number {
  const sourceBps = (facts.sizeBytes * 8) / durationSec;
  const pictureBps = video.reduce(
    (sum, one) => sum + (one.rate.peakBps ?? one.rate.targetBps ?? Math.max(sourceBps, one.width * one.height * 4)),
    0,
  );
  const soundBps = audio.reduce((sum, one) => sum + (one.bitrateBps ?? 1_000_000), 0);
  const original = profile.keepOriginal ? facts.sizeBytes : 0;
  return Math.ceil(((pictureBps + soundBps) * durationSec * 11) / 80) + original + 1_000_000;
}

function micro(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
