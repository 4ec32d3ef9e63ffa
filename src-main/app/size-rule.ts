import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { audioFile, chunkFile, taskFolder } from '#main/media/command/work-layout.ts';
import { projectedBytes, type SizeSoFar } from '#main/media/plan/size-projection.ts';
import type { TaskGraph } from '#main/queue/task-graph.ts';
import { JobFault } from '#main/stages/job-fault.ts';
import { bytesText } from '#shared/format/quantity.ts';
import type { EncodePlan } from '#shared/model/plan.ts';

/*
 * `onlyIfSmaller`: a package that is not smaller than the film it is made from is not worth its quality loss.
 */

/** The last bytes lie in the encoder and the first figure lags the file: an early stop must be sure. */
const earlyMargin = 1.05;

/** What the package may weigh; null without the rule. */
export function sizeLimitBytes(plan: EncodePlan): number | null {
  const rule = plan.profile.onlyIfSmaller;
  return rule === null ? null : rule.maxRatio * plan.sourceBytes;
}

/** Why to stop early, judged by the parts so far; null when there is no reason yet. */
export async function projectedFault(
  plan: EncodePlan,
  graph: TaskGraph,
  ratios: ReadonlyMap<string, number>,
  workFolder: string,
): Promise<JobFault | null> {
  const limit = sizeLimitBytes(plan);
  if (limit === null) return null;
  const projected = projectedBytes(plan, await sizeSoFar(plan, graph, ratios, workFolder));
  return projected === null || projected <= limit * earlyMargin ? null : notSmaller(plan, projected, limit, 'would be');
}

/** The fault of a finished package of `sizeBytes`; null when it is small enough. */
export function finalSizeFault(plan: EncodePlan, sizeBytes: number): JobFault | null {
  const limit = sizeLimitBytes(plan);
  return limit === null || sizeBytes <= limit ? null : notSmaller(plan, sizeBytes, limit, 'is');
}

function notSmaller(plan: EncodePlan, bytes: number, limit: number, verb: string): JobFault {
  const message = `the package ${verb} about ${bytesText(bytes)}, and the profile allows ${bytesText(limit)} for a film of ${bytesText(plan.sourceBytes)}: nothing was changed. Choose a lower quality, or a profile without onlyIfSmaller`;
  return new JobFault('not-smaller', message);
}

async function sizeSoFar(
  plan: EncodePlan,
  graph: TaskGraph,
  ratios: ReadonlyMap<string, number>,
  workFolder: string,
): Promise<SizeSoFar> {
  const so = { videoBytes: 0, videoShare: 0, audioBytes: 0, audioShare: 0 };
  for (const { task, state } of graph.values()) {
    if (task.type !== 'video' && task.type !== 'audio') continue;
    if (state !== 'leased' && state !== 'completed') continue;
    const folder = join(workFolder, taskFolder(task.id, state === 'leased' ? 'running' : 'done'));
    const rungs = plan.video.filter(({ id }) => task.renditions.includes(id));
    const files = task.type === 'video' ? rungs.map(chunkFile) : plan.audio.map(({ id }) => audioFile(plan, id));
    const share = state === 'completed' ? 1 : (ratios.get(task.id) ?? 0);
    const bytes = await totalBytes(files.map((file) => join(folder, file)));
    // It is being made on another machine: what there is of it is not known here.
    if (bytes === 0) continue;
    if (task.type === 'audio') {
      so.audioBytes += bytes;
      so.audioShare += share;
    } else if (task.chunk !== null) {
      so.videoBytes += bytes;
      so.videoShare += (share * task.chunk.frames * rungs.length) / (plan.grid.frames * plan.video.length);
    }
  }
  return so;
}

async function totalBytes(paths: readonly string[]): Promise<number> {
  let sum = 0;
  for (const path of paths) sum += (await stat(path).catch(() => null))?.size ?? 0;
  return sum;
}
