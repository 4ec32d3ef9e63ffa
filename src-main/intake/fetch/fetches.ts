import { rm } from 'node:fs/promises';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import { makeFolders } from '#main/platform/make-folders.ts';
import { pause } from '#main/platform/pause.ts';
import type { ResolveName } from '#main/platform/resolve-name.ts';
import { turns } from '#main/platform/turns.ts';
import { nameWhenThere, receivedBytes, uploadPlace } from '../upload-folder.ts';
import type { ComingFilm, UploadRefused } from '../upload-room.ts';
import { unfinishedMs, type Uploads } from '../uploads.ts';
import type { JudgeAddress, Reach } from './address-rules.ts';
import { bringFilm, type FilmOnItsWay } from './bring-film.ts';
import { FetchFailed, isPassing } from './fetch-failed.ts';
import { fetchedName } from './fetched-name.ts';
import { fetchesFolder, forgetFetch, type KeptFetch, plainAddress, readFetches, writeFetch } from './kept-fetch.ts';

/*
 * Films that the server fetches by their addresses. While one comes it lies where an upload would, and once all of it is there
 * it is one. A line that breaks off, and a restart of the server, only cost time.
 */

export type FetchWish = { id: string; url: URL; name: string | null; reach: Reach; createdBy: string };

export type Fetches = {
  /** Begins in the background. */
  begin: (wish: FetchWish) => Promise<{ ok: true } | UploadRefused | { ok: false; because: 'off'; message: string }>;
  /** Null for one that has come: it is an upload. */
  find: (id: string) => FilmOnItsWay | null;
  coming: () => ComingFilm[];
  /** Ends and deletes it; false where there is none, as it has come. */
  remove: (id: string) => Promise<boolean>;
  expiresAtMs: (kept: KeptFetch) => number;
  /** Takes away what did not come in time. */
  turn: (signal: AbortSignal) => Promise<void>;
  /** Ends what runs; the next start goes on with it. */
  stop: () => Promise<void>;
};

export type FetchOptions = {
  uploads: Uploads;
  clock: Clock;
  log: Logger;
  dataDir: string;
  resolveName: ResolveName;
  judge: JudgeAddress;
  /** The setting `fetchFrom`, as it is now. */
  fetchFrom: () => Reach | 'none';
  encrewVersion: string;
  answerMs?: number;
  silentMs?: number;
};

type Fetch = { film: FilmOnItsWay; stop: AbortController; work: Promise<void> };

/** More lines at once make none of them faster. */
const atOnce = 3;
/** A server that is restarted, a cable that was pulled; any byte that comes begins them anew. */
const retryDelaysMs = [1_000, 2_000, 5_000, 15_000, 30_000, 60_000, 120_000, 300_000];

/** Goes on with what an earlier run left. Throws where the data folder can't be written. */
export async function keepFetches(options: FetchOptions): Promise<Fetches> {
  const { uploads, clock, log, dataDir, answerMs = 30_000, silentMs = 60_000 } = options;
  const folder = fetchesFolder(dataDir);
  await makeFolders(folder);
  const all = new Map<string, Fetch>();
  const inTurn = turns(atOnce);
  const folderOf = (kept: KeptFetch): string => uploadPlace(dataDir, kept).folder;

  const bring = async (film: FilmOnItsWay, signal: AbortSignal): Promise<void> => {
    const from = options.fetchFrom();
    if (from === 'none') throw new FetchFailed('off');
    const reach = from === 'public' ? 'public' : film.kept.reach;
    await bringFilm(
      film,
      {
        ...{ clock, dataDir, room: uploads.room, answerMs, silentMs },
        guard: { resolveName: options.resolveName, judge: options.judge, reach },
        keep: (kept) => writeFetch(folder, kept),
        userAgent: `Encrew/${options.encrewVersion}`,
      },
      signal,
    );
    const { id, name, sizeBytes, createdBy, createdAtMs } = film.kept;
    if (sizeBytes === null) throw new Error(`nobody knows how long the film ${id} is that has come`);
    await uploads.adopt({ id, name, sizeBytes, createdBy, createdAtMs });
    await forgetFetch(folder, id);
    all.delete(id);
    log.info({ uploadId: id, from: plainAddress(film.kept), sizeBytes }, 'a film was fetched');
  };

  const fail = async (film: FilmOnItsWay, error: unknown): Promise<void> => {
    const { code, status } = error instanceof FetchFailed ? error : new FetchFailed('disk');
    const about = { uploadId: film.kept.id, from: plainAddress(film.kept), code, status };
    const cause = error instanceof FetchFailed ? error.cause : error;
    log.warn({ ...about, cause: cause instanceof Error ? cause.message : null }, 'a film could not be fetched');
    const failed = { ...film.kept, fault: { code, status } };
    // Nobody goes on with it, and the disk may be full.
    await rm(folderOf(failed), { recursive: true, force: true });
    await writeFetch(folder, failed);
    film.kept = failed;
    film.receivedBytes = 0;
  };

  const run = async (film: FilmOnItsWay, signal: AbortSignal): Promise<void> => {
    let furthestBytes = film.receivedBytes;
    for (let tries = 0; ; tries += 1) {
      try {
        await inTurn(() => bring(film, signal), signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (film.receivedBytes > furthestBytes) tries = 0;
        furthestBytes = Math.max(furthestBytes, film.receivedBytes);
        const delayMs = retryDelaysMs[tries];
        // Who has just typed an address is told at once that it is wrong.
        const goesOn = film.kept.isAnswered && error instanceof FetchFailed && isPassing(error);
        if (!goesOn || delayMs === undefined) {
          await fail(film, error);
          return;
        }
        await pause(delayMs, clock, signal);
      }
    }
  };

  const start = (film: FilmOnItsWay): void => {
    const stop = new AbortController();
    const work = run(film, stop.signal).catch((error: unknown) => {
      log.error({ uploadId: film.kept.id, error: String(error) }, 'what became of a fetched film can’t be written');
    });
    all.set(film.kept.id, { film, stop, work });
  };

  const remove = async (id: string): Promise<boolean> => {
    const one = all.get(id);
    if (one === undefined) return false;
    one.stop.abort();
    await one.work;
    // It came in the last moment.
    if (!all.delete(id)) return false;
    await forgetFetch(folder, id);
    await rm(folderOf(one.film.kept), { recursive: true, force: true });
    return true;
  };

  const goOn: FilmOnItsWay[] = [];
  for (const kept of await readFetches(folder, log)) {
    // It had become an upload when the server died.
    if ((await uploads.find(kept.id)) !== null) await forgetFetch(folder, kept.id);
    else if (kept.fault !== null) {
      const film = { kept, receivedBytes: 0 };
      all.set(kept.id, { film, stop: new AbortController(), work: Promise.resolve() });
    } else {
      await makeFolders(folderOf(kept));
      goOn.push({ kept, receivedBytes: await receivedBytes(uploadPlace(dataDir, kept)) });
    }
  }
  // Once all are known: what one may take depends on what is promised to others.
  for (const film of goOn) start(film);

  return {
    begin: async ({ id, url, name: wishedName, reach, createdBy }) => {
      if (options.fetchFrom() === 'none') {
        return { ok: false, because: 'off', message: 'The setting fetchFrom lets no films be fetched.' };
      }
      const may = await uploads.room.mayBegin(createdBy);
      if (!may.ok) return may;
      url.hash = '';
      const kept: KeptFetch = {
        ...{ id, url: url.href, wishedName, reach, createdBy, createdAtMs: clock.nowMs() },
        name: nameWhenThere(fetchedName(wishedName, undefined, [url])),
        ...{ isAnswered: false, sizeBytes: null, validator: null, fault: null },
      };
      await writeFetch(folder, kept);
      await makeFolders(folderOf(kept));
      start({ kept, receivedBytes: 0 });
      return { ok: true };
    },
    find: (id) => all.get(id)?.film ?? null,
    coming: () =>
      [...all.values()].map(({ film: { kept, receivedBytes: bytes } }) => ({
        ...{ id: kept.id, createdBy: kept.createdBy },
        restBytes: kept.fault === null && kept.sizeBytes !== null ? Math.max(0, kept.sizeBytes - bytes) : 0,
      })),
    remove,
    expiresAtMs: ({ createdAtMs }) => createdAtMs + unfinishedMs,
    turn: async (signal) => {
      for (const [id, { film }] of all) {
        if (signal.aborted || clock.nowMs() - film.kept.createdAtMs <= unfinishedMs) continue;
        log.info({ uploadId: id, from: plainAddress(film.kept) }, 'a film that was not fetched in time is deleted');
        await remove(id);
      }
    },
    stop: async () => {
      for (const { stop } of all.values()) stop.abort();
      await Promise.all([...all.values()].map(({ work }) => work));
    },
  };
}
