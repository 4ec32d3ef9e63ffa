import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256OfFile } from '#main/platform/file-hash.ts';
import { flushToDisk } from '#main/platform/flush.ts';

/** Of the file while it comes; then it gets the name that its sender gave it, as the package is named after it. */
export const comingName = 'coming';

/** A safe name, which no film that still comes has. */
export function nameWhenThere(safeName: string): string {
  return safeName === comingName ? `_${safeName}` : safeName;
}

/** `{data}/uploads`. */
export function uploadsFolder(dataDir: string): string {
  return join(dataDir, 'uploads');
}

export type UploadPlace = { folder: string; coming: string; finished: string };

/** Where an upload lies. Its name is a safe one. */
export function uploadPlace(dataDir: string, { id, name }: { id: string; name: string }): UploadPlace {
  const folder = join(uploadsFolder(dataDir), id);
  return { folder, coming: join(folder, comingName), finished: join(folder, name) };
}

/** How much of it is there; 0 where nothing is. */
export async function receivedBytes({ coming, finished }: UploadPlace): Promise<number> {
  return (await sizeOf(coming)) ?? (await sizeOf(finished)) ?? 0;
}

export type Settled =
  | { ok: true }
  | { ok: false; because: 'incomplete' }
  | { ok: false; because: 'mismatch'; actual: string };

/** Looks whether what came is what was meant, and gives it its name. After a crash in the middle it is simply done again. */
export async function settleUpload(
  place: UploadPlace,
  wanted: { sizeBytes: number; sha256: string | null },
): Promise<Settled> {
  const isComing = (await sizeOf(place.coming)) !== null;
  const path = isComing ? place.coming : place.finished;
  if ((await sizeOf(path)) !== wanted.sizeBytes) return { ok: false, because: 'incomplete' };
  if (wanted.sha256 !== null) {
    const actual = await sha256OfFile(path);
    if (actual !== wanted.sha256) return { ok: false, because: 'mismatch', actual };
  }
  if (isComing) {
    await flushToDisk(place.coming);
    await rename(place.coming, place.finished);
    await flushToDisk(place.folder);
  }
  return { ok: true };
}

async function sizeOf(path: string): Promise<number | null> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() === true ? found.size : null;
}
