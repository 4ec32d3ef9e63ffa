import type { TaskProgress } from '#main/queue/job-progress.ts';
import { jobProgress } from '#main/queue/job-progress.ts';
import { stageOfTask } from '#main/queue/job-states.ts';
import type { TaskGraph } from '#main/queue/task-graph.ts';
import { line } from '#main/stages/line.ts';
import type { PlannedTask } from '#shared/model/plan.ts';
import type { JobRun } from './job.ts';
import { projectedFault } from './size-rule.ts';

export type ProgressNews = {
  /** A task begins: the job's state follows it along the line, never back. */
  stage(task: PlannedTask): void;
  progress(taskId: string, progress: TaskProgress): void;
  /** `resumedWeight` is what an earlier run had done of it. */
  ended(taskId: string, resumedWeight: number): void;
  graph(graph: TaskGraph): void;
};

/** Merges what the tasks tell into the job's own news, and ends `early` when the size rule is sure to be broken. */
export function progressNews(job: JobRun, early: AbortController): ProgressNews {
  const { clock, onEvent, planned, places } = job;
  const { plan } = planned;
  const running = new Map<string, TaskProgress>();
  const startedMs = clock.monotonicMs();
  const totalWeight = plan.tasks.reduce((sum, { weight }) => sum + weight, 0);
  let latest: TaskGraph = new Map();
  let resumedWeight = 0;
  let stageIndex = -1;
  let isJudging = false;

  const tell = (): void => {
    const start = { progress: resumedWeight / totalWeight, elapsedMs: clock.monotonicMs() - startedMs };
    onEvent({ type: 'progress', ...jobProgress(latest, running, start) });
  };
  const judgeSize = async (): Promise<void> => {
    if (isJudging || plan.profile.onlyIfSmaller === null) return;
    isJudging = true;
    const ratios = new Map([...running].map(([id, { ratio }]) => [id, ratio ?? 0]));
    const fault = await projectedFault(plan, latest, ratios, places.work.path);
    isJudging = false;
    if (fault !== null) early.abort(fault);
  };

  return {
    stage: (task) => {
      const state = stageOfTask[task.type];
      if (line.indexOf(state) <= stageIndex) return;
      stageIndex = line.indexOf(state);
      onEvent({ type: 'state', state });
    },
    progress: (taskId, progress) => {
      running.set(taskId, progress);
      tell();
      void judgeSize();
    },
    ended: (taskId, weight) => {
      running.delete(taskId);
      resumedWeight += weight;
    },
    graph: (graph) => {
      latest = graph;
      tell();
    },
  };
}
