import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { inParallel } from '#main/platform/in-parallel.ts';
import { changeKnownFile, type KnownFile } from '#main/store/known-files.ts';
import { heldOriginals } from '#main/store/watched-originals.ts';
import type { WatchFolder } from '#main/store/watch-folders.ts';
import type { IntakeContext } from './intake-context.ts';

const looksAtOnce = 32;

/**
 * Judges files that were not found where they were known to be. Only what the system says is not there is missing: a folder
 * that may not be read, a disk that errs, or a root that went away says nothing about its files. False when the root is gone.
 */
export async function judgeUnseen(
  { db, clock }: IntakeContext,
  folder: WatchFolder,
  unseen: readonly KnownFile[],
  isRootThere: () => Promise<boolean>,
): Promise<boolean> {
  const open = unseen.filter(({ state }) => state !== 'missing');
  const looks = await inParallel(open, looksAtOnce, async (file) => presence(join(folder.path, file.path)));
  const gone = open.filter((_file, i) => looks[i] === 'gone');
  const passedOver = open.filter((_file, i) => looks[i] === 'there');
  // Asked after the looks: if the disk went away, it was before or during them.
  if (gone.length > 0 && !(await isRootThere())) return false;
  const ours = await heldOriginals(
    db,
    gone.flatMap(({ jobId }) => jobId ?? []),
  );
  await db.transaction().execute(async (trx) => {
    const seenAtMs = clock.nowMs();
    for (const file of gone) {
      // We moved it ourselves, after its package was published.
      if (file.jobId !== null && ours.has(join(folder.path, file.path))) continue;
      await changeKnownFile(trx, file, { state: 'missing', note: null, seenAtMs, stableSinceMs: null });
    }
    for (const file of passedOver) {
      if (!['growing', 'ready', 'unusable'].includes(file.state)) continue;
      const note = 'is in a folder that is passed over';
      await changeKnownFile(trx, file, { state: 'skipped', note, seenAtMs, stableSinceMs: null });
    }
  });
  return true;
}

async function presence(path: string): Promise<'there' | 'gone' | 'unknown'> {
  try {
    return (await lstat(path)).isFile() ? 'there' : 'gone';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'gone' : 'unknown';
  }
}
