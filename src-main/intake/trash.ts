import { lstat, rmdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '#main/platform/error-code.ts';
import { fingerprintOfFile } from '#main/platform/file-fingerprint.ts';
import { moveFile } from '#main/platform/move-file.ts';
import { changeWatchedOriginal, findWatchedOriginal, outlivedTrash } from '#main/store/watched-originals.ts';
import type { IntakeContext } from './intake-context.ts';

/*
 * The trash of a watch folder: on the same disk, hidden, out of every scan. A film lies there for its time and can be put back;
 * only then, and only if it is still the film that was put there, is it deleted.
 */

type TrashContext = Pick<IntakeContext, 'db' | 'clock' | 'log'>;

const trashName = '.encrew-trash';

/** Where a film goes: a folder of its own, so that no two names meet. */
export function trashPath(root: string, originalId: string, path: string): string {
  return join(root, trashName, originalId, basename(path));
}

export type Restored =
  | { ok: true; path: string }
  | { ok: false; because: 'missing' | 'not-held' | 'place-taken' | 'not-there' };

/** Puts an original that was moved or trashed back into its place. Never over anything. */
export async function restoreWatchedOriginal({ db, clock }: TrashContext, id: string): Promise<Restored> {
  const original = await findWatchedOriginal(db, id);
  if (original === null) return { ok: false, because: 'missing' };
  const { heldPath, sourcePath } = original;
  if (original.state !== 'held' || heldPath === null) return { ok: false, because: 'not-held' };
  const moved = await moveFile(heldPath, sourcePath);
  if (!moved.ok && moved.because === 'target-exists') return { ok: false, because: 'place-taken' };
  // Where it is in its place again, a crash came between the move and this note of it.
  if (!moved.ok && !(await isFilm(sourcePath, original.fingerprint))) return { ok: false, because: 'not-there' };
  await changeWatchedOriginal(db, original, {
    state: 'restored',
    heldPath: null,
    keptUntilMs: null,
    error: null,
    updatedAtMs: clock.nowMs(),
  });
  if (original.policy === 'trash') await rmdir(dirname(heldPath)).catch(() => {});
  return { ok: true, path: sourcePath };
}

/** Deletes what has been in the trash for its time; at most `limit` at once. */
export async function emptyTrash({ db, clock, log }: TrashContext, limit: number): Promise<void> {
  for (const original of await outlivedTrash(db, clock.nowMs(), limit)) {
    const { id, heldPath, fingerprint } = original;
    const updatedAtMs = clock.nowMs();
    const isOurs = heldPath !== null && basename(dirname(dirname(heldPath))) === trashName;
    try {
      if (isOurs && (await isFilm(heldPath, fingerprint))) {
        await unlink(heldPath);
        await rmdir(dirname(heldPath)).catch(() => {});
      }
      await changeWatchedOriginal(db, original, { state: 'expired', heldPath: null, updatedAtMs });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      log.warn({ originalId: id, path: heldPath, error: message }, 'the trash can not be emptied');
      // Tomorrow is soon enough: the disk may be away.
      const keptUntilMs = updatedAtMs + 86_400_000;
      await changeWatchedOriginal(db, original, { error: message, keptUntilMs, updatedAtMs });
    }
  }
}

/** Whether that very film lies there; false where nothing does. */
async function isFilm(path: string, fingerprint: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile() && (await fingerprintOfFile(path)).fingerprint === fingerprint;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false;
    throw error;
  }
}
