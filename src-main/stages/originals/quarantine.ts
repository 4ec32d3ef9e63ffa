import { unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { flushToDisk } from '#main/platform/flush.ts';
import { moveFile } from '#main/platform/move-file.ts';
import { bringBack, closeHeldFolder, type Film, openHeldFolder, whatLiesAt } from './held-film.ts';
import { failed, type OriginalEnd } from './original-end.ts';
import { unprovenPackage } from './proven-package.ts';

/** Sets a film aside, once its package was read again and is whole. Does again whatever a crash left of it. */
export async function quarantineFilm(
  film: Film,
  at: { nowMs: number; keptUntilMs: number | null },
  signal?: AbortSignal,
): Promise<OriginalEnd> {
  const [inPlace, held] = [await whatLiesAt(film.sourcePath, film), await whatLiesAt(film.heldPath, film)];
  if (held === 'other') return failed(`${film.heldPath} is taken by another file`);
  if (inPlace !== 'film' && held === 'film') return { state: 'held' };
  if (inPlace === 'nothing') return failed(`${film.sourcePath} is not there any more`);
  if (inPlace === 'other') return failed(`${film.sourcePath} is not the film any more that the package was made from`);
  try {
    // The cheap question first: a place that can't be written needs no package to be read.
    await openHeldFolder(film, at);
    const unproven = await unprovenPackage(film.outputPath, film.fingerprint, signal);
    if (unproven !== null) return unproven;
    const moved = await moveFile(film.sourcePath, film.heldPath, signal === undefined ? {} : { signal });
    return moved.ok ? { state: 'held' } : failed(`${film.sourcePath} can't be set aside (${moved.because})`);
  } finally {
    await closeHeldFolder(film);
  }
}

/** Brings a held film back, over nothing. */
export async function restoreFilm(film: Film, signal?: AbortSignal): Promise<OriginalEnd> {
  if ((await whatLiesAt(film.heldPath, film)) === 'other') return failed(`${film.heldPath} is not the film any more`);
  return (await bringBack(film, signal)) ?? { state: 'restored' };
}

/** Deletes a held film whose days are over, once its package was read again and is whole. */
export async function deleteHeldFilm(film: Film, signal?: AbortSignal): Promise<OriginalEnd> {
  switch (await whatLiesAt(film.heldPath, film)) {
    case 'nothing':
      await closeHeldFolder(film);
      if ((await whatLiesAt(film.sourcePath, film)) === 'film') return { state: 'restored' };
      return failed(`${film.heldPath} is not there any more`);
    case 'other':
      return failed(`${film.heldPath} is not the film any more, and stays`);
    case 'film': {
      const unproven = await unprovenPackage(film.outputPath, film.fingerprint, signal);
      if (unproven !== null) return unproven;
      await unlink(film.heldPath);
      await flushToDisk(dirname(film.heldPath));
      await closeHeldFolder(film);
      return { state: 'expired' };
    }
  }
}
