import type { JobEventRow } from '#main/fleet/job-news.ts';
import type { ProgressPage } from '#main/fleet/progress-book.ts';
import { isFinalJobState } from '#main/queue/job-states.ts';
import { taskIdOf } from '#main/queue/task-rows.ts';
import { type JobStage, line } from '#main/stages/line.ts';
import { jobState } from '#shared/model/job.ts';
import type { JobEvent } from './job.ts';
import type { PlannedPlaces } from './take-places.ts';

export type JobFollower = {
  onPlanned: (planned: PlannedPlaces) => void;
  onEvents: (events: readonly JobEventRow[]) => void;
  onProgress: (page: ProgressPage) => void;
  /** Settles when nothing happens to the job any more. */
  ended: Promise<void>;
};

/** Tells what happens to one job in words for people: its state follows the line and never goes back. */
export function followJob(jobId: string, tell: (event: JobEvent) => void): JobFollower {
  const ended = Promise.withResolvers<void>();
  const pictures = new Set<string>();
  let stageIndex = -1;
  let isOver = false;

  const tellStage = (state: JobStage): void => {
    if (line.indexOf(state) <= stageIndex) return;
    stageIndex = line.indexOf(state);
    tell({ type: 'state', state });
  };
  tellStage('probing');

  return {
    ended: ended.promise,
    onPlanned: ({ plan }) => {
      for (const { id, type } of plan.tasks) if (type === 'video') pictures.add(taskIdOf(jobId, id));
      tellStage('planning');
      tell({ type: 'planned', plan });
    },
    onEvents: (events) => {
      for (const { kind, toState } of events) {
        if (kind !== 'state') continue;
        const state = jobState.parse(toState);
        const stage = line.find((one) => one === state);
        if (stage !== undefined) tellStage(stage);
        if (!isFinalJobState(state)) continue;
        isOver = true;
        const whole = { progress: 1, fps: null, speed: null, bitrateBps: null, etaSec: 0 };
        if (state === 'completed') tell({ type: 'progress', ...whole });
        ended.resolve();
      }
    },
    onProgress: ({ jobs, tasks }) => {
      if (isOver) return;
      const rates = tasks.flatMap(({ taskId, bitrateBps }) =>
        bitrateBps === null || !pictures.has(taskId) ? [] : [bitrateBps],
      );
      const bitrateBps = rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate, 0);
      for (const { progress, fps, speed, etaSec } of jobs) {
        tell({ type: 'progress', progress, fps, speed, bitrateBps, etaSec });
      }
    },
  };
}
