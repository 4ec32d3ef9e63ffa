import { type Fraction, fractionText, fractionValue, reduced } from '#shared/model/fraction.ts';
import type { AudioFacts, MediaFacts, VideoFacts } from '#shared/model/facts.ts';
import type { Decision, FrameGrid, PlanRefusal } from '#shared/model/plan.ts';
import type { Profile } from '#shared/model/profile.ts';

/** Sound that goes on this much longer than the picture is worth holding the last picture for. */
const holdThresholdSec = 1;
const fallbackRate: Fraction = { num: 25, den: 1 };

type GridResult = { ok: true; grid: FrameGrid; decisions: Decision[] } | { ok: false; refusal: PlanRefusal };

/**
 * The output's clock. Frame 0 is the first picture of the source; the rate is the source's own, exact; GOPs and segments
 * are whole numbers of frames, so that every rung and every chunk cuts at the same pictures.
 */
export function frameGrid(
  facts: MediaFacts,
  video: VideoFacts,
  sound: readonly AudioFacts[],
  profile: Profile,
): GridResult {
  const decisions: Decision[] = [];
  const rate = outputRate(video, profile, decisions);
  const containerStartSec = facts.startSec ?? 0;
  const startSec = video.startSec ?? containerStartSec;
  const pictureEndSec = pictureEnd(facts, video, startSec);
  if (pictureEndSec === null) {
    return {
      ok: false,
      refusal: {
        code: 'unknown-duration',
        message:
          'the length of the picture cannot be told, so it cannot be cut into segments: remux the file first (for example to Matroska)',
      },
    };
  }
  const frames = Math.max(1, Math.round((pictureEndSec - startSec) * fractionValue(rate)));
  const holdFrames = heldFrames(frames, rate, startSec, sound, facts, decisions);
  const gopFrames = Math.max(1, Math.round(profile.video.gopSec * fractionValue(rate)));
  const gopsInSegment = Math.max(1, Math.round((profile.segment.durationSec * fractionValue(rate)) / gopFrames));
  return {
    ok: true,
    decisions,
    grid: {
      rate,
      frames: frames + holdFrames,
      gopFrames,
      segmentFrames: gopFrames * gopsInSegment,
      originSec: Math.max(0, startSec - containerStartSec),
      holdFrames,
    },
  };
}

function outputRate(video: VideoFacts, profile: Profile, decisions: Decision[]): Fraction {
  const subject = `stream ${video.index}`;
  if (video.frameRate === null) {
    decisions.push({
      action: 'change',
      subject,
      because: 'unknown-frame-rate',
      detail: 'The source does not tell its frame rate; 25 pictures a second are made.',
    });
    return fallbackRate;
  }
  const rate = reduced(video.frameRate);
  if (video.rateMode === 'variable') {
    decisions.push({
      action: 'change',
      subject,
      because: 'variable-frame-rate',
      detail: `Pictures come at varying intervals; they are put on a steady grid of ${fractionText(rate)} a second.`,
    });
  }
  const limit = profile.video.maxFrameRate;
  if (limit === null || fractionValue(rate) <= limit * 1.002) return rate;
  // A whole factor drops every second or third picture evenly; anything else would judder.
  const factor = Math.ceil(fractionValue(rate) / (limit * 1.002));
  const thinned = reduced({ num: rate.num, den: rate.den * factor });
  decisions.push({
    action: 'cap',
    subject,
    because: 'frame-rate-limit',
    detail: `${fractionText(rate)} pictures a second become ${fractionText(thinned)} (limit ${limit}).`,
  });
  return thinned;
}

function pictureEnd(facts: MediaFacts, video: VideoFacts, startSec: number): number | null {
  const containerStartSec = facts.startSec ?? 0;
  const containerEndSec = facts.durationSec === null ? null : containerStartSec + facts.durationSec;
  const endSec = video.endSec ?? containerEndSec;
  if (endSec === null) return null;
  // Counted from the container's start, not on its clock: broadcasts begin anywhere.
  const cutSec = facts.truncatedAtSec === null ? endSec : Math.min(endSec, containerStartSec + facts.truncatedAtSec);
  return Math.max(cutSec, startSec);
}

function heldFrames(
  frames: number,
  rate: Fraction,
  startSec: number,
  sound: readonly AudioFacts[],
  facts: MediaFacts,
  decisions: Decision[],
): number {
  if (facts.truncatedAtSec !== null) return 0;
  const pictureSec = frames / fractionValue(rate);
  const soundSec = Math.max(0, ...sound.map((track) => (track.endSec === null ? 0 : track.endSec - startSec)));
  if (soundSec - pictureSec < holdThresholdSec) return 0;
  decisions.push({
    action: 'change',
    subject: 'source',
    because: 'audio-outlasts-video',
    detail: `The sound goes on ${(soundSec - pictureSec).toFixed(1)} s after the last picture; that picture is held until it ends.`,
  });
  return Math.ceil((soundSec - pictureSec) * fractionValue(rate));
}
