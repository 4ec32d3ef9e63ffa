import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import { naturalKey } from '#shared/format/natural-order.ts';

/** Where the files of a published package are: `folder` is null where it is one file. */
export type PublishedPackage = { folder: string; entry: string; isFolder: boolean };

/** Of a job's `output`: the folder of a master playlist, or the one file. */
export function publishedPackage(output: string): PublishedPackage {
  const isFolder = extname(output).toLowerCase() === '.m3u8';
  return { folder: dirname(output), entry: basename(output), isFolder };
}

/** Whether a path, relative and with slashes, may be a file of the package: not out of it, nothing hidden. */
export function isPackagePath({ isFolder, entry }: PublishedPackage, path: string): boolean {
  if (!isFolder) return path === entry;
  return !/[\0\\]/.test(path) && path.split('/').every((name) => name !== '' && !name.startsWith('.'));
}

/** Paths of the files of a package, relative and with slashes, in natural order; links and hidden names are none of it. */
export async function packagePaths(found: PublishedPackage): Promise<string[]> {
  const { folder, entry, isFolder } = found;
  if (!isFolder) return (await lstat(join(folder, entry))).isFile() ? [entry] : [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.flatMap((one) => {
    const path = relative(folder, join(one.parentPath, one.name)).split(sep).join('/');
    return one.isFile() && isPackagePath(found, path) ? [{ path, key: naturalKey(path) }] : [];
  });
  return paths.sort(byKey).map(({ path }) => path);
}

/** Those of sorted paths that come behind one, which need not be among them. */
export function pathsAfter(paths: readonly string[], after: string): string[] {
  const last = { path: after, key: naturalKey(after) };
  return paths.filter((path) => byKey({ path, key: naturalKey(path) }, last) > 0);
}

type Keyed = { path: string; key: string };

function byKey(a: Keyed, b: Keyed): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
