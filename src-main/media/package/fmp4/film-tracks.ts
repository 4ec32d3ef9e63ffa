import { terminologicCode } from '#shared/format/language.ts';
import type { Fraction } from '#shared/model/fraction.ts';
import type { AudioRendition, EncodePlan, VideoRendition } from '#shared/model/plan.ts';
import type { Mp4Movie, Mp4Samples, Mp4Track } from '../../bitstream/mp4-track.ts';
import { segmentStarts } from '../segment-grid.ts';
import type { FragmentTrack, SegmentCut, TimelineSample } from './fragment-track.ts';
import { sharedSampleDescription } from './sample-description.ts';
import { cutAudio } from './segment-cuts.ts';
import { audioTimeline } from './timeline.ts';

/** The one track of a rung's init segment. */
export function pictureTrack(rendition: VideoRendition, rate: Fraction, stsd: Uint8Array): FragmentTrack {
  const { width, height } = rendition;
  return { id: 1, handler: 'vide', timescale: rate.num, stsd, width, height, language: null };
}

/** A part's tables. */
export type PartTables = { movie: Mp4Movie; track: Mp4Track; samples: Mp4Samples };

/** A sound rendition on the film's clock, cut where the pictures are. */
export type FilmSound = { track: FragmentTrack; timeline: TimelineSample[]; segments: SegmentCut[] };

/** Places a sound rendition's packets so that the first content is presented at `originSec`. The fault names what is wrong with it. */
export function filmSound(
  plan: Pick<EncodePlan, 'grid' | 'durationSec'>,
  { language }: Pick<AudioRendition, 'language'>,
  { movie, track, samples }: PartTables,
  originSec: number,
): { ok: true; sound: FilmSound } | { ok: false; code: string } {
  const { timescale, edits } = track;
  const originTicks = Math.round(originSec * timescale);
  const endTicks = Math.round(plan.durationSec * timescale);
  const file = { timescale, samples, edits, movieTimescale: movie.timescale };
  const timeline = audioTimeline(file, originTicks, endTicks);
  if (!timeline.ok) return { ok: false, code: timeline.fault.code };
  const described = sharedSampleDescription([track]);
  if (!described.ok) return { ok: false, code: described.fault.code };
  const { rate } = plan.grid;
  const boundaries = segmentStarts(plan.grid).map((frame) => ({ ticks: frame * rate.den, timescale: rate.num }));
  return {
    ok: true,
    sound: {
      track: {
        ...{ id: 1, handler: 'soun', timescale, stsd: described.stsd, width: 0, height: 0 },
        language: language === null ? null : terminologicCode(language),
      },
      timeline: timeline.samples,
      segments: cutAudio(timeline.samples, { timescale, originTicks, boundaries }),
    },
  };
}
