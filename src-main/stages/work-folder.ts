import { readdir, rm, rmdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { claimFolder, isClaimed } from '#main/platform/folder-claim.ts';
import { makeFolders } from '#main/platform/make-folders.ts';
import { JobFault, placeFault } from './job-fault.ts';

/** Work folders of jobs that nobody came back to. */
const keptMs = 7 * 24 * 60 * 60_000;

export type WorkFolder = {
  /** Absolute. */
  path: string;
  /** Finished parts stay for the next time. */
  keep(): Promise<void>;
  /** The job is over: nothing of it is needed any more. */
  remove(): Promise<void>;
};

/**
 * The job's folder for parts, `{data}/work/{key}/`, for this process alone. What an earlier run left half-made is removed, what
 * it finished stays. Throws JobFault when another Encrew works on the same job, or when the folder can't be written.
 */
export async function openWorkFolder(dataDir: string, key: string, nowMs: number): Promise<WorkFolder> {
  const path = join(dataDir, 'work', key);
  try {
    await makeFolders(path);
    const claim = await claimFolder(path);
    if (!claim.ok) {
      const { pid, host } = claim.holder;
      const message = `another Encrew (process ${pid} on ${host}) is making the same package: wait for it, or stop it. If it is gone, delete ${path}`;
      throw new JobFault('busy', message);
    }
    await utimes(path, nowMs / 1000, nowMs / 1000);
    await removeHalfMade(path);
    return {
      path,
      keep: () => keepWork(path, () => claim.release()),
      remove: () => removeWork(path, () => claim.release()),
    };
  } catch (error) {
    throw placeFault(error, path);
  }
}

/** Removes the folders that no job has used for a week. What can't be removed stays for the next time. */
export async function pruneWorkFolders(dataDir: string, nowMs: number): Promise<void> {
  const parent = join(dataDir, 'work');
  for (const name of await readdir(parent).catch(() => [])) {
    const path = join(parent, name);
    const found = await stat(path).catch(() => null);
    if (found === null || nowMs - found.mtimeMs < keptMs || (await isClaimed(path).catch(() => true))) continue;
    await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

/** Makes good what a crash left in the folders of a node that does nothing yet: of half-made parts nothing can be used. */
export async function clearHalfMade(dataDir: string): Promise<void> {
  const parent = join(dataDir, 'work');
  for (const name of await readdir(parent).catch(() => [])) {
    await removeHalfMade(join(parent, name)).catch(() => {});
  }
}

/** Removes a job's folder, unless somebody works in it. */
export async function removeWorkFolder(dataDir: string, key: string): Promise<void> {
  const path = join(dataDir, 'work', key);
  if ((await stat(path).catch(() => null)) === null || (await isClaimed(path))) return;
  await rm(path, { recursive: true, force: true });
}

async function removeHalfMade(path: string): Promise<void> {
  for (const name of await readdir(path)) {
    if (name.endsWith('.partial')) await rm(join(path, name), { recursive: true, force: true });
  }
}

async function keepWork(path: string, release: () => Promise<void>): Promise<void> {
  await release();
  // Succeeds only where there is nothing to keep.
  await rmdir(path).catch(() => {});
}

async function removeWork(path: string, release: () => Promise<void>): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await release();
}
