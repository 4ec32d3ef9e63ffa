import type { Task } from '#shared/model/job.ts';

/** A part of the film that one task makes. */
export type Part = { task: Task; startFrame: number; frames: number };

/** Parts that lie behind each other and make the same qualities. */
export type Lane = { renditions: readonly string[]; parts: readonly Part[] };

export type ChunkMapProps = {
  tasks: readonly Task[];
  names: ReadonlyMap<string, string>;
  /** Null before the plan is there. */
  framesPerSec: number | null;
};

/** The pictures of a film as bands: one, or one for each group of qualities where those are made apart. */
export function lanesOf(tasks: readonly Task[]): Lane[] {
  const lanes = new Map<string, { renditions: readonly string[]; parts: Part[] }>();
  for (const task of tasks) {
    if (task.chunk === null) continue;
    const key = task.renditions.join(' ');
    const lane = lanes.get(key) ?? { renditions: task.renditions, parts: [] };
    lane.parts.push({ task, ...task.chunk });
    lanes.set(key, lane);
  }
  for (const { parts } of lanes.values()) parts.sort((a, b) => a.startFrame - b.startFrame);
  return [...lanes.values()];
}

/** How long the film is, frames. */
export function framesOf(lanes: readonly Lane[]): number {
  const ends = lanes.flatMap(({ parts }) => parts.map(({ startFrame, frames }) => startFrame + frames));
  return Math.max(0, ...ends);
}

/** All nodes that took part, in the order in which the film meets them: their place is their colour. */
export function nodesOf(tasks: readonly Task[]): string[] {
  const ids = tasks.flatMap(({ nodeId, twinNodeId }) => [nodeId, twinNodeId]).filter((id) => id !== null);
  return [...new Set(ids)];
}
