import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inParallel } from '#main/platform/in-parallel.ts';
import type { Clock } from '#main/platform/clock.ts';

/** A name in a folder; `isLink` where it is one, then `isFolder` is of what it leads to. */
export type FolderName = { name: string; isFolder: boolean; isLink: boolean };

/** Reads what is in a folder: files, folders and links, in the system's order. Throws what the system says. */
export type ReadFolderNames = (folder: string) => Promise<readonly FolderName[]>;

/** Pages of one folder are asked for one after the other. */
const keptMs = 10_000;
const keptFolders = 4;
/** What is made in the same instant as a listing leaves the folder's time as it is. */
const settledMs = 2_000;

type Kept = { modifiedMs: number; readAtMs: number; names: readonly FolderName[] };

/** Reads folders, and remembers the last few for the pages that follow, as long as the folder itself has not changed. */
export function folderNames(clock: Clock): ReadFolderNames {
  const kept = new Map<string, Kept>();
  return async (folder) => {
    const { mtimeMs: modifiedMs } = await stat(folder);
    const nowMs = clock.nowMs();
    const known = kept.get(folder);
    if (known?.modifiedMs === modifiedMs && Math.abs(nowMs - known.readAtMs) < keptMs) return known.names;
    kept.delete(folder);
    const names = await readNames(folder);
    if (nowMs - modifiedMs > settledMs) kept.set(folder, { modifiedMs, readAtMs: nowMs, names });
    for (const oldest of kept.keys()) {
      if (kept.size <= keptFolders) break;
      kept.delete(oldest);
    }
    return names;
  };
}

async function readNames(folder: string): Promise<FolderName[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const links = entries.filter((entry) => entry.isSymbolicLink());
  const linkedFolders = new Set(
    (await inParallel(links, 16, async ({ name }) => ((await isFolder(join(folder, name))) ? [name] : []))).flat(),
  );
  return entries.flatMap((entry) => {
    if (!isUsable(entry)) return [];
    const isLink = entry.isSymbolicLink();
    return [{ name: entry.name, isLink, isFolder: isLink ? linkedFolders.has(entry.name) : entry.isDirectory() }];
  });
}

/** Nobody encodes a device, a pipe or a socket. */
function isUsable(entry: Dirent): boolean {
  return entry.isFile() || entry.isDirectory() || entry.isSymbolicLink();
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
