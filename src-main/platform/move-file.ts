import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { lstat, open, realpath, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { copyFileVerified } from './copy-file.ts';
import { codeOf } from './error-code.ts';
import { sha256OfFile } from './file-hash.ts';
import { flushToDisk } from './flush.ts';
import { makeFolders, removeEmptyFolders } from './make-folders.ts';
import { clearMark, linkFile, renameWithoutOverwriting } from './place-file.ts';

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
        /** It was written to while it was moved; it stays where it is. */
        | 'source-changed';
    };

/**
 * Moves a file and never overwrites one, also to another disk: there it is copied, flushed, read back, compared and named, and
 * only then the first one is deleted. Owner (where the system lets us), mode and times come along as far as the disk keeps
 * them. A failure leaves the file where it was and nothing else; a crash leaves it there, or at both places, and the same
 * call ends the work: a target of the same content is what the first try has left.
 *
 * Throws CopyDiffers, what the system says, or the reason of the signal.
 */
export async function moveFile(from: string, to: string, options: { signal?: AbortSignal } = {}): Promise<FileMoved> {
  const { signal } = options;
  const source = await statOrNull(from);
  if (source === null) return refused('source-missing');
  if (!source.isFile()) return refused('not-a-file');
  const made = await makeFolders(dirname(to));
  try {
    const mark = markOf(from, to);
    const move = { from, to, source, signal, mark, partial: partialPath(to, mark) };
    await unlinkIfThere(move.partial);
    const isFree = (await statOrNull(to)) === null || (await clearMark(to, mark));
    const moved = await (isFree ? moveToFreeName(move) : finishEarlierMove(move));
    if (!moved.ok) await removeEmptyFolders(made);
    return moved;
  } catch (error) {
    await removeEmptyFolders(made);
    throw error;
  }
}

type Move = {
  from: string;
  to: string;
  source: BigIntStats;
  mark: string;
  /** Where a copy is made before it gets its name. */
  partial: string;
  signal: AbortSignal | undefined;
};

async function moveToFreeName(move: Move): Promise<FileMoved> {
  try {
    return await moveWithin(move);
  } catch (error) {
    switch (codeOf(error)) {
      case 'EEXIST':
        return refused('target-exists');
      case 'EXDEV':
        return moveAcross(move);
      default:
        throw error;
    }
  }
}

async function moveWithin({ from, to, source, mark }: Move): Promise<FileMoved> {
  if (await linkFile(from, to)) {
    await flushToDisk(dirname(to));
    return deleteSource(from, to, source);
  }
  await renameWithoutOverwriting(from, to, mark);
  await flushToDisk(dirname(to));
  await flushToDisk(dirname(from));
  return { ok: true };
}

async function moveAcross({ from, to, partial, source, signal, mark }: Move): Promise<FileMoved> {
  const handle = await open(from, 'r');
  try {
    await copyFileVerified(handle, partial, signal);
    if (!isSame(source, await handle.stat({ bigint: true }))) return refused('source-changed');
    if (!(await linkFile(partial, to))) await renameWithoutOverwriting(partial, to, mark);
    await unlinkIfThere(partial);
    await flushToDisk(dirname(to));
    return await deleteSource(from, to, source);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return refused('target-exists');
    throw error;
  } finally {
    await handle.close();
    await unlink(partial).catch(() => {});
  }
}

/** The target is there already: the same file, or one of the same content, is what an earlier try has left. */
async function finishEarlierMove({ from, to, source, signal }: Move): Promise<FileMoved> {
  const target = await lstat(to, { bigint: true });
  const isOneFile = target.ino === source.ino && target.dev === source.dev;
  if (!target.isFile() || target.size !== source.size || (await isOneName(from, to))) return refused('target-exists');
  // A file with one name only would be gone with that name.
  if (isOneFile ? target.nlink < 2n : !(await isSameContent(from, to, signal))) return refused('target-exists');
  await flushToDisk(to);
  await flushToDisk(dirname(to));
  const now = await statOrNull(from);
  if (now === null || !isSame(source, now)) return refused('source-changed');
  await unlink(from);
  await flushToDisk(dirname(from));
  return { ok: true };
}

/** The very last step. Where it can't be done, the new name goes again, so that there is one of them. */
async function deleteSource(from: string, to: string, source: BigIntStats): Promise<FileMoved> {
  try {
    const now = await statOrNull(from);
    if (now !== null && isSame(source, now)) {
      await unlink(from);
      await flushToDisk(dirname(from));
      return { ok: true };
    }
  } catch (error) {
    await takeBack(from, to);
    throw error;
  }
  await takeBack(from, to);
  return refused('source-changed');
}

/** Only while the first one is there: the new name may be the last one that the film has. */
async function takeBack(from: string, to: string): Promise<void> {
  if ((await statOrNull(from)) === null) return;
  await unlink(to);
  await flushToDisk(dirname(to));
}

/** The same for every try of one move: what a crash leaves is known for ours by the next. */
function markOf(from: string, to: string): string {
  const places = JSON.stringify([resolve(from), resolve(to)]);
  return `encrew-${createHash('sha256').update(places).digest('hex').slice(0, 32)}`;
}

/** Hidden, beside the target. */
function partialPath(to: string, mark: string): string {
  return join(dirname(to), `.${mark}.partial`);
}

/** Whether nobody wrote to it; a new name changes the link count and the time of change. */
function isSame(before: BigIntStats, now: BigIntStats): boolean {
  return before.ino === now.ino && before.size === now.size && before.mtimeNs === now.mtimeNs;
}

async function isSameContent(a: string, b: string, signal: AbortSignal | undefined): Promise<boolean> {
  return (await sha256OfFile(a, signal)) === (await sha256OfFile(b, signal));
}

/** Also where the file system takes `Film` and `film` for one. */
async function isOneName(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all(
    [a, b].map(async (path) => join(await realpath(dirname(path)), basename(path))),
  );
  return one?.normalize('NFC').toLowerCase() === other?.normalize('NFC').toLowerCase();
}

async function statOrNull(path: string): Promise<BigIntStats | null> {
  try {
    return await lstat(path, { bigint: true });
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

function refused(because: Extract<FileMoved, { ok: false }>['because']): FileMoved {
  return { ok: false, because };
}
