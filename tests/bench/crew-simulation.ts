import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { assign, type Candidate, speedBook, type Worker } from '#main/fleet/assign.ts';
import { assignSpread, type SpreadJob } from '#main/fleet/assign-spread.ts';
import { assignTwins } from '#main/fleet/assign-twin.ts';
import type { Figure } from './report.ts';

/*
 * A film over 2 to 50 machines, played through with recorded encoding times and the assignment that the server uses. No
 * FFmpeg and no socket: what is measured is how much of the crew's time the plan and the assignment leave unused.
 */

const recorded = z.object({
  segmentSec: z.number().positive(),
  plain: z.array(z.number().positive()).min(1),
  hard: z.array(z.number().positive()).min(1),
});

/** Speeds of a house's machines against the one that was recorded: an old laptop, desktops, a workstation. */
const mix = [1, 0.35, 2, 0.6, 1.4, 3, 0.8, 0.5, 1, 2.5];
const filmSec = 2 * 60 * 60;
/** FFmpeg starts, seeks, fills its encoder; parts travel. */
const taskOverheadSec = 2;
/** Asking again happens once a second. */
const dispatchSec = 0.25;

/** Efficiency of ten mixed nodes against the ideal, in which all are busy until the end; the bound is 90 %. */
export async function crewSimulation(print: (line: string) => void): Promise<Figure> {
  const text = await readFile(new URL('../fixtures/segment-times.json', import.meta.url), 'utf8');
  const times = recorded.parse(JSON.parse(text));
  const even = segmentsOf(times, () => false);
  const hardEnd = segmentsOf(times, (share) => share >= 2 / 3);
  let atTen = 1;
  for (const count of [2, 3, 5, 10, 20, 50]) {
    const speeds = Array.from({ length: count }, (_, i) => mix[i % mix.length] ?? 1);
    const ratios = [even, hardEnd].map((segments) => efficiency(segments, times.segmentSec, speeds));
    const [plain = 0, hard = 0] = ratios;
    print(`${count} nodes: ${percent(plain)} of the ideal, ${percent(hard)} with a hard last third`);
    if (count === 10) atTen = Math.min(plain, hard);
  }
  const detail = 'two hours on ten mixed machines, the worse of an even film and one with a hard last third';
  return { name: 'crew-simulation', value: 1 - atTen, unit: 'of the crew’s time unused', bound: 0.1, detail };
}

/** Seconds on the recorded machine of each segment of the film. */
function segmentsOf(
  { segmentSec, plain, hard }: z.infer<typeof recorded>,
  isHard: (share: number) => boolean,
): number[] {
  const count = Math.floor(filmSec / segmentSec);
  return Array.from({ length: count }, (_, i) => {
    const from = isHard(i / count) ? hard : plain;
    return from[i % from.length] ?? 0;
  });
}

type Doing = { task: Candidate; startedSec: number; endsSec: number };

function efficiency(segments: readonly number[], segmentSec: number, speeds: readonly number[]): number {
  const total = segments.reduce((sum, sec) => sum + sec, 0);
  const ideal = total / speeds.reduce((sum, speed) => sum + speed, 0);
  return ideal / makespan(segments, segmentSec, speeds);
}

/** When the last chunk is done, in seconds. What the server believes of a node comes from what that has done so far. */
function makespan(segments: readonly number[], segmentSec: number, speeds: readonly number[]): number {
  const weight = 100;
  const believed = speeds.map((speed) => speed * (weight / (segments[0] ?? 1) / segments.length));
  const doing: (Doing | null)[] = speeds.map(() => null);
  const workers = (nowSec: number): Worker[] =>
    speeds.map((_, i) => workerOf(i, believed[i] ?? 1, doing[i] ?? null, nowSec));
  const { chunkSecs } = assignSpread(filmOf(segments.length * segmentSec, weight), workers(0));
  const chunks = cut(chunkSecs ?? [segments.length * segmentSec], segments, segmentSec, weight);
  const waiting = new Set(chunks.keys());
  const left = new Set(chunks.keys());
  let nowSec = 0;
  while (left.size > 0) {
    const ready = [...waiting].flatMap((id) => chunks.get(id)?.task ?? []).sort((a, b) => b.weight - a.weight);
    const crew = workers(nowSec);
    const idle = crew.filter(({ running }) => running.length === 0);
    const stragglers = doing.flatMap((one, i) =>
      one === null || doing.filter((other) => other?.task === one.task).length > 1
        ? []
        : [{ ...one.task, nodeId: String(i), leftSec: crew[i]?.running[0]?.leftSec ?? null }],
    );
    const pairs = ready.length > 0 ? assign(ready, crew) : assignTwins(stragglers, idle, speedBook(crew));
    for (const { taskId, nodeId } of pairs) {
      const chunk = chunks.get(taskId);
      const i = Number(nodeId);
      if (chunk === undefined) continue;
      waiting.delete(taskId);
      const startedSec = nowSec + dispatchSec;
      const endsSec = startedSec + taskOverheadSec + chunk.workSec / (speeds[i] ?? 1);
      doing[i] = { task: chunk.task, startedSec, endsSec };
    }
    const next = Math.min(...doing.flatMap((one) => (one === null ? [] : [one.endsSec])));
    if (!Number.isFinite(next)) throw new Error('nobody does anything, and the film is not done');
    // The store's figures move on with every progress: the assignment is asked each second.
    nowSec = Math.min(next, nowSec + 1);
    for (const [i, one] of doing.entries()) {
      if (one === null || one.endsSec > nowSec) continue;
      left.delete(one.task.taskId);
      const pace = one.task.weight / (one.endsSec - one.startedSec);
      believed[i] = (believed[i] ?? pace) * 0.7 + pace * 0.3;
      for (const [k, other] of doing.entries()) if (other?.task === one.task) doing[k] = null;
    }
  }
  return nowSec;
}

function filmOf(durationSec: number, weight: number): SpreadJob {
  return {
    ...{ jobId: 'film', durationSec, resource: 'cpu', requires: [], sourceBytes: 0, canSeek: true },
    rungs: [{ id: 'video', weight, encoder: 'libx264' }],
  };
}

function workerOf(i: number, weightPerSec: number, doing: Doing | null, nowSec: number): Worker {
  const leftSec = doing === null ? null : secondsLeft(doing, weightPerSec, nowSec);
  return {
    ...{ nodeId: String(i), packages: false, takesWork: true, tags: [], encoders: ['libx264'], cores: 4 },
    slots: { cpu: 1, io: 1, 'gpu-encode': 0, 'gpu-scale': 0 },
    running: doing === null ? [] : [{ resource: 'cpu', leftSec }],
    speeds: new Map([['libx264', weightPerSec]]),
    ...{ linkBps: null, sourcesOf: new Set<string>() },
  };
}

/** As the server reckons: by the task's own progress once there is some. */
function secondsLeft({ task, startedSec, endsSec }: Doing, weightPerSec: number, nowSec: number): number {
  const ratio = Math.max(0, (nowSec - startedSec) / (endsSec - startedSec));
  const elapsed = Math.max(0, nowSec - startedSec);
  return ratio >= 0.05 ? (elapsed * (1 - ratio)) / ratio : Math.max(0.001, task.weight / weightPerSec - elapsed);
}

/** Whole segments for each length, in order. */
function cut(
  lengths: readonly number[],
  segments: readonly number[],
  segmentSec: number,
  weight: number,
): Map<string, { task: Candidate; workSec: number }> {
  const chunks = new Map<string, { task: Candidate; workSec: number }>();
  let atSec = 0;
  let from = 0;
  for (const [i, length] of lengths.entries()) {
    atSec += length;
    const to = i === lengths.length - 1 ? segments.length : Math.min(segments.length, Math.round(atSec / segmentSec));
    const part = segments.slice(from, to);
    from = to;
    if (part.length === 0) continue;
    const taskId = `chunk ${i}`;
    const task: Candidate = {
      ...{ taskId, jobId: 'film', type: 'video', resource: 'cpu', encoders: ['libx264'] },
      ...{ requires: [], readBytes: 0, failedOn: [], weight: (weight * part.length) / segments.length },
    };
    chunks.set(taskId, { task, workSec: part.reduce((sum, sec) => sum + sec, 0) });
  }
  return chunks;
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`;
}
