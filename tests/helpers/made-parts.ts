import { mkdir } from 'node:fs/promises';
import { runTask } from '#main/agent/run-task.ts';
import type { EncoderChoice } from '#main/media/command/video-command.ts';
import { systemClock } from '#main/platform/clock.ts';
import { silentLogger } from '#main/platform/logger.ts';
import type { PackageResult } from '#main/stages/package/package-draft.ts';
import { packageHls, type PackageRequest } from '#main/stages/package/package-hls.ts';
import { planSource } from '#main/stages/plan.ts';
import { encodePlan } from '#shared/model/plan.ts';
import type { Profile } from '#shared/model/profile.ts';
import { thisFfmpeg } from './this-ffmpeg.ts';

/** All that the package stage asks for but a staging folder; and the encoders. */
export type MadeParts = Omit<PackageRequest, 'staging'> & { choice: EncoderChoice };

const noSignal = new AbortController().signal;

/** Encodes all parts of a film, in chunks, into the new folder `work`. Throws what planning or a task says. */
export async function makeParts(film: string, by: Profile, work: string, chunkSec: number): Promise<MadeParts> {
  const deps = { tools: await thisFfmpeg(), log: silentLogger };
  const request = { path: film, profile: by, chunkSec, acceptTruncated: false, name: 'Film' };
  const planned = await planSource(request, deps, noSignal);
  if (!planned.ok) throw new Error(planned.refused.message);
  await mkdir(work);
  const { facts, choice } = planned;
  // As it reaches a node: checkpoints are of these very bytes.
  const plan = encodePlan.parse(JSON.parse(JSON.stringify(planned.plan)));
  const context = { ...deps, plan, choice, sourcePath: film, workFolder: work, clock: systemClock, signal: noSignal };
  for (const task of plan.tasks) {
    if (task.type !== 'extract' && task.type !== 'video' && task.type !== 'audio') continue;
    const outcome = await runTask(task, { ...context, attempt: 1 });
    if (!outcome.ok) throw new Error(`${task.id}: ${outcome.message}`);
  }
  return { plan, facts, choice, sourcePath: film, work };
}

/** The package stage alone, into the new folder `staging`. */
export async function packageParts(parts: MadeParts, staging: string, signal = noSignal): Promise<PackageResult> {
  await mkdir(staging);
  return packageHls({ ...parts, staging }, { tools: await thisFfmpeg(), log: silentLogger }, signal);
}
