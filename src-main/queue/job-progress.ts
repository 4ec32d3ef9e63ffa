import type { TaskGraph } from './task-graph.ts';

/** How far a running task is, as its FFmpeg says; null where it doesn't. */
export type TaskProgress = {
  /** Done share, 0 to 1. */
  ratio: number | null;
  fps: number | null;
  /** Media seconds a wall-clock second. */
  speed: number | null;
  bitrateBps: number | null;
};

export type JobProgress = {
  /** 0 to 1. */
  progress: number;
  fps: number | null;
  speed: number | null;
  bitrateBps: number | null;
  etaSec: number | null;
};

/** What was done already when the clock began: chunks of an earlier run cost nothing now. */
export type ProgressStart = { progress: number; elapsedMs: number };

/** One figure for a whole job: tasks count by their weight, and side by side their speeds add up. */
export function jobProgress(
  graph: TaskGraph,
  running: ReadonlyMap<string, TaskProgress>,
  start: ProgressStart,
): JobProgress {
  let total = 0;
  let done = 0;
  for (const { task, state } of graph.values()) {
    total += task.weight;
    if (state === 'completed') done += task.weight;
    else if (state === 'leased') done += task.weight * (running.get(task.id)?.ratio ?? 0);
  }
  const progress = total === 0 ? 1 : Math.min(1, done / total);
  const pictures = [...running].flatMap(([id, one]) => (graph.get(id)?.task.type === 'video' ? [one] : []));
  return {
    progress,
    fps: sum(pictures.map(({ fps }) => fps)),
    speed: sum(pictures.map(({ speed }) => speed)),
    bitrateBps: sum(pictures.map(({ bitrateBps }) => bitrateBps)),
    etaSec: etaSec(progress, start),
  };
}

/** At the pace so far; null before there is one. */
function etaSec(progress: number, start: ProgressStart): number | null {
  const gained = progress - start.progress;
  if (progress >= 1) return 0;
  return gained <= 0 || start.elapsedMs <= 0 ? null : ((start.elapsedMs / 1000) * (1 - progress)) / gained;
}

function sum(figures: readonly (number | null)[]): number | null {
  const known = figures.filter((figure) => figure !== null);
  return known.length === 0 ? null : known.reduce((total, figure) => total + figure, 0);
}
