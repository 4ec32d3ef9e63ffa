import type { Foreseen, PlanDeps } from '#main/api/routes/plans.ts';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import { workOf } from '#main/fleet/assign.ts';
import type { Crew } from '#main/fleet/crew.ts';
import { crewAdvice } from '#main/fleet/crew-advice.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import { turns } from '#main/platform/turns.ts';
import type { QueueContext } from '#main/queue/queue-context.ts';
import { type PlannedSource, planSource } from '#main/stages/plan.ts';
import type { MediaFacts } from '#shared/model/facts.ts';
import type { EncodePlan } from '#shared/model/plan.ts';
import type { PlanView, SourceStream } from '#shared/protocol/plans.ts';

export type ForeseeDeps = { queue: QueueContext; crew: Crew; tools: FfmpegTools; clock: Clock; log: Logger };

/** Films that are looked at at once, beside the jobs. */
const looksAtOnce = 2;
/** A disk that has gone lets its readers wait for ever. */
const mostLookMs = 60_000;

/** Plans films as the planner of jobs would now, without adding any. */
export function foreseer({ queue, crew, tools, clock, log }: ForeseeDeps): PlanDeps['foresee'] {
  const inTurn = turns(looksAtOnce);
  return async ({ path, recipe, options }, signal) => {
    const { name, requires, ...wanted } = options;
    const look = async (): Promise<Foreseen> => {
      const late = new AbortController();
      const cancel = clock.after(mostLookMs, () => late.abort());
      try {
        const planned = await planSource(
          {
            ...{ ...wanted, path, profile: recipe, name: name ?? undefined, isGlance: true },
            crew: crewAdvice(crew, queue, { jobId: '', requires }),
          },
          { tools, log },
          AbortSignal.any([signal, late.signal]),
        );
        if (!planned.ok) return { ok: false, message: planned.refused.message };
        return { ok: true, plan: viewOf(planned, crew) };
      } catch (error) {
        if (!late.signal.aborted || signal.aborted) throw error;
        return { ok: false, message: `the film was not read within a minute: check the disk that it is on` };
      } finally {
        cancel();
      }
    };
    return inTurn(look, signal);
  };
}

function viewOf({ facts, plan, choice, spread }: PlannedSource, crew: Crew): PlanView {
  const encoders = plan.video.map(({ id }) => choice[id] ?? '');
  return {
    name: plan.name,
    container: plan.container,
    source: { sizeBytes: facts.sizeBytes, durationSec: facts.durationSec, streams: streamsOf(facts) },
    durationSec: plan.durationSec,
    video: plan.video.map(({ id, width, height, codec, dynamicRange, rate }) => ({
      ...{ id, width, height, codec, dynamicRange, encoder: choice[id] ?? '' },
      ...{ targetBps: rate.targetBps, peakBps: rate.peakBps },
    })),
    audio: plan.audio.map(({ id, streamIndex, language, name, codec, encoder, channels, bitrateBps, isDefault }) => ({
      ...{ id, streamIndex, language, name, codec, channels, bitrateBps, isDefault },
      isCopy: encoder === null,
    })),
    subtitles: plan.subtitles.map(({ id, streamIndex, language, name, kind, sourceCodec, isDefault, files, mux }) => ({
      ...{ id, streamIndex, language, name, kind, isDefault },
      formats: mux === null ? files.map(({ format }) => format) : [mux === 'copy' ? sourceCodec : mux],
    })),
    extras: {
      thumbnails: plan.thumbnails?.count ?? 0,
      chapters: plan.chapters.length,
      attachments: plan.attachments.length,
      original: plan.keepOriginal,
    },
    decisions: plan.decisions,
    chunks: plan.tasks.filter(({ type }) => type === 'video').length,
    estimatedBytes: plan.estimatedBytes,
    isAtMost: hasLimits(plan),
    encodeSec: isMeasured(crew, encoders) ? (spread?.predictions[0]?.finishSec ?? null) : null,
    findings: facts.oddities,
  };
}

function streamsOf({ video, audio, subtitles, attachments, otherStreams }: MediaFacts): SourceStream[] {
  const none = { codec: null, language: null, title: null, width: null, height: null, channels: null };
  return [
    ...video.map(({ index, codec, language, title, width, height, disposition }) => ({
      ...{ ...none, index, codec, language, title, width, height },
      kind: disposition.attachedPicture ? ('cover' as const) : ('picture' as const),
    })),
    ...audio.map(({ index, codec, language, title, channels }) => ({
      ...{ ...none, index, codec, language, title, channels },
      kind: 'sound' as const,
    })),
    ...subtitles.map(({ index, codec, language, title }) => ({
      ...{ ...none, index, codec, language, title },
      kind: 'subtitle' as const,
    })),
    ...attachments.map(({ index, fileName }) => ({
      ...{ ...none, index, title: fileName },
      kind: 'attachment' as const,
    })),
    ...otherStreams.map(({ index, codec }) => ({ ...none, index, codec, kind: 'other' as const })),
  ].toSorted((a, b) => a.index - b.index);
}

/** Where quality alone decides, or packets are copied, the size is a guess. */
function hasLimits({ video, audio }: EncodePlan): boolean {
  return video.every(({ rate }) => rate.peakBps !== null) && audio.every(({ bitrateBps }) => bitrateBps !== null);
}

/** Whether anybody's speed at these encoders is known; a guess from the number of cores is none. */
function isMeasured(crew: Crew, encoders: readonly string[]): boolean {
  return crew
    .members()
    .some(({ speeds }) => speeds.has(workOf(encoders)) || encoders.every((encoder) => speeds.has(encoder)));
}
