import { lstat, rmdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFileAtomically } from '#main/platform/atomic-file.ts';
import { codeOf } from '#main/platform/error-code.ts';
import { fingerprintOfFile } from '#main/platform/file-fingerprint.ts';
import { flushToDisk } from '#main/platform/flush.ts';
import { isThere } from '#main/platform/is-there.ts';
import { makeFolders } from '#main/platform/make-folders.ts';
import { moveFile } from '#main/platform/move-file.ts';
import { failed, type Refusal } from './original-end.ts';
import { sidecarOf, sidecarPartialOf } from './places.ts';

/** A film as it was when its job was planned. */
export type Film = {
  jobId: string;
  /** Links followed. */
  sourcePath: string;
  heldPath: string;
  fingerprint: string;
  /** Null where it is not known. */
  sizeBytes: number | null;
  /** The package made of it. */
  outputPath: string;
};

/** What lies at a path: nothing, that film, or something else. */
export async function whatLiesAt(path: string, film: Film): Promise<'nothing' | 'film' | 'other'> {
  try {
    if (!(await lstat(path)).isFile()) return 'other';
    const { sizeBytes, fingerprint } = await fingerprintOfFile(path);
    const isFilm = fingerprint === film.fingerprint && (film.sizeBytes === null || film.sizeBytes === sizeBytes);
    return isFilm ? 'film' : 'other';
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return 'nothing';
    throw error;
  }
}

/** Makes the folder in which a film is held, and says in it where the film came from. */
export async function openHeldFolder(film: Film, at: { nowMs: number; keptUntilMs: number | null }): Promise<void> {
  const folder = dirname(film.heldPath);
  await makeFolders(folder);
  const { jobId, sourcePath, fingerprint, outputPath } = film;
  const about = {
    ...{ format: 1, jobId, cameFrom: sourcePath, fingerprint, package: outputPath },
    heldAt: new Date(at.nowMs).toISOString(),
    keptUntil: at.keptUntilMs === null ? null : new Date(at.keptUntilMs).toISOString(),
  };
  const text = `${JSON.stringify(about, null, 2)}\n`;
  await writeFileAtomically(sidecarOf(film.heldPath), text, sidecarPartialOf(film.heldPath));
  await flushToDisk(folder);
}

/** Removes what was made around a held film, once it is not there any more; nothing that is someone else's. */
export async function closeHeldFolder({ heldPath }: Pick<Film, 'heldPath'>): Promise<void> {
  if (await isThere(heldPath)) return;
  for (const note of [sidecarOf(heldPath), sidecarPartialOf(heldPath)]) await unlink(note).catch(ignore);
  await rmdir(dirname(heldPath)).catch(ignore);
  await rmdir(dirname(dirname(heldPath))).catch(ignore);
}

/** Brings a held film back to its place; null when it is there. */
export async function bringBack(film: Film, signal?: AbortSignal): Promise<Refusal | null> {
  const moved = await moveFile(film.heldPath, film.sourcePath, signal === undefined ? {} : { signal });
  if (!moved.ok && moved.because !== 'source-missing') {
    return failed(
      moved.because === 'target-exists'
        ? `${film.sourcePath} is taken by another file, which stays: the film is kept at ${film.heldPath}`
        : `the film at ${film.heldPath} can't be brought back (${moved.because})`,
    );
  }
  await closeHeldFolder(film);
  const lies = await whatLiesAt(film.sourcePath, film);
  return lies === 'film' ? null : failed(`the film is neither at ${film.heldPath} nor at ${film.sourcePath}`);
}

function ignore(): void {}
