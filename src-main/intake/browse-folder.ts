import { access, constants, lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { isFilmName } from '#shared/format/film-name.ts';
import { naturalKey } from '#shared/format/natural-order.ts';
import type { FileEntry, FileSort } from '#shared/protocol/files.ts';
import { codeOf } from '#main/platform/error-code.ts';
import { inParallel } from '#main/platform/in-parallel.ts';
import { withinRoots } from '#main/platform/roots.ts';
import type { Page, PageAsk, PagePosition } from '#main/store/page.ts';
import { factsOf, type FolderListing, type FolderName, type ReadFolder } from './folder-listing.ts';

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

/**
 * A page of a folder, folders first. Only what is on the page is looked at closer, but for orders by size and time. Throws what
 * the system says of the folder itself; what is wrong with an entry is told with it. RangeError for a position that no page
 * ended at.
 */
export async function browseFolder(read: ReadFolder, ask: BrowseAsk): Promise<Page<FileEntry>> {
  const { folder, limit } = ask;
  const names = (await sortableNames(await read(folder), ask)).filter(nameFilter(ask));
  // One more than asked for tells whether another page follows.
  const found = firstAfter(names, ask.after === null ? null : positionKey(ask.after), orderOf(ask.sort), limit + 1);
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: await inParallel(shown, 16, (item) => entryOf(item, ask)),
    total: names.length,
    next: last !== undefined && found.length > limit ? positionOf(last) : null,
  };
}

/** What one name is sorted by: `value` is 0 for all of them where only names count, and -1 where it is not known. */
type SortKey = { isFolder: boolean; value: number; key: string; name: string };
type Sortable = SortKey & FolderName;

function nameFilter({ mediaOnly, hidden, search }: BrowseAsk): (name: FolderName) => boolean {
  const part = search?.normalize('NFC').toLowerCase();
  return ({ name, isFolder }) =>
    (hidden || !name.startsWith('.')) &&
    (!mediaOnly || isFolder || isFilmName(name)) &&
    (part === undefined || name.normalize('NFC').toLowerCase().includes(part));
}

async function sortableNames(listing: FolderListing, { sort }: BrowseAsk): Promise<Sortable[]> {
  if (sort === 'name' || sort === '-name') return listing.names.map((item) => ({ ...item, value: 0 }));
  const known = await listing.facts();
  const isBySize = sort === 'size' || sort === '-size';
  return listing.names.map((item, index) => {
    const fact = known[index];
    // Folders have no size of their own.
    if (fact === null || fact === undefined || (isBySize && item.isFolder)) return { ...item, value: -1 };
    return { ...item, value: isBySize ? fact.sizeBytes : fact.modifiedMs };
  });
}

type Order = (a: SortKey, b: SortKey) => number;

function orderOf(sort: FileSort): Order {
  const way = sort.startsWith('-') ? -1 : 1;
  return (a, b) => {
    if (a.isFolder !== b.isFolder) return a.isFolder ? -1 : 1;
    if (a.value !== b.value) return a.value < b.value ? -way : way;
    if (a.key !== b.key) return a.key < b.key ? -way : way;
    return a.name < b.name ? -way : a.name > b.name ? way : 0;
  };
}

/** The first few behind a position, sorted, whether or not what it names is still there; without sorting all the others. */
function firstAfter(names: readonly Sortable[], position: SortKey | null, order: Order, count: number): Sortable[] {
  const first: Sortable[] = [];
  for (const item of names) {
    if (position !== null && order(item, position) <= 0) continue;
    const last = first.at(-1);
    if (first.length === count && last !== undefined && order(item, last) > 0) continue;
    first.splice(placeOf(item, first, order), 0, item);
    if (first.length > count) first.pop();
  }
  return first;
}

/** Where an item belongs among sorted ones. */
function placeOf(item: Sortable, sorted: readonly Sortable[], order: Order): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = sorted[middle];
    if (other !== undefined && order(item, other) < 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

function positionOf({ isFolder, value, name }: SortKey): PagePosition {
  return { value: `${isFolder ? 'folder' : 'file'} ${value}`, id: name };
}

function positionKey({ value, id }: PagePosition): SortKey {
  const parts = /^(folder|file) (-?\d+(?:\.\d+)?)$/.exec(String(value));
  if (parts === null || typeof id !== 'string') throw new RangeError('no page of a folder ends there');
  return { isFolder: parts[1] === 'folder', value: Number(parts[2]), key: naturalKey(id), name: id };
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
    sizeBytes: isFolder ? null : facts.sizeBytes,
    modifiedAt: instantOf(facts.modifiedMs),
    fault: (await mayRead(path, isFolder)) ? null : 'unreadable',
  };
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
