import type { Kysely } from 'kysely';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import {
  changeOriginal,
  findOriginal,
  type OriginalRow,
  outlivedOriginals,
  unfinishedOriginals,
} from '#main/store/originals.ts';
import { isFilmWanted, replacedOutput, sourceBytesOf } from '#main/store/original-jobs.ts';
import type { Database } from '#main/store/schema.ts';
import type { Film } from './held-film.ts';
import { later, type OriginalEnd } from './original-end.ts';
import { deleteHeldFilm, quarantineFilm, restoreFilm } from './quarantine.ts';
import { replaceFilm } from './replace.ts';

export type OriginalsDeps = { db: Kysely<Database>; clock: Clock; log: Logger };

export type Originals = {
  /**
   * Does what is noted, goes on with what a crash interrupted, and deletes what has been held for long enough. What failed
   * for now is tried again after a while. Call it at start, when a job has completed, and every few minutes.
   */
  continueAll(signal?: AbortSignal): Promise<void>;
  /** Brings a film in quarantine back, over nothing. Null when it is back; else why not, one sentence for people. */
  restore(id: string): Promise<string | null>;
};

/** A full disk or a folder without rights is put right by people, not by asking all the time. */
const retryAfterMs = 10 * 60_000;
const expiryRetryMs = 24 * 60 * 60_000;
/** A clock that was set wrong is usually set right within this time: nothing is deleted before. */
const dueForMs = 60 * 60_000;

/** What is done with films after their packages were published; one at a time for each film. */
export function openOriginals({ db, clock, log }: OriginalsDeps): Originals {
  const busy = new Map<string, Promise<unknown>>();
  const dueSinceMs = new Map<string, number>();

  /** Two at once for one film would each see the other's half-made work. */
  const oneAtATime = async <T>(id: string, work: () => Promise<T>): Promise<T> => {
    const before = busy.get(id) ?? Promise.resolve();
    const mine = before.then(work, work);
    busy.set(id, mine);
    try {
      return await mine;
    } finally {
      if (busy.get(id) === mine) busy.delete(id);
    }
  };

  /** Reads the row again under the lock, does the work if it is still as it was, and notes the end. */
  const settle = (
    { id, state }: OriginalRow,
    work: (row: OriginalRow, film: Film) => Promise<OriginalEnd & { target?: string }>,
    signal?: AbortSignal,
  ): Promise<OriginalEnd | null> =>
    oneAtATime(id, async () => {
      const row = await findOriginal(db, id);
      if (row === null || row.state !== state || row.heldPath === null) return null;
      const { jobId, sourcePath, heldPath, fingerprint, outputPath } = row;
      const sizeBytes = await sourceBytesOf(db, jobId);
      const film = { jobId, sourcePath, heldPath, fingerprint, outputPath, sizeBytes };
      const end = await work(row, film).catch((error: unknown) => {
        if (signal?.aborted === true) throw error;
        // One film must not keep the others waiting, whatever is wrong with it.
        return later(error instanceof Error ? error.message : String(error));
      });
      await note(row, end);
      return end;
    });

  const note = async (row: OriginalRow, end: OriginalEnd & { target?: string }): Promise<void> => {
    const nowMs = clock.nowMs();
    const about = { originalId: row.id, jobId: row.jobId, policy: row.policy, sourcePath: row.sourcePath };
    switch (end.state) {
      case 'later':
        log.warn({ ...about, error: end.error }, 'an original has to wait');
        await changeOriginal(db, row, { error: end.error }, nowMs);
        return;
      case 'failed':
        log.error({ ...about, error: end.error }, 'an original stays');
        await changeOriginal(db, row, { state: 'failed', error: end.error }, nowMs);
        return;
      case 'replaced':
        await replacedOutput(db, row, end.target ?? row.outputPath, nowMs);
        break;
      case 'held':
        await changeOriginal(db, row, { state: 'held', error: null, keptUntilMs: keptUntil(row, nowMs) }, nowMs);
        break;
      case 'restored':
      case 'expired':
        await changeOriginal(db, row, { state: end.state, error: null, heldPath: null, keptUntilMs: null }, nowMs);
        break;
    }
    log.info(about, `an original is ${end.state}`);
  };

  const begin = async (row: OriginalRow, film: Film, signal?: AbortSignal): Promise<OriginalEnd> => {
    if (await isFilmWanted(db, row)) return later('another job still needs the film');
    const nowMs = clock.nowMs();
    if (row.policy === 'replace') return replaceFilm(film, nowMs, signal);
    return quarantineFilm(film, { nowMs, keptUntilMs: keptUntil(row, nowMs) }, signal);
  };

  const expire = async (row: OriginalRow, film: Film, signal?: AbortSignal): Promise<OriginalEnd> => {
    const end = await deleteHeldFilm(film, signal);
    if (end.state !== 'failed' && end.state !== 'later') return end;
    // Whatever is wrong, the film is kept, and somebody may put it right.
    await changeOriginal(db, row, { keptUntilMs: clock.nowMs() + expiryRetryMs }, clock.nowMs());
    return later(`the film is kept for now: ${end.error}`);
  };

  const isDueForLong = ({ id }: OriginalRow): boolean => {
    const since = dueSinceMs.get(id) ?? clock.monotonicMs();
    dueSinceMs.set(id, since);
    return clock.monotonicMs() - since >= dueForMs;
  };

  return {
    continueAll: async (signal) => {
      for (const row of await unfinishedOriginals(db, clock.nowMs() - retryAfterMs)) {
        signal?.throwIfAborted();
        await settle(row, (now, film) => begin(now, film, signal), signal);
      }
      const outlived = await outlivedOriginals(db, clock.nowMs());
      for (const id of dueSinceMs.keys()) if (!outlived.some((row) => row.id === id)) dueSinceMs.delete(id);
      for (const row of outlived.filter(isDueForLong)) {
        signal?.throwIfAborted();
        await settle(row, (now, film) => expire(now, film, signal), signal);
        dueSinceMs.delete(row.id);
      }
    },
    restore: async (id) => {
      const row = await findOriginal(db, id);
      if (row === null || !isRestorable(row)) return notHeld;
      const end = await settle(row, async (_row, film) => {
        const restored = await restoreFilm(film);
        // It stays held, so that it can be asked again.
        return restored.state === 'failed' ? later(restored.error) : restored;
      });
      if (end?.state === 'later') return end.error;
      return end?.state === 'restored' ? null : notHeld;
    },
  };
}

const notHeld = 'The film is not held (any more).';

/** Its days begin when it is set aside, not when its job ended. */
function keptUntil({ keptUntilMs, createdAtMs }: OriginalRow, nowMs: number): number | null {
  return keptUntilMs === null ? null : nowMs + (keptUntilMs - createdAtMs);
}

/** Also what failed: a film that a damaged disk kept from its place lies where it was held. */
function isRestorable({ policy, state }: OriginalRow): boolean {
  return (policy === 'quarantine' || policy === 'replace') && (state === 'held' || state === 'failed');
}
