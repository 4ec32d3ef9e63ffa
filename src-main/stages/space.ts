import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { bytesText } from '#shared/format/quantity.ts';
import type { EncodePlan } from '#shared/model/plan.ts';
import { freeSpace } from '#main/platform/free-space.ts';
import { JobFault } from './job-fault.ts';

export type SpaceNeed = {
  /** Any path on the volume, there or still to be made. */
  path: string;
  neededBytes: number;
};

/** Playlists, thumbnails, logs: what no estimate counts. */
const spareBytes = 16 * 2 ** 20;

/** What a job writes: its parts, then the package out of them while the parts are still there. */
export function spaceNeeds(
  plan: EncodePlan,
  places: { workFolder: string; outDir: string },
  finishedBytes: number,
): SpaceNeed[] {
  const original = plan.keepOriginal ? plan.sourceBytes : 0;
  return [
    { path: places.workFolder, neededBytes: Math.max(0, plan.estimatedBytes - finishedBytes) + spareBytes },
    { path: places.outDir, neededBytes: plan.estimatedBytes + original + spareBytes },
  ];
}

/** Throws JobFault unless every volume has room for all that is to be written on it. */
export async function ensureSpace(needs: readonly SpaceNeed[]): Promise<void> {
  const byVolume = new Map<number, SpaceNeed>();
  for (const { path, neededBytes } of needs) {
    const volume = await volumeOf(path);
    const before = byVolume.get(volume)?.neededBytes ?? 0;
    byVolume.set(volume, { path, neededBytes: before + neededBytes });
  }
  for (const { path, neededBytes } of byVolume.values()) {
    const { freeBytes } = await freeSpace(path);
    if (freeBytes >= neededBytes) continue;
    const message = `there is too little room at ${path}: up to ${bytesText(neededBytes)} are needed, ${bytesText(freeBytes)} are free. Make room, or choose another disk`;
    throw new JobFault('disk-full', message);
  }
}

async function volumeOf(path: string): Promise<number> {
  for (let folder = path; ; folder = dirname(folder)) {
    const found = await stat(folder).catch(() => null);
    if (found !== null) return found.dev;
    if (dirname(folder) === folder) return -1;
  }
}
