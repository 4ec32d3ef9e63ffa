import { lstat, readdir, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesText } from '#shared/format/quantity.ts';
import type { OriginalsProfile } from '#shared/model/profile.ts';
import type { FolderTrial } from '#shared/protocol/originals.ts';
import { codeOf } from '#main/platform/error-code.ts';
import { flushToDisk } from '#main/platform/flush.ts';
import { freeSpace } from '#main/platform/free-space.ts';
import { makeFolders, removeEmptyFolders } from '#main/platform/make-folders.ts';
import { linkFile } from '#main/platform/place-file.ts';

/**
 * Does in a folder of films, with a small file of its own, what a policy will do with films: so a rule that can't be kept is
 * known when it is made, and not after the first night of encoding. Leaves nothing behind.
 *
 * @param id makes the names unique
 */
export async function tryFolder(folder: string, { policy }: OriginalsProfile, id: string): Promise<FolderTrial> {
  const nothing = { writable: null, hardLinks: null, freeBytes: null, neededBytes: 0 };
  if (!(await isFolder(folder))) {
    return { ok: false, policy, ...nothing, problems: [`${folder} is no folder, or is not there now`] };
  }
  if (policy === 'separate') return { ok: true, policy, ...nothing, problems: [] };
  const { freeBytes } = await freeSpace(folder);
  const tried = await tryNames(folder, id);
  const neededBytes = policy === 'replace' ? await largestFile(folder) : 0;
  const problems = tried.ok ? [] : [`${folder} can't be written: ${tried.why}`];
  if (freeBytes < neededBytes + spareBytes) {
    problems.push(
      `${folder} has ${bytesText(freeBytes)} free, and ${bytesText(neededBytes + spareBytes)} may be needed for a while`,
    );
  }
  const hardLinks = tried.ok ? tried.hardLinks : null;
  return { ok: problems.length === 0, policy, writable: tried.ok, hardLinks, freeBytes, neededBytes, problems };
}

/** For certificates and notes. */
const spareBytes = 16 * 2 ** 20;
/** A folder of more films says no more of their size. */
const mostLookedAt = 5_000;

async function tryNames(
  folder: string,
  id: string,
): Promise<{ ok: true; hardLinks: boolean } | { ok: false; why: string }> {
  const file = join(folder, `.encrew-trial-${id}`);
  const inner = join(folder, '.encrew-originals', `trial-${id}`);
  const made: string[] = [];
  try {
    await writeFile(file, 'Encrew tries whether it may write here.\n', { flag: 'wx' });
    await flushToDisk(file);
    made.push(...(await makeFolders(inner)));
    const hardLinks = await linkFile(file, join(inner, 'link'));
    await rename(file, join(inner, 'moved'));
    await unlink(join(inner, 'moved'));
    await flushToDisk(folder);
    return { ok: true, hardLinks };
  } catch (error) {
    return { ok: false, why: reasonOf(error) };
  } finally {
    await rm(file, { force: true }).catch(() => {});
    for (const name of ['moved', 'link']) await rm(join(inner, name), { force: true }).catch(() => {});
    await removeEmptyFolders(made);
  }
}

async function largestFile(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true });
  let largest = 0;
  for (const entry of entries.filter((one) => one.isFile()).slice(0, mostLookedAt)) {
    const found = await lstat(join(folder, entry.name)).catch(() => null);
    largest = Math.max(largest, found?.size ?? 0);
  }
  return largest;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function reasonOf(error: unknown): string {
  switch (codeOf(error)) {
    case 'EACCES':
    case 'EPERM':
      return 'the system refuses it. Change its rights, or choose another policy';
    case 'EROFS':
      return 'the disk is read-only';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
