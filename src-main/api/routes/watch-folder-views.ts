import type { KnownFile } from '#main/store/known-files.ts';
import type { WatchFolder } from '#main/store/watch-folders.ts';
import type { KnownFileView, WatchFolderView } from '#shared/protocol/watch-folders.ts';

/** As the API answers it. */
export function watchFolderViewOf(folder: WatchFolder): WatchFolderView {
  const { id, path, name, enabled, profileId, outputDir, afterwards, moveDir, rules, watchNote } = folder;
  return {
    ...{ id, path, name, enabled, profileId, outputDir, afterwards, moveDir, rules, watchNote },
    profile: folder.profileName,
    root: { state: folder.rootState, note: folder.rootNote },
    scan: {
      state: scanState(folder),
      files: folder.scanFiles,
      startedAt: isoTime(folder.scanStartedAtMs),
      finishedAt: isoTime(folder.scanFinishedAtMs),
    },
    createdAt: new Date(folder.createdAtMs).toISOString(),
    updatedAt: new Date(folder.updatedAtMs).toISOString(),
  };
}

function scanState({ scanWanted, scanStartedAtMs, scanFinishedAtMs }: WatchFolder): WatchFolderView['scan']['state'] {
  if (scanStartedAtMs !== null && scanFinishedAtMs === null) return 'running';
  return scanWanted ? 'waiting' : 'idle';
}

/** As the API answers it. */
export function knownFileViewOf(file: KnownFile): KnownFileView {
  const { id, path, sizeBytes, modifiedMs, state, jobId, isCopy, note, seenAtMs } = file;
  return {
    ...{ id, path, sizeBytes, state, jobId, note },
    isCopy: isCopy === 1,
    modifiedAt: isoTime(modifiedMs),
    seenAt: new Date(seenAtMs).toISOString(),
  };
}

/** Null also for times that no calendar has: files have them. */
function isoTime(atMs: number | null): string | null {
  if (atMs === null) return null;
  const date = new Date(atMs);
  const year = date.getUTCFullYear();
  return year >= 0 && year <= 9999 ? date.toISOString() : null;
}
