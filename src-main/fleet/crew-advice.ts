import type { EncodePlan, PlannedTask } from '#shared/model/plan.ts';
import { isHardwareEncoder } from '#main/media/plan/codecs.ts';
import type { QueueContext } from '#main/queue/queue-context.ts';
import type { Worker } from './assign.ts';
import { assignEncoders, type CrewChoice } from './assign-encoders.ts';
import { assignSpread, type Spread } from './assign-spread.ts';
import type { Crew } from './crew.ts';
import { workersOf } from './worker.ts';

/** What the crew that is there now means for a job's plan. */
export type JobAdvice = {
  /** Null when nobody has proven what is needed. */
  choose: (plan: EncodePlan) => CrewChoice | null;
  spread: (
    plan: EncodePlan,
    choice: Readonly<Record<string, string>>,
    source: { sizeBytes: number; canSeek: boolean },
  ) => Spread;
};

/** Asks everybody who is there now. */
export function crewAdvice(
  crew: Crew,
  { clock }: Pick<QueueContext, 'clock'>,
  { jobId, requires }: { jobId: string; requires: readonly string[] },
): JobAdvice {
  const workers: readonly Worker[] = workersOf(crew.members(), {
    nowMs: clock.nowMs(),
    monotonicMs: clock.monotonicMs(),
  });
  return {
    choose: (plan) => assignEncoders(plan.video, workers, requires),
    spread: (plan, choice, { sizeBytes, canSeek }) => {
      const encoders = Object.values(choice);
      return assignSpread(
        {
          ...{ jobId, requires, canSeek, durationSec: plan.durationSec, sourceBytes: sizeBytes },
          rungs: plan.video.map((rung) => ({
            id: rung.id,
            weight: rungShare(plan, rung) * videoWeight(plan.tasks),
            encoder: choice[rung.id] ?? '',
          })),
          resource: encoders.some(isHardwareEncoder) ? 'gpu-encode' : 'cpu',
        },
        workers,
      );
    },
  };
}

function videoWeight(tasks: readonly PlannedTask[]): number {
  return tasks.filter(({ type }) => type === 'video').reduce((sum, { weight }) => sum + weight, 0);
}

function rungShare({ video }: EncodePlan, { width, height }: { width: number; height: number }): number {
  return (width * height) / video.reduce((sum, rung) => sum + rung.width * rung.height, 0);
}
