import { constants, lstat, open, realpath, type FileHandle } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { codeOf } from './error-code.ts';

/*
 * Folders that nothing may leave. What counts is where a path leads, not how it is written: links are followed first, and who
 * uses a path uses the answered one, so that a link that is changed afterwards changes nothing.
 */

export type PlaceFault =
  | 'malformed'
  | 'relative'
  /** It has `..` in it; also one that would come out inside, since who writes that wants to climb. */
  | 'climbs'
  | 'outside'
  /** A link that leads nowhere: to write there makes its target, wherever that is. */
  | 'broken-link'
  /** A file where a folder is meant, a ring of links, a folder that may not be entered, a disk that fails. */
  | 'unreachable';

export type Place =
  /** `path` has no links in it, as far as it is there; `root` is the one of `roots` that it lies in, as that was given. */
  { ok: true; path: string; root: string } | { ok: false; because: PlaceFault };

/** Where a path, there or still to be made, really leads, if that is one of the roots or inside of one. */
export async function withinRoots(path: string, roots: readonly string[]): Promise<Place> {
  const place = await realPlace(path);
  if (!place.ok) return place;
  for (const root of roots) {
    const realRoot = await realPlace(root);
    if (realRoot.ok && isInside(place.path, realRoot.path)) return { ok: true, path: place.path, root };
  }
  return { ok: false, because: 'outside' };
}

/** Where an absolute path really leads: what is there without its links, then the names that are still to be made. */
export async function realPlace(
  path: string,
): Promise<{ ok: true; path: string } | { ok: false; because: PlaceFault }> {
  const fault = pathTextFault(path);
  if (fault !== null) return { ok: false, because: fault };
  const missing: string[] = [];
  for (let at = resolve(path); ; at = dirname(at)) {
    try {
      return { ok: true, path: join(await realpath(at), ...missing) };
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || dirname(at) === at) return { ok: false, because: 'unreachable' };
      if (await isThere(at)) return { ok: false, because: 'broken-link' };
      missing.unshift(basename(at));
    }
  }
}

/** What is wrong with a path before anybody looks where it leads. */
export function pathTextFault(path: string): PlaceFault | null {
  // A lone surrogate is no text that a file system could hold: another name would be looked up.
  if (path.includes('\0') || !path.isWellFormed()) return 'malformed';
  if (!isAbsolute(path)) return 'relative';
  return path.split(sep === '\\' ? /[\\/]/ : '/').includes('..') ? 'climbs' : null;
}

/** Whether a path is a folder or lies in it; both without links. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/**
 * Opens a file for reading whose path `withinRoots` answered, with that root. Null where it is no longer a file in there: the
 * file that was opened is the one that lies there afterwards, so that no link put in the way meanwhile is followed. Throws
 * what the system says of a file that can't be opened.
 */
export async function openWithin(path: string, root: string): Promise<FileHandle | null> {
  // A pipe would hold whoever opens it until somebody writes.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const opened = await file.stat({ bigint: true });
    const place = await withinRoots(path, [root]);
    const there = place.ok ? await lstat(place.path, { bigint: true }) : null;
    if (opened.isFile() && there?.ino === opened.ino && there.dev === opened.dev) return file;
    await file.close();
    return null;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}
