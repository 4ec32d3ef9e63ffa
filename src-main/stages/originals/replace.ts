import { readFile, rename, unlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Certificate, CertifiedFile } from '#shared/model/certificate.ts';
import { certificateText } from '#main/media/check/certificate.ts';
import { writeFileAtomically } from '#main/platform/atomic-file.ts';
import { codeOf } from '#main/platform/error-code.ts';
import { flushToDisk } from '#main/platform/flush.ts';
import { isThere } from '#main/platform/is-there.ts';
import { moveFile } from '#main/platform/move-file.ts';
import { linkFile, renameWithoutOverwriting } from '#main/platform/place-file.ts';
import { bringBeside, isIntact, unlinkIfThere } from './bring-beside.ts';
import { bringBack, closeHeldFolder, type Film, openHeldFolder, whatLiesAt } from './held-film.ts';
import { failed, later, type OriginalEnd, type Refusal } from './original-end.ts';
import { type ReplacePlaces, replacePlaces } from './places.ts';
import { readCertificate } from './proven-package.ts';

/*
 * A new file takes a film's place in this order, each step flushed before the next:
 *
 *   1. where it takes the very name of the film, the film gets a second one in the held folder;
 *   2. the new file is brought beside the target, with the film's owner, mode and times;
 *   3. its certificate goes to its place, so that watch folders know the file that comes for a package;
 *   4. one rename gives it the target's name, and it is read from there and compared with its certificate;
 *   5. the published file goes, and at the very end the film.
 *
 * A fault before 5 takes everything back: until then the published file stays where it is, too. What a crash leaves is known
 * by its content, the film by its fingerprint and the new file by its certificate, so the next try goes on from there.
 */

/** Puts a published file in the film's place; the answer has its path. */
export async function replaceFilm(
  film: Film,
  nowMs: number,
  signal?: AbortSignal,
): Promise<OriginalEnd & { target: string }> {
  const places = replacePlaces(film.sourcePath, film.outputPath, film.jobId);
  return { ...(await replaceAt(film, places, nowMs, signal)), target: places.target };
}

async function replaceAt(
  film: Film,
  places: ReplacePlaces,
  nowMs: number,
  signal: AbortSignal | undefined,
): Promise<OriginalEnd> {
  const certificate =
    (await readCertificate(places.outputCertificate)) ?? (await readCertificate(places.targetCertificate));
  const file = certificate?.files[0];
  // Also what a disk that is not mounted looks like.
  if (certificate === null || file === undefined)
    return later(`${film.outputPath} has no certificate that can be read`);
  if (certificate.files.length !== 1 || certificate.source?.fingerprint !== film.fingerprint) {
    return failed(`the certificate of ${film.outputPath} is of another film`);
  }
  const moved = { ...certificate, files: [{ ...file, path: basename(places.target) }] };
  if (!(await isIntact(places.target, file, signal))) {
    const refusal = await comeIntoPlace(film, places, { certificate: moved, file }, nowMs, signal);
    if (refusal !== null) return refusal;
  }
  await finish(film, places, moved);
  return { state: 'replaced' };
}

/** The new file, and its certificate as it will be in its place. */
type NewFile = { certificate: Certificate; file: CertifiedFile };

/** Steps 1 to 4; null when the new file is in its place. */
async function comeIntoPlace(
  film: Film,
  places: ReplacePlaces,
  { certificate, file }: NewFile,
  nowMs: number,
  signal: AbortSignal | undefined,
): Promise<Refusal | null> {
  const takesName = places.target === places.source;
  const earlier = await readIfThere(places.targetCertificate);
  const progress = { isPlaced: false };
  const takeBack = async (): Promise<void> => {
    for (const path of [places.partial, places.certificatePartial]) await unlinkIfThere(path);
    await takeCertificateBack(places, certificate, earlier);
    // Only what we put there ourselves a moment ago; the published file is where it was.
    if (progress.isPlaced && !takesName) await unlink(places.target);
    if (progress.isPlaced && takesName) await rename(places.held, places.target);
    if (takesName) await bringBack(film);
    else await closeHeldFolder(film);
    await flushToDisk(dirname(places.target));
  };
  try {
    const refusal =
      (await obstacle(film, places, certificate)) ??
      (takesName ? await hold(film, nowMs) : null) ??
      (await bringBeside(places, takesName ? places.held : places.source, file, signal));
    if (refusal === null) {
      await writeCertificate(places, certificate);
      await takeName(film, places);
      progress.isPlaced = true;
      await flushToDisk(dirname(places.target));
      if (await isIntact(places.target, file, signal)) return null;
    }
    await takeBack();
    return refusal ?? failed(`${places.target} did not read back as it was certified: look at the disk`);
  } catch (error) {
    await takeBack();
    throw error;
  }
}

/** What keeps the new file from its place, before anything is touched. */
async function obstacle(
  film: Film,
  { source, target, ...places }: ReplacePlaces,
  certificate: Certificate,
): Promise<Refusal | null> {
  const inPlace = await whatLiesAt(source, film);
  if (inPlace === 'other') return failed(`${source} is not the film any more that the package was made from`);
  const isHeld = target === source && (await whatLiesAt(places.held, film)) === 'film';
  if (inPlace === 'nothing' && !isHeld) return failed(`${source} is not there any more`);
  if (target !== source && (await isThere(target))) return failed(`${target} is another file, and stays`);
  if (places.targetCertificate === places.outputCertificate || !(await isThere(places.targetCertificate))) return null;
  const other = await readCertificate(places.targetCertificate);
  // That of the film itself, when we made it: it goes with the film.
  if (other?.files.length === 1 && other.files[0]?.path === basename(source)) return null;
  // A crash came after step 3.
  if (JSON.stringify(other) === JSON.stringify(certificate)) return null;
  return failed(`${places.targetCertificate} is of another package, and stays`);
}

/** Step 1. Answers null when the film is held. */
async function hold(film: Film, nowMs: number): Promise<Refusal | null> {
  const held = await whatLiesAt(film.heldPath, film);
  if (held === 'film') return null;
  if (held === 'other') return failed(`${film.heldPath} is taken by another file`);
  await openHeldFolder(film, { nowMs, keptUntilMs: null });
  // On disks without second names the place is empty until the new file takes it.
  if (!(await linkFile(film.sourcePath, film.heldPath))) {
    const moved = await moveFile(film.sourcePath, film.heldPath);
    if (!moved.ok) return failed(`${film.sourcePath} can't be set aside (${moved.because})`);
  }
  await flushToDisk(dirname(film.heldPath));
  if ((await whatLiesAt(film.heldPath, film)) === 'film') return null;
  return failed(`${film.sourcePath} was changed while it was set aside`);
}

/** Step 4. Over the film only while it is the one that is held; over nothing else. */
async function takeName(film: Film, { source, target, partial }: ReplacePlaces): Promise<void> {
  if (target === source && (await whatLiesAt(target, film)) === 'film') {
    await rename(partial, target);
    return;
  }
  if (!(await linkFile(partial, target))) await renameWithoutOverwriting(partial, target, `encrew-${film.jobId}`);
  await unlinkIfThere(partial);
}

/** The certificate that was there before, if any; that of the published file itself stays as it is. */
async function takeCertificateBack(
  { targetCertificate, outputCertificate }: ReplacePlaces,
  certificate: Certificate,
  earlier: string | null,
): Promise<void> {
  if (targetCertificate === outputCertificate) {
    if (earlier !== null) await writeFileAtomically(targetCertificate, earlier);
    return;
  }
  if ((await readIfThere(targetCertificate)) !== certificateText(certificate)) return;
  if (earlier === null || earlier === certificateText(certificate)) await unlink(targetCertificate);
  else await writeFileAtomically(targetCertificate, earlier);
}

/** Step 5. The new file is in its place and was just read from there. */
async function finish(film: Film, places: ReplacePlaces, certificate: Certificate): Promise<void> {
  const { source, target, output, targetCertificate, outputCertificate, held } = places;
  // Where nothing had to be brought, as in the film's own folder, this is its first certificate by that name.
  await writeCertificate(places, certificate);
  await unlinkIfThere(places.partial);
  await flushToDisk(dirname(target));
  if (output !== target) await unlinkIfThere(output);
  if (outputCertificate !== targetCertificate) await unlinkIfThere(outputCertificate);
  const last = target === source ? held : source;
  if ((await whatLiesAt(last, film)) === 'film') {
    await unlink(last);
    await flushToDisk(dirname(last));
  }
  await closeHeldFolder(film);
}

async function writeCertificate(
  { targetCertificate, certificatePartial }: ReplacePlaces,
  certificate: Certificate,
): Promise<void> {
  await writeFileAtomically(targetCertificate, certificateText(certificate), certificatePartial);
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}
