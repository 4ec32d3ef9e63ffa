import type { Insertable, Updateable } from 'kysely';
import type { KnownFile } from '#main/store/known-files.ts';
import type { KnownFileTable } from '#main/store/schema.ts';
import type { KnownFileState } from '#shared/model/watch-folder.ts';
import type { SeenFile } from './walk-folder.ts';

/*
 * What a look at a path means for what is known of it. A look never ends a job and never forgets one: a row keeps its
 * fingerprint and its job while its file grows, so that a file that was only touched is found to be the old one.
 */

export type Sighting = Omit<Updateable<KnownFileTable>, 'state'> & { state: KnownFileState };

/** The row of a path that was not known. */
export function newFile(watchFolderId: string, seen: SeenFile, nowMs: number): Insertable<KnownFileTable> {
  return {
    watchFolderId,
    path: seen.path,
    sizeBytes: seen.sizeBytes,
    modifiedMs: seen.modifiedMs,
    state: 'growing',
    isCopy: 0,
    seenAtMs: nowMs,
    stableSinceMs: nowMs,
  };
}

/** What has changed about a known file that is there; null for nothing. */
export function sightingOf(known: KnownFile, seen: SeenFile, nowMs: number): Sighting | null {
  const { sizeBytes, modifiedMs } = seen;
  const anew = { sizeBytes, modifiedMs, note: null, seenAtMs: nowMs };
  if (known.sizeBytes !== sizeBytes || known.modifiedMs !== modifiedMs) {
    return { ...anew, state: 'growing', stableSinceMs: nowMs };
  }
  switch (known.state) {
    case 'missing':
      // The same file is back: its content needs no second reading.
      return known.fingerprint === null
        ? { ...anew, state: 'growing', stableSinceMs: nowMs }
        : { ...anew, state: 'ready', stableSinceMs: null };
    case 'unusable':
      // What kept it out, a right or a lock, may be gone without a trace on the file.
      return { ...anew, state: 'growing', stableSinceMs: nowMs };
    case 'growing':
    case 'ready':
    case 'added':
    case 'done':
    case 'skipped':
      return null;
  }
}
