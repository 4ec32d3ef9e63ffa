import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename } from 'node:path';
import { freeSpace } from '#main/platform/free-space.ts';
import { inParallel } from '#main/platform/in-parallel.ts';
import type { PathRules } from '#main/platform/path-rules.ts';
import type { FileRoot } from '#shared/protocol/files.ts';
import type { Role } from '#shared/model/user.ts';

/** Where a role begins to browse, with the space that is left there. */
export async function fileRoots(role: Role, { roots, shared }: PathRules): Promise<FileRoot[]> {
  if (roots.length > 0) return inParallel(roots, 4, fileRootOf);
  if (role !== 'admin') return inParallel(shared, 4, fileRootOf);
  const found = await inParallel([homedir(), ...systemRoots()], 4, fileRootOf);
  // A drive letter without a drive is none.
  return found.filter(({ isOnline }) => isOnline);
}

/** A folder with the space that is left on its disk. */
export async function fileRootOf(path: string): Promise<FileRoot> {
  const isOnline = await isFolder(path);
  const space = isOnline ? await freeSpace(path).catch(() => null) : null;
  return {
    name: basename(path) === '' ? path : basename(path),
    ...{ path, isOnline },
    freeBytes: space?.freeBytes ?? null,
    totalBytes: space?.totalBytes ?? null,
  };
}

function systemRoots(): string[] {
  if (process.platform !== 'win32') return ['/'];
  return Array.from({ length: 26 }, (_, index) => `${String.fromCharCode(0x41 + index)}:\\`);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
