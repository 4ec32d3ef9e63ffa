import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { claimFolder, isClaimed } from '#main/platform/folder-claim.ts';
import { makeFolders, removeEmptyFolders } from '#main/platform/make-folders.ts';
import { JobFault, placeFault } from './job-fault.ts';

/*
 * Packages are built beside their target, so that one rename publishes them. Players and libraries pass hidden folders over.
 */

const prefix = '.encrew-staging-';
/** A folder this young without an owner may have been made a moment ago by someone who is about to claim it. */
const unclaimedGraceMs = 60_000;

export type Staging = {
  /** Absolute; on the volume of the target. */
  path: string;
  /** Removes it with all that is in it, and the folders that were made for it where nothing else came into them. */
  remove(): Promise<void>;
};

/**
 * An empty staging folder in `outDir`, which is made if need be. Those that a dead process left there are removed. Throws
 * JobFault when the folder can't be written, or the same job is being packaged by another process.
 */
export async function openStaging(outDir: string, key: string, nowMs: number): Promise<Staging> {
  const path = join(outDir, `${prefix}${key}`);
  const made: string[] = [];
  try {
    made.push(...(await makeFolders(outDir)));
    await removeStaleStaging(outDir, nowMs);
    made.push(...(await makeFolders(path)));
    const claim = await claimFolder(path);
    if (!claim.ok) {
      const { pid, host } = claim.holder;
      const message = `another Encrew (process ${pid} on ${host}) is making this package in ${outDir}: wait for it, or stop it. If it is gone, delete ${path}`;
      throw new JobFault('busy', message);
    }
    const remove = async (): Promise<void> => {
      await rm(path, { recursive: true, force: true });
      await claim.release();
      await removeEmptyFolders(made.filter((folder) => folder !== path));
    };
    return { path, remove };
  } catch (error) {
    await removeEmptyFolders(made);
    throw placeFault(error, outDir);
  }
}

async function removeStaleStaging(outDir: string, nowMs: number): Promise<void> {
  for (const name of await readdir(outDir)) {
    const path = join(outDir, name);
    if (!name.startsWith(prefix) || !(await isStale(path, nowMs))) continue;
    await rm(path, { recursive: true, force: true });
  }
}

async function isStale(path: string, nowMs: number): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isDirectory() || (await isClaimed(path))) return false;
  const wasOwned = (await readdir(path)).length > 0;
  return wasOwned || nowMs - found.mtimeMs > unclaimedGraceMs;
}
