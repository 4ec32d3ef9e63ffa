import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { ObservedFile } from '#main/media/check/hls/observed-hls.ts';
import { inParallel } from '#main/platform/in-parallel.ts';

/** A file of a package with the place that reading it opens: links inside the package are already followed. */
export type PackageFile = ObservedFile & { absolutePath: string };

/** Disks answer a few questions at a time faster than one, and no faster than this. */
const concurrency = 16;

/**
 * Every file below `root`, by its path with slashes. Folders behind links are not entered, and what a link or a special
 * file stands for is only said, never opened: a package of unknown origin can't make the check read anything else.
 */
export async function packageFiles(root: string): Promise<Map<string, PackageFile>> {
  const realRoot = await realpath(root);
  const entries = await readdir(realRoot, { withFileTypes: true, recursive: true });
  const paths = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  const files = await inParallel(paths, concurrency, (path) => observeFile(realRoot, path));
  const sorted = files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return new Map(sorted.map((file) => [file.path, file]));
}

/** One file of a folder, looked at like those of a package. */
export async function packageFile(root: string, name: string): Promise<PackageFile> {
  const realRoot = await realpath(root);
  return observeFile(realRoot, join(realRoot, name));
}

async function observeFile(realRoot: string, absolutePath: string): Promise<PackageFile> {
  const path = absolutePath
    .slice(realRoot.length + 1)
    .split(sep)
    .join('/');
  const seen = await lstat(absolutePath);
  if (seen.isFile()) return { path, sizeBytes: seen.size, kind: 'file', absolutePath };
  const target = seen.isSymbolicLink() ? await realpath(absolutePath).catch(() => null) : null;
  if (target === null || !target.startsWith(realRoot + sep)) {
    return { path, sizeBytes: 0, kind: seen.isSymbolicLink() ? 'leaves-package' : 'special', absolutePath };
  }
  const real = await stat(target);
  return { path, sizeBytes: real.size, kind: real.isFile() ? 'file' : 'special', absolutePath: target };
}
