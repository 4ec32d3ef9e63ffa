import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { PickedPath } from '#shared/protocol/desktop.ts';

/** What lies at paths that people dropped or chose: films and folders. What is neither, or can't be read, is left out. */
export async function lookAtPaths(paths: readonly string[]): Promise<PickedPath[]> {
  const found: PickedPath[] = [];
  // One after the other: a sleeping disk or a share that is gone is asked once, not two thousand times at once.
  for (const path of paths) {
    const facts = await stat(path).catch(() => null);
    if (facts === null || !(facts.isFile() || facts.isDirectory())) continue;
    const isFolder = facts.isDirectory();
    found.push({ isFolder, path, name: basename(path) || path, sizeBytes: isFolder ? null : facts.size });
  }
  return found;
}
