import { constants, type Stats } from 'node:fs';
import { access, lstat, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isFilmName } from '#shared/format/film-name.ts';
import { naturalKey } from '#shared/format/natural-order.ts';
import type { FileEntry, FileSort } from '#shared/protocol/files.ts';
import { codeOf } from '#main/platform/error-code.ts';
import { inParallel } from '#main/platform/in-parallel.ts';
import { withinRoots } from '#main/platform/roots.ts';
import type { Page, PageAsk, PagePosition } from '#main/store/page.ts';
import type { FolderName, ReadFolderNames } from './folder-names.ts';

export type BrowseAsk = PageAsk & {
  /** Absolute, without links. */
  folder: string;
  /** Links out of these are told; null where any path may be used. */
  roots: readonly string[] | null;
  mediaOnly: boolean;
  hidden: boolean;
  search: string | undefined;
  sort: FileSort;
};

/** One step of the queue of system calls: enough to hide the way to a network disk, few enough to leave others room. */
const callsAtOnce = 32;

/**
 * A page of a folder, folders first. Only what is on the page is looked at closer, but for orders by size and time. Throws what
 * the system says of the folder itself; what is wrong with an entry is told with it. RangeError for a position that no page
 * ended at.
 */
export async function browseFolder(read: ReadFolderNames, ask: BrowseAsk): Promise<Page<FileEntry>> {
  const { folder, limit } = ask;
  const passed = (await read(folder)).filter(nameFilter(ask));
  const sorted = await sortedNames(passed, ask);
  const from = ask.after === null ? 0 : firstAfter(sorted, positionKey(ask.after), ask.sort);
  const shown = sorted.slice(from, from + limit);
  const last = shown.at(-1);
  return {
    rows: await inParallel(shown, callsAtOnce, (item) => entryOf(item, ask)),
    total: sorted.length,
    next: last !== undefined && from + limit < sorted.length ? positionOf(last) : null,
  };
}

/** What one name is sorted by: `value` is a number or a text within one order, never both. */
type SortKey = { isFolder: boolean; value: number | string; name: string };
type Sortable = SortKey & { isLink: boolean };

function nameFilter({ mediaOnly, hidden, search }: BrowseAsk): (name: FolderName) => boolean {
  const part = search?.normalize('NFC').toLowerCase();
  return ({ name, isFolder }) =>
    (hidden || !name.startsWith('.')) &&
    (!mediaOnly || isFolder || isFilmName(name)) &&
    (part === undefined || name.normalize('NFC').toLowerCase().includes(part));
}

async function sortedNames(names: readonly FolderName[], { folder, sort }: BrowseAsk): Promise<Sortable[]> {
  const by = sort.replace('-', '');
  const sortable =
    by === 'name'
      ? names.map((item) => ({ ...item, value: naturalKey(item.name) }))
      : await inParallel(names, callsAtOnce, async (item) => {
          // Folders have no size of their own.
          if (by === 'size' && item.isFolder) return { ...item, value: -1 };
          const facts = await factsOf(join(folder, item.name));
          return { ...item, value: (by === 'size' ? facts?.size : facts?.mtimeMs) ?? -1 };
        });
  return sortable.sort(orderOf(sort));
}

function orderOf(sort: FileSort): (a: SortKey, b: SortKey) => number {
  const way = sort.startsWith('-') ? -1 : 1;
  return (a, b) => {
    if (a.isFolder !== b.isFolder) return a.isFolder ? -1 : 1;
    if (a.value !== b.value) return a.value < b.value ? -way : way;
    return a.name < b.name ? -way : a.name > b.name ? way : 0;
  };
}

/** Of the first name behind a position, also where the name that was there has gone. */
function firstAfter(sorted: readonly Sortable[], position: SortKey, sort: FileSort): number {
  const order = orderOf(sort);
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = sorted[middle];
    if (item !== undefined && order(item, position) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function positionOf({ isFolder, value, name }: SortKey): PagePosition {
  // The key of a name is made of the name again.
  return { value: `${isFolder ? 'folder' : 'file'} ${typeof value === 'number' ? value : ''}`, id: name };
}

function positionKey({ value, id }: PagePosition): SortKey {
  const parts = typeof value === 'string' && typeof id === 'string' ? /^(folder|file) (-?[\d.]*)$/.exec(value) : null;
  if (parts === null || typeof id !== 'string') throw new RangeError('no page of a folder ends there');
  return { isFolder: parts[1] === 'folder', value: parts[2] === '' ? naturalKey(id) : Number(parts[2]), name: id };
}

async function entryOf({ name, isFolder, isLink }: Sortable, { folder, roots }: BrowseAsk): Promise<FileEntry> {
  const path = join(folder, name);
  const plain = { name, path, isDirectory: isFolder, isMedia: !isFolder && isFilmName(name) };
  const unknown = { ...plain, sizeBytes: null, modifiedAt: null };
  if (isLink && roots !== null) {
    const place = await withinRoots(path, roots);
    // What a link out of the roots leads to is nobody's business.
    if (!place.ok && place.because === 'outside') return { ...unknown, isDirectory: false, fault: 'outside' };
  }
  const facts = await factsOf(path);
  if (facts === null) return { ...unknown, fault: await missingFault(path) };
  return {
    ...plain,
    sizeBytes: isFolder ? null : facts.size,
    modifiedAt: instantOf(facts.mtimeMs),
    fault: (await mayRead(path, isFolder)) ? null : 'unreadable',
  };
}

async function factsOf(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch {
    return null;
  }
}

/** Why a name that was listed can't be looked at. */
async function missingFault(path: string): Promise<FileEntry['fault']> {
  try {
    await lstat(path);
    return 'broken-link';
  } catch (error) {
    // Node shows each byte that is no UTF-8 as U+FFFD, and then finds nothing of that name.
    return codeOf(error) === 'ENOENT' && path.includes('\uFFFD') ? 'odd-name' : 'unreadable';
  }
}

async function mayRead(path: string, isFolder: boolean): Promise<boolean> {
  try {
    await access(path, isFolder ? constants.R_OK | constants.X_OK : constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Null for a time that a date can't hold: damaged disks have some. */
function instantOf(ms: number): string | null {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999 || date.getUTCFullYear() < 0
    ? null
    : date.toISOString();
}
