import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PassedOver } from './name-rules.ts';
import { isPackageFolder } from './package-folder.ts';
import { type FolderEntry, sortedEntries } from './sorted-entries.ts';

/** A file as a look at it shows it; `path` relative to the watch folder, `/` between its parts. */
export type SeenFile = { path: string; sizeBytes: number; modifiedMs: number };

export type WalkStep = {
  files: SeenFile[];
  /** Empty unless asked for. */
  passedOver: { path: string; because: PassedOver }[];
};

export type WalkOptions = {
  /** Begins behind this path, as an earlier walk left off. */
  after?: string | null;
  /** Inner folder to walk alone, `''` for all. */
  below?: string;
  /** Inner folders, as the rules have them. */
  exclude?: readonly string[];
  tellPassedOver?: boolean;
  /** Names of one folder that are held at a time. */
  namesAtOnce?: number;
};

/** Names of 40 letters: some 4 MB for each folder on the way down. */
const defaultNamesAtOnce = 20_000;
/** How many files are looked at side by side: a network disk answers each look in a millisecond. */
const looksAtOnce = 64;

/**
 * The films below a folder, step by step in the order of their paths' bytes, however many there are. What can't be read is
 * passed over; throws where the folder itself can't be.
 */
export async function* walkFolder(root: string, options: WalkOptions = {}): AsyncGenerator<WalkStep> {
  const { after = null, below = '', tellPassedOver = false } = options;
  const excluded = new Set(options.exclude);
  const ask = { limit: options.namesAtOnce ?? defaultNamesAtOnce, tellPassedOver };
  const levels: Level[] = [];
  const first = await openLevel(root, below === '' ? '' : `${below}/`, after, ask);
  if (typeof first !== 'string') levels.push(first);
  else if (tellPassedOver) yield { files: [], passedOver: [{ path: below, because: first }] };
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const batch = nextBatch(level);
    const folder = level.entries[level.next];
    if (batch.length > 0) {
      yield await look(root, level.prefix, batch);
    } else if (folder !== undefined) {
      level.next += 1;
      const path = `${level.prefix}${folder.name}`;
      const inner = excluded.has(path) ? 'excluded' : await openInner(root, `${path}/`, after, ask);
      if (typeof inner !== 'string') levels.push(inner);
      else if (tellPassedOver) yield { files: [], passedOver: [{ path, because: inner }] };
    } else {
      levels.pop();
      const rest = await openRest(root, level, ask);
      if (rest !== null) levels.push(rest);
    }
  }
}

/** A folder on the way down; memory for its next names only. */
type Level = { prefix: string; entries: FolderEntry[]; next: number; hasMore: boolean };
type LevelAsk = { limit: number; tellPassedOver: boolean };

/** Throws what the system says. */
async function openLevel(
  root: string,
  prefix: string,
  after: string | null,
  ask: LevelAsk,
): Promise<Level | PassedOver> {
  const folder = join(root, prefix);
  const { signs, ...found } = await sortedEntries(folder, { ...ask, from: placeIn(prefix, after) });
  if (await isPackageFolder(folder, signs)) return 'package';
  return { prefix, ...found, next: 0 };
}

async function openInner(
  root: string,
  prefix: string,
  after: string | null,
  ask: LevelAsk,
): Promise<Level | PassedOver> {
  try {
    return await openLevel(root, prefix, after, ask);
  } catch {
    return 'unreadable';
  }
}

/** The names behind those that were held. */
async function openRest(root: string, { prefix, entries, hasMore }: Level, ask: LevelAsk): Promise<Level | null> {
  const last = entries.at(-1);
  if (!hasMore || last === undefined) return null;
  const from = { key: last.key, inclusive: false };
  const found = await sortedEntries(join(root, prefix), { ...ask, from }).catch(() => null);
  return found === null ? null : { prefix, entries: found.entries, hasMore: found.hasMore, next: 0 };
}

/** Where in the folder of this prefix a walk goes on that stopped at `after`. */
function placeIn(prefix: string, after: string | null): { key: string; inclusive: boolean } | null {
  if (after === null || !after.startsWith(prefix)) return null;
  const rest = after.slice(prefix.length);
  const slash = rest.indexOf('/');
  // The folder in which it stopped is entered again.
  return slash === -1 ? { key: rest, inclusive: false } : { key: rest.slice(0, slash + 1), inclusive: true };
}

/** The next entries that are no folders, taken from the level. */
function nextBatch(level: Level): FolderEntry[] {
  const batch: FolderEntry[] = [];
  for (let entry = level.entries[level.next]; entry !== undefined; entry = level.entries[level.next]) {
    if (entry.kind === 'folder' || batch.length >= looksAtOnce) break;
    batch.push(entry);
    level.next += 1;
  }
  return batch;
}

async function look(root: string, prefix: string, batch: readonly FolderEntry[]): Promise<WalkStep> {
  const seen = await Promise.all(
    batch.map(async ({ name, kind }) => (kind === 'file' ? lookAtFile(root, `${prefix}${name}`) : null)),
  );
  const step: WalkStep = { files: [], passedOver: [] };
  batch.forEach(({ name, kind }, i) => {
    const file = seen[i] ?? null;
    if (file !== null) step.files.push(file);
    else if (kind !== 'file' && kind !== 'folder') step.passedOver.push({ path: `${prefix}${name}`, because: kind });
  });
  return step;
}

/** Null where there is no file of that path, or it can't be looked at. A link is none. */
export async function lookAtFile(root: string, path: string): Promise<SeenFile | null> {
  const found = await lstat(join(root, path)).catch(() => null);
  return found?.isFile() === true ? { path, sizeBytes: found.size, modifiedMs: found.mtimeMs } : null;
}
