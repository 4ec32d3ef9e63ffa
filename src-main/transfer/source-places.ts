import type { PathMap } from '#shared/model/node.ts';

/*
 * Where a file of the server may lie on a node: pure guesses, each of which has to prove itself.
 */

/** A node on Windows writes its paths as Windows does; a server's path may be of either kind. */
function partsOf(path: string): string[] {
  return path.split(/[\\/]+/).filter((part) => part !== '');
}

function separatorOf(path: string): '/' | '\\' {
  return /^[A-Za-z]:|\\/.test(path) ? '\\' : '/';
}

/** Windows compares names without case; so does who wrote the map. */
function isSamePart(a: string, b: string, path: string): boolean {
  return separatorOf(path) === '\\' ? a.toLowerCase() === b.toLowerCase() : a === b;
}

/** The file by every map whose folder holds it, the deepest folder first. */
export function mappedPlaces(serverPath: string, maps: readonly PathMap[]): string[] {
  const parts = partsOf(serverPath);
  return maps
    .flatMap((map) => {
      const folder = partsOf(map.serverPath);
      const isInside =
        folder.length < parts.length && folder.every((one, i) => isSamePart(one, parts[i] ?? '', serverPath));
      return isInside ? [{ depth: folder.length, path: below(map.nodePath, parts.slice(folder.length)) }] : [];
    })
    .sort((a, b) => b.depth - a.depth)
    .map(({ path }) => path);
}

const deepestSuffix = 8;

/** The file below every folder, by ever shorter ends of its path; the longest end first, which says most. */
export function suffixPlaces(serverPath: string, folders: readonly string[]): string[] {
  const parts = partsOf(serverPath).filter((part) => part !== '..' && part !== '.');
  const longest = Math.min(deepestSuffix, parts.length);
  const lengths = Array.from({ length: longest }, (_, i) => longest - i);
  return lengths.flatMap((length) => folders.map((folder) => below(folder, parts.slice(-length))));
}

/** The map that leads from one to the other; null where they are one path, or not even the name is the same. */
export function mapBetween(serverPath: string, nodePath: string): PathMap | null {
  if (serverPath === nodePath) return null;
  const server = partsOf(serverPath);
  const node = partsOf(nodePath);
  let shared = 0;
  while (
    shared < Math.min(server.length, node.length) - 1 &&
    server[server.length - 1 - shared] === node[node.length - 1 - shared]
  ) {
    shared += 1;
  }
  if (shared === 0) return null;
  return {
    serverPath: folderOf(serverPath, server.slice(0, server.length - shared)),
    nodePath: folderOf(nodePath, node.slice(0, node.length - shared)),
  };
}

function below(folder: string, parts: readonly string[]): string {
  const separator = separatorOf(folder);
  return `${folder.replace(/[\\/]+$/, '')}${separator}${parts.join(separator)}`;
}

function folderOf(like: string, parts: readonly string[]): string {
  const separator = separatorOf(like);
  const root = separator === '/' ? '/' : like.startsWith('\\\\') ? '\\\\' : '';
  const path = `${root}${parts.join(separator)}`;
  // `Z:` alone is the current folder of that drive.
  return /^[A-Za-z]:$/.test(path) ? `${path}\\` : path;
}
