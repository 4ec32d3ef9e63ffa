import { lstat, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CertifiedFile } from '#shared/model/certificate.ts';
import { copyFileVerified, takeAttributes } from '#main/platform/copy-file.ts';
import { codeOf } from '#main/platform/error-code.ts';
import { sha256OfFile } from '#main/platform/file-hash.ts';
import { flushToDisk } from '#main/platform/flush.ts';
import { linkFile } from '#main/platform/place-file.ts';
import { failed, type Refusal } from './original-end.ts';
import type { ReplacePlaces } from './places.ts';

/**
 * Brings a published file beside its target, by a second name or, on another disk, by a copy; with the owner, mode and times
 * of the film. The published file stays. Null when it is there.
 */
export async function bringBeside(
  { output, partial }: Pick<ReplacePlaces, 'output' | 'partial'>,
  film: string,
  file: CertifiedFile,
  signal?: AbortSignal,
): Promise<Refusal | null> {
  const like = await lstat(film, { bigint: true });
  await unlinkIfThere(partial);
  if (!(await isIntact(output, file, signal))) return failed(`${output} is not as it was certified`);
  if (!(await linkOnOneDisk(output, partial))) await copyTo(output, partial, signal);
  const handle = await open(partial, 'r+');
  try {
    await takeAttributes(handle, like);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await flushToDisk(dirname(partial));
  return null;
}

/** Whether a file is there and reads as it was certified. */
export async function isIntact(path: string, file: CertifiedFile, signal?: AbortSignal): Promise<boolean> {
  try {
    const found = await lstat(path);
    if (!found.isFile() || found.size !== file.sizeBytes) return false;
    return (await sha256OfFile(path, signal)) === file.sha256;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Removes a name that may be gone already. */
export async function unlinkIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw error;
  });
}

async function linkOnOneDisk(from: string, to: string): Promise<boolean> {
  try {
    return await linkFile(from, to);
  } catch (error) {
    if (codeOf(error) === 'EXDEV') return false;
    throw error;
  }
}

async function copyTo(from: string, to: string, signal: AbortSignal | undefined): Promise<void> {
  const handle = await open(from, 'r');
  try {
    await copyFileVerified(handle, to, signal);
  } finally {
    await handle.close();
  }
}
