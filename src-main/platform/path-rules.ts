import type { Role } from '#shared/model/user.ts';
import { isInside, pathTextFault, type PlaceFault, realPlace, withinRoots } from './roots.ts';

/** Which places of the machine its users may name. */
export type PathRules = {
  /** The setting. Where there are any, nobody gets out of them. */
  roots: readonly string[];
  /** Without roots, what roles below admin may use: watch folders, and where their packages go. */
  shared: readonly string[];
  /** Ours: the data folder. An admin without roots may name it all the same, as may who sits at the machine. */
  closed: readonly string[];
};

export type PathUse =
  /** The path to use: without links where it was held against folders, as it was written for an admin without roots. */
  | { ok: true; path: string }
  /** `message` is for people: what, why, what to do. */
  | { ok: false; because: PlaceFault | 'closed' | 'needs-root'; message: string };

/** Whether a role may read or write at a path: the input of a job, its output folder, a folder to browse or to watch. */
export async function mayUsePath(role: Role, path: string, rules: PathRules): Promise<PathUse> {
  const shown = JSON.stringify(path);
  const isLimited = rules.roots.length > 0 || role !== 'admin';
  if (!isLimited) {
    const fault = pathTextFault(path);
    return fault === null ? { ok: true, path } : refused(fault, shown);
  }
  const place = await withinRoots(path, rules.roots.length > 0 ? rules.roots : rules.shared);
  if (!place.ok) {
    const isUnknown = place.because === 'outside' && rules.roots.length === 0;
    return refused(isUnknown ? 'needs-root' : place.because, shown);
  }
  for (const folder of rules.closed) {
    const own = await realPlace(folder);
    if (own.ok && isInside(place.path, own.path)) return refused('closed', shown);
  }
  return { ok: true, path: place.path };
}

function refused(because: PlaceFault | 'closed' | 'needs-root', shown: string): PathUse {
  return { ok: false, because, message: messages[because](shown) };
}

const messages: Readonly<Record<PlaceFault | 'closed' | 'needs-root', (path: string) => string>> = {
  malformed: (path) => `${path} has characters that no path can have: write it anew`,
  relative: (path) => `${path} is not an absolute path: give one`,
  climbs: (path) => `${path} has ".." in it: write the path without`,
  outside: (path) => `${path} is outside the folders that this server may use: choose one below its roots`,
  'broken-link': (path) => `${path} goes over a link that leads nowhere: repair or remove the link`,
  unreachable: (path) => `${path} can't be reached: a part of it is a file, a ring of links, or closed to the server`,
  closed: (path) => `${path} is in the folder where Encrew keeps its own data: choose another`,
  'needs-root': (path) =>
    `${path} is not in a watch folder: use one, or upload the film, or have the server started with --root`,
};
