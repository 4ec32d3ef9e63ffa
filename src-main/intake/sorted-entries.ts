import type { Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { type PassedOver, passedOverName } from './name-rules.ts';
import { isPackageSign } from './package-folder.ts';
import { compareBytes } from './path-order.ts';

export type FolderEntry = {
  name: string;
  /** What it is sorted by: a folder's name ends in `/`, so that whole paths come in the order of their bytes. */
  key: string;
  kind: 'file' | 'folder' | PassedOver;
};

export type SortedEntries = {
  entries: FolderEntry[];
  /** Whether there are more behind the last one. */
  hasMore: boolean;
  /** Playlists and certificates: what tells a package. */
  signs: string[];
};

export type EntriesAsk = {
  /** Entries with smaller keys are left out; null begins at the first. */
  from: { key: string; inclusive: boolean } | null;
  /** Most entries to answer: memory for that many, however many the folder has. */
  limit: number;
  /** Answers what is passed over, too. */
  tellPassedOver: boolean;
};

/** A shelf of a million certificates is not kept in memory. */
const mostSigns = 1000;

/** The smallest entries of a folder from a place on. The folder is read as a stream; throws what the system says. */
export async function sortedEntries(folder: string, ask: EntriesAsk): Promise<SortedEntries> {
  let kept: FolderEntry[] = [];
  let hasMore = false;
  const signs: string[] = [];
  for await (const entry of await opendir(folder, { bufferSize: 512 })) {
    if (signs.length < mostSigns && isPackageSign(entry.name)) signs.push(entry.name);
    const found = folderEntry(entry);
    const isWanted = found.kind === 'file' || found.kind === 'folder' || ask.tellPassedOver;
    if (!isWanted || !isPast(found.key, ask.from)) continue;
    kept.push(found);
    if (kept.length >= 2 * ask.limit) {
      kept = kept.sort(byKey).slice(0, ask.limit);
      hasMore = true;
    }
  }
  kept.sort(byKey);
  return { entries: kept.slice(0, ask.limit), hasMore: hasMore || kept.length > ask.limit, signs };
}

function folderEntry(entry: Dirent): FolderEntry {
  const { name } = entry;
  const key = entry.isDirectory() ? `${name}/` : name;
  // No link is followed: neither in circles, nor out of the folder, nor to a film that the walk meets anyway.
  if (entry.isSymbolicLink()) return { name, key, kind: 'link' };
  const kind = entry.isDirectory() ? 'folder' : 'file';
  if (kind === 'file' && !entry.isFile()) return { name, key, kind: 'not-a-film' };
  return { name, key, kind: passedOverName(name, kind) ?? kind };
}

function isPast(key: string, from: EntriesAsk['from']): boolean {
  if (from === null) return true;
  const order = compareBytes(key, from.key);
  return order > 0 || (order === 0 && from.inclusive);
}

function byKey(a: FolderEntry, b: FolderEntry): number {
  return compareBytes(a.key, b.key);
}
