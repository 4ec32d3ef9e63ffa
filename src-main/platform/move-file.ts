import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, chown, copyFile, constants, link, lstat, open, rename, unlink, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { flushToDisk } from './flush.ts';
import { newId } from './ids.ts';
import { makeFolders } from './make-folders.ts';

export type FileMoved =
  | { ok: true }
  | {
      ok: false;
      because: /** Something lies at the new place; it stays as it is. */
        | 'target-exists'
        /** There is nothing to move. */
        | 'source-missing'
        /** It is a link, a folder or a device. */
        | 'not-a-file'
        /** It was written to while it was copied. */
        | 'source-changed';
    };

/**
 * Moves a file and never overwrites one, also to another disk: there it is copied, flushed, read back and compared before it
 * gets its name, and only then the old one goes. Owner, mode and times come along as far as the disk takes them. Throws what
 * the system says; then, as after a crash, the file is at the old place, or at both, and the same call ends the work.
 */
export async function moveFile(from: string, to: string): Promise<FileMoved> {
  const source = await statOf(from);
  if (source === null) return { ok: false, because: 'source-missing' };
  if (!source.isFile()) return { ok: false, because: 'not-a-file' };
  await makeFolders(dirname(to));
  const target = await statOf(to);
  if (target !== null) return finishMove({ from, source, to, target });
  const placed = await placeWithin(from, to);
  const result = placed ?? (await placeAcross(from, source, to));
  if (!result.ok) return result;
  await flushToDisk(dirname(to));
  await unlinkIfThere(from);
  await flushToDisk(dirname(from));
  return { ok: true };
}

type Both = { from: string; source: Stats; to: string; target: Stats };

/** A crash between the two last steps leaves the same file, or a whole copy, at both places. */
async function finishMove({ from, source, to, target }: Both): Promise<FileMoved> {
  const isSame = target.isFile() && target.size === source.size && target.mtimeMs === source.mtimeMs;
  const isLinked = isSame && target.ino === source.ino && target.dev === source.dev && target.nlink > 1;
  const isCopy = isSame && !isLinked && target.dev !== source.dev && (await sha256(from)) === (await sha256(to));
  if (!isLinked && !isCopy) return { ok: false, because: 'target-exists' };
  await flushToDisk(to);
  await flushToDisk(dirname(to));
  await unlinkIfThere(from);
  await flushToDisk(dirname(from));
  return { ok: true };
}

/** By a second name on the same disk, which fails where the name is taken; null where the disk can't do that. */
async function placeWithin(from: string, to: string): Promise<FileMoved | null> {
  try {
    await link(from, to);
    return { ok: true };
  } catch (error) {
    switch (codeOf(error)) {
      case 'EEXIST':
        return { ok: false, because: 'target-exists' };
      case 'EXDEV':
        return null;
      case 'EPERM':
      case 'ENOTSUP':
      case 'EOPNOTSUPP':
      case 'ENOSYS':
      case 'EMLINK':
      case 'EINVAL':
      case 'EISDIR':
        return renameWithin(from, to);
      default:
        throw error;
    }
  }
}

/** Disks without hard links (FAT, some shares): the place was free a moment ago. */
async function renameWithin(from: string, to: string): Promise<FileMoved | null> {
  try {
    await rename(from, to);
    return { ok: true };
  } catch (error) {
    if (codeOf(error) === 'EXDEV') return null;
    throw error;
  }
}

async function placeAcross(from: string, source: Stats, to: string): Promise<FileMoved> {
  const partial = join(dirname(to), `.encrew-${basename(to).slice(0, 60)}.${newId()}.partial`);
  try {
    await copyFile(from, partial, constants.COPYFILE_EXCL);
    await flushToDisk(partial);
    const isAlike = (await sha256(partial)) === (await sha256(from));
    const now = await statOf(from);
    if (!isAlike || now?.size !== source.size || now.mtimeMs !== source.mtimeMs) {
      return { ok: false, because: 'source-changed' };
    }
    // Owners are root's to give away; a share has modes of its own.
    await chown(partial, source.uid, source.gid).catch(() => {});
    await chmod(partial, source.mode).catch(() => {});
    await utimes(partial, source.atime, source.mtime);
    await flushToDisk(partial);
    return (await placeWithin(partial, to)) ?? { ok: false, because: 'target-exists' };
  } finally {
    await unlinkIfThere(partial);
  }
}

async function sha256(path: string): Promise<string> {
  const handle = await open(path, 'r');
  try {
    const hash = createHash('sha256');
    const block = new Uint8Array(2 ** 20);
    for (;;) {
      const { bytesRead } = await handle.read(block, 0, block.length, null);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(block.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

async function statOf(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw error;
  }
}

async function unlinkIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
  });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}
