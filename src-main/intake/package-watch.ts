import { dirname, join } from 'node:path';
import type { Clock } from '#main/platform/clock.ts';
import { isCertifiedFile, isPackageFolder } from './package-folder.ts';
import { sortedEntries } from './sorted-entries.ts';

/** Whether a path of a watch folder belongs to a package, which is no film. */
export type PackageWatch = {
  /** Whether one of the folders above it is a package. */
  isInPackage(path: string): Promise<boolean>;
  /** The same, or it is a single-file package itself. */
  isPackaged(path: string): Promise<boolean>;
};

/** A folder is read again after so long: a packager writes its playlist after the first segments. */
const keptMs = 5_000;

/** Asks the disk, and remembers the answers for a moment: thousands of files may lie in one folder. */
export function watchPackages(root: string, clock: Clock): PackageWatch {
  const known = new Map<string, { atMs: number; answer: boolean }>();
  const isPackage = async (folder: string): Promise<boolean> => {
    const nowMs = clock.monotonicMs();
    const before = known.get(folder);
    if (before !== undefined && nowMs - before.atMs < keptMs) return before.answer;
    if (known.size > 1000) known.clear();
    const answer = await looksLikePackage(join(root, folder));
    known.set(folder, { atMs: nowMs, answer });
    return answer;
  };
  const isInPackage = async (path: string): Promise<boolean> => {
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      if (await isPackage(folder)) return true;
      if (folder === '.') return false;
    }
  };
  return {
    isInPackage,
    isPackaged: async (path) => {
      const file = join(root, path);
      return (await isCertifiedFile(dirname(file), path.slice(path.lastIndexOf('/') + 1))) || isInPackage(path);
    },
  };
}

async function looksLikePackage(folder: string): Promise<boolean> {
  try {
    const { signs } = await sortedEntries(folder, { from: null, limit: 1, tellPassedOver: false });
    return await isPackageFolder(folder, signs);
  } catch {
    return false;
  }
}
