import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { naturalKey } from '#shared/format/natural-order.ts';
import { inParallel } from '#main/platform/in-parallel.ts';
import type { Clock } from '#main/platform/clock.ts';

/** A name in a folder; `isLink` where it is one, then `isFolder` is of what it leads to. `key` sorts it naturally. */
export type FolderName = { name: string; key: string; isFolder: boolean; isLink: boolean };

/** Null where it can't be looked at. */
export type NameFacts = { sizeBytes: number; modifiedMs: number } | null;

export type FolderListing = {
  /** Files, folders and links, in the system's order. */
  names: readonly FolderName[];
  /** Of all names, in their order; looked at once, when somebody asks. */
  facts(): Promise<readonly NameFacts[]>;
};

/** Reads what is in a folder. Throws what the system says. */
export type ReadFolder = (folder: string) => Promise<FolderListing>;

/** Pages of one folder are asked for one after the other. */
const keptMs = 10_000;
const keptFolders = 4;
/** What is made in the same instant as a listing leaves the folder's time as it is. */
const settledMs = 2_000;

type Kept = { modifiedMs: number; readAtMs: number; listing: FolderListing };

/** Reads folders, and remembers the last few for the pages that follow, as long as the folder itself has not changed. */
export function folderReader(clock: Clock): ReadFolder {
  const kept = new Map<string, Kept>();
  return async (folder) => {
    const { mtimeMs: modifiedMs } = await stat(folder);
    const nowMs = clock.nowMs();
    const known = kept.get(folder);
    if (known?.modifiedMs === modifiedMs && Math.abs(nowMs - known.readAtMs) < keptMs) return known.listing;
    kept.delete(folder);
    const listing = listingOf(folder, await readNames(folder));
    if (nowMs - modifiedMs > settledMs) kept.set(folder, { modifiedMs, readAtMs: nowMs, listing });
    for (const oldest of kept.keys()) {
      if (kept.size <= keptFolders) break;
      kept.delete(oldest);
    }
    return listing;
  };
}

/** Enough to hide the way to a network disk, few enough to leave others room. */
const callsAtOnce = 32;

function listingOf(folder: string, names: readonly FolderName[]): FolderListing {
  let facts: Promise<NameFacts[]> | null = null;
  return {
    names,
    facts: () => (facts ??= inParallel(names, callsAtOnce, ({ name }) => factsOf(join(folder, name)))),
  };
}

/** Of what a path leads to. */
export async function factsOf(path: string): Promise<NameFacts> {
  try {
    const { size: sizeBytes, mtimeMs: modifiedMs } = await stat(path);
    return { sizeBytes, modifiedMs };
  } catch {
    return null;
  }
}

async function readNames(folder: string): Promise<FolderName[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const links = entries.filter((entry) => entry.isSymbolicLink());
  const linkedFolders = new Set(
    (
      await inParallel(links, callsAtOnce, async ({ name }) => ((await isFolder(join(folder, name))) ? [name] : []))
    ).flat(),
  );
  return entries.flatMap((entry) => {
    if (!isUsable(entry)) return [];
    const { name } = entry;
    const isLink = entry.isSymbolicLink();
    return [{ name, key: naturalKey(name), isLink, isFolder: isLink ? linkedFolders.has(name) : entry.isDirectory() }];
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
