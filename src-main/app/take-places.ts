import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceIdentity } from '#main/stages/source-identity.ts';
import { ensureSpace, spaceNeeds } from '#main/stages/space.ts';
import { lookAtTarget } from '#main/stages/target.ts';
import type { MediaFacts } from '#shared/model/facts.ts';
import type { EncodePlan } from '#shared/model/plan.ts';

/** A job that was planned, before any work on it: where it will read and write. */
export type PlannedPlaces = {
  jobId: string;
  /** Names the job's folders. */
  folderKey: string;
  facts: MediaFacts;
  plan: EncodePlan;
  source: SourceIdentity;
  outDir: string;
  overwrite: boolean;
};

/** Sees to it that a job can have its places: told before hours of encoding, not after. Throws JobFault when it can't. */
export type TakePlaces = (planned: PlannedPlaces) => Promise<void>;

/** What a server does: it only looks, since any job may be the next one to begin. */
export function placeLooker(dataDir: string): TakePlaces {
  return async ({ folderKey, plan, source, outDir, overwrite }) => {
    await lookAtTarget({ outDir, plan, sourcePath: source.path, fingerprint: source.fingerprint, overwrite });
    const workFolder = join(dataDir, 'work', folderKey);
    await ensureSpace(spaceNeeds(plan, { workFolder, outDir }, await folderBytes(workFolder)));
  };
}

/** Size of all files below a folder; 0 where there is none. */
export async function folderBytes(folder: string): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])) {
    if (!entry.isFile()) continue;
    sum += (await stat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0;
  }
  return sum;
}
