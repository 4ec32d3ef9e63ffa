import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { jobKey, sourceIdentity } from '#main/stages/source-identity.ts';
import { ensureSpace, spaceNeeds } from '#main/stages/space.ts';
import { openStaging, type Staging } from '#main/stages/staging.ts';
import { lookAtTarget } from '#main/stages/target.ts';
import { openWorkFolder, pruneWorkFolders } from '#main/stages/work-folder.ts';
import type { EncodePlan } from '#shared/model/plan.ts';
import type { EncodeJob, JobPlaces } from './job.ts';

/** Takes a job's places before any work is done. Throws JobFault when one of them can't be had, and then holds none. */
export async function openPlaces(job: EncodeJob, plan: EncodePlan, sourcePath: string): Promise<JobPlaces> {
  const { clock, options } = job;
  const outDir = resolve(job.outDir);
  const source = await sourceIdentity(sourcePath);
  const key = jobKey(source, plan);
  const target = await lookAtTarget({
    outDir,
    plan,
    sourcePath: source.path,
    fingerprint: source.fingerprint,
    overwrite: options.overwrite,
  });
  await pruneWorkFolders(options.dataDir, clock.nowMs());
  const work = await openWorkFolder(options.dataDir, key, clock.nowMs());
  let staging: Staging | null = null;
  try {
    staging = await openStaging(outDir, key, clock.nowMs());
    const finished = await folderBytes(work.path);
    await ensureSpace(spaceNeeds(plan, { workFolder: work.path, outDir }, finished));
    return { source, target, work, staging };
  } catch (error) {
    await staging?.remove();
    await work.keep();
    throw error;
  }
}

/** Size of all files below a folder. */
export async function folderBytes(folder: string): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    sum += (await stat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0;
  }
  return sum;
}
