import { basename } from 'node:path';
import { measureLoudness } from '#main/ffmpeg/measure-loudness.ts';
import { probe } from '#main/ffmpeg/probe.ts';
import type { ProbeDeps } from '#main/ffmpeg/ffprobe-reads.ts';
import type { EncoderChoice } from '#main/media/command/video-command.ts';
import type { LoudnessByStream } from '#main/media/plan/audio-encoding.ts';
import { checkpointLength } from '#main/media/plan/chunks.ts';
import { findsKeyframes } from '#main/media/plan/finds-keyframes.ts';
import { safeFileName } from '#shared/format/safe-name.ts';
import { packageName } from '#main/media/plan/package-name.ts';
import { makePlan } from '#main/media/plan/plan.ts';
import type { JobFailure } from '#shared/model/failure.ts';
import type { JobSpread } from '#shared/model/job.ts';
import type { MeasuredLoudness, MediaFacts } from '#shared/model/facts.ts';
import type { EncodePlan } from '#shared/model/plan.ts';
import type { Profile } from '#shared/model/profile.ts';
import { chooseEncoders, type PassedOver } from './choose-encoders.ts';

export type PlanRequest = {
  /** Absolute path of the source. */
  path: string;
  profile: Profile;
  /** Wished length of a chunk; null leaves it to the film's length. */
  chunkSec: number | null;
  acceptTruncated: boolean;
  /** The package's name; made of the source's when left out. */
  name?: string | undefined;
  /** Leaves out what has to read the whole film and changes nothing that is shown: its loudness. */
  isGlance?: boolean | undefined;
  /** Several machines: which encoders they share, and how the film is laid out over them. */
  crew?: CrewAdvice | undefined;
};

/** What who is there means for a plan. */
export type CrewAdvice = {
  /** Null when nobody has told of an encoder yet: this machine then tries them itself. */
  choose: (plan: EncodePlan) => { choice: EncoderChoice; passedOver: readonly PassedOver[] } | null;
  spread: (
    plan: EncodePlan,
    choice: EncoderChoice,
    source: { sizeBytes: number; canSeek: boolean },
  ) => {
    way: JobSpread['way'];
    nodes: number;
    predictions: readonly JobSpread['predictions'][number][];
    chunkSecs: readonly number[] | null;
  };
};

export type PlannedSource = {
  facts: MediaFacts;
  plan: EncodePlan;
  choice: EncoderChoice;
  passedOver: readonly PassedOver[];
  /** Null where nobody is there to share it with. */
  spread: JobSpread | null;
};

/**
 * From a path to a plan with its encoders: probe, decide, choose. A refusal is a value; throws only when `signal` is
 * aborted or Encrew itself is at fault.
 */
export async function planSource(
  request: PlanRequest,
  deps: ProbeDeps,
  signal: AbortSignal,
): Promise<({ ok: true } & PlannedSource) | { ok: false; refused: JobFailure }> {
  const { path, profile, acceptTruncated } = request;
  const probed = await probe(path, deps, signal, {
    measureActiveArea: profile.filters.crop === 'auto',
    measureInterlacing: profile.filters.deinterlace === 'auto',
  });
  if (!probed.ok) return { ok: false, refused: { code: probed.code, message: probed.message } };
  const { facts } = probed;
  const name = request.name === undefined ? packageName(basename(path)) : safeFileName(request.name);
  const whole = { name, chunkSec: null, acceptTruncated };
  const draft = makePlan(facts, profile, whole);
  if (!draft.ok) return { ok: false, refused: draft.refusal };
  const loudness = request.isGlance === true ? new Map() : await loudnessOf(draft.plan, path, deps, signal);
  const encoders = await chooseEncoders(draft.plan, deps, signal, { crew: request.crew?.choose(draft.plan) ?? null });
  if (!encoders.ok) return { ok: false, refused: { code: 'no-encoder', message: encoders.message } };
  const source = { sizeBytes: facts.sizeBytes, canSeek: findsKeyframes(facts.format) };
  const spread = request.crew?.spread(draft.plan, encoders.choice, source);
  const planned = makePlan(facts, profile, {
    ...{ ...whole, loudness, byRendition: spread?.way === 'by-rendition' },
    chunkSec: request.chunkSec ?? spread?.chunkSecs ?? checkpointLength(draft.plan.durationSec),
  });
  if (!planned.ok) return { ok: false, refused: planned.refusal };
  const { choice, passedOver } = encoders;
  const told =
    spread === undefined ? null : { way: spread.way, nodes: spread.nodes, predictions: [...spread.predictions] };
  return { ok: true, facts, plan: planned.plan, choice, passedOver, spread: told };
}

/** How loud a track is after mixing is only known once a plan says to how many channels; a second plan then uses it. */
async function loudnessOf(
  plan: EncodePlan,
  path: string,
  deps: ProbeDeps,
  signal: AbortSignal,
): Promise<LoudnessByStream> {
  const measured = new Map<number, MeasuredLoudness[]>();
  for (const { streamIndex, channels, loudness } of plan.audio) {
    if (loudness === null || channels === null) continue;
    const known = measured.get(streamIndex) ?? [];
    if (known.some((one) => one.channels === channels)) continue;
    const answer = await measureLoudness(path, { streamIndex, channels, target: loudness.target }, deps, signal);
    if (answer !== null) measured.set(streamIndex, [...known, answer]);
  }
  return measured;
}
