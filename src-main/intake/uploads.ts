import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { safeFileName } from '#shared/format/safe-name.ts';
import type { Clock } from '#main/platform/clock.ts';
import { type FreeSpace, freeSpace } from '#main/platform/free-space.ts';
import type { Logger } from '#main/platform/logger.ts';
import { makeFolders } from '#main/platform/make-folders.ts';
import type { Database } from '#main/store/schema.ts';
import {
  deleteUpload,
  findUpload,
  insertUpload,
  jobReading,
  markUploadFinished,
  openUploads,
  uploadIds,
  type UploadRow,
} from '#main/store/uploads.ts';
import { nameWhenThere, receivedBytes, settleUpload, uploadPlace, uploadsFolder } from './upload-folder.ts';
import { type ComingFilm, type UploadRefused, type UploadRoom, uploadRoom } from './upload-room.ts';

/*
 * Films that people send to the server (tus, see api/tus.ts). The database says which there are and whose; what is on the disk
 * without being there is nobody's and goes.
 */

export type UploadWish = { id: string; name: string; sizeBytes: number; sha256: string | null; createdBy: string };

export type UploadFinished =
  | { ok: true; path: string }
  /** `mismatch`: it is not what its sender meant, and was thrown away. */
  | { ok: false; because: 'missing' | 'incomplete' | 'mismatch'; message: string };

export type Uploads = {
  /** Makes room for an upload. */
  begin(wish: UploadWish): Promise<{ ok: true } | UploadRefused>;
  find(id: string): Promise<UploadRow | null>;
  received(row: UploadRow): Promise<number>;
  /** Looks at what has come and makes it the input of jobs, where all of it is there; once for all who ask at a time. */
  finish(id: string): Promise<UploadFinished>;
  /** Deletes it; the id of the job that still reads it otherwise. */
  remove(row: UploadRow): Promise<{ ok: true } | { ok: false; jobId: string }>;
  /** Makes a film that came by another way an upload that is finished: it lies where the file of one comes to. */
  adopt(film: Omit<UploadRow, 'finishedAtMs' | 'sha256'>): Promise<void>;
  room: UploadRoom;
  expiresAtMs(row: UploadRow): number | null;
  /** Takes away what was not finished in time, and what is nobody's. */
  turn(signal: AbortSignal): Promise<void>;
};

export type UploadOptions = {
  db: Kysely<Database>;
  clock: Clock;
  log: Logger;
  dataDir: string;
  mostBytes?: number;
  space?: (path: string) => Promise<FreeSpace>;
  /** Films that take room in the folder without being uploads yet. */
  alsoComing?: () => readonly ComingFilm[];
};

export const unfinishedMs = 7 * 24 * 60 * 60_000;
/** A film of a day at a gigabit a second has ten. */
const usualMostBytes = 2 ** 40;

/** The uploads of a data folder. Throws where that can't be written. */
export async function keepUploads(options: UploadOptions): Promise<Uploads> {
  const { db, clock, log, dataDir, mostBytes = usualMostBytes, space = freeSpace, alsoComing = () => [] } = options;
  const root = uploadsFolder(dataDir);
  const room = uploadRoom({ db, dataDir, mostBytes, space, alsoComing });
  await makeFolders(root);
  const finishing = new Map<string, Promise<UploadFinished>>();

  const received = (row: UploadRow): Promise<number> => receivedBytes(uploadPlace(dataDir, row));

  const begin: Uploads['begin'] = async (wish) => {
    const may = await room.mayBegin(wish.createdBy);
    if (!may.ok) return may;
    const fits = await room.mayCome(wish.id, { sizeBytes: wish.sizeBytes, restBytes: wish.sizeBytes });
    if (!fits.ok) return fits;
    await insertUpload(db, {
      ...wish,
      name: nameWhenThere(safeFileName(wish.name)),
      createdAtMs: clock.nowMs(),
      finishedAtMs: null,
    });
    return { ok: true };
  };

  const finishNow = async (id: string): Promise<UploadFinished> => {
    const row = await findUpload(db, id);
    if (row === null) return { ok: false, because: 'missing', message: `There is no upload ${id}.` };
    const place = uploadPlace(dataDir, row);
    if (row.finishedAtMs !== null) return { ok: true, path: place.finished };
    const settled = await settleUpload(place, row);
    if (settled.ok) {
      if (await markUploadFinished(db, id, clock.nowMs())) return { ok: true, path: place.finished };
      return { ok: false, because: 'missing', message: `The upload ${id} was deleted.` };
    }
    if (settled.because === 'incomplete') {
      return { ok: false, because: 'incomplete', message: `The upload ${id} is not complete: go on with it.` };
    }
    await discard(row);
    const message = `What came is not what was sent: its SHA-256 is ${settled.actual}. It was deleted; send it again.`;
    return { ok: false, because: 'mismatch', message };
  };

  const finish = (id: string): Promise<UploadFinished> => {
    const running = finishing.get(id) ?? finishNow(id).finally(() => finishing.delete(id));
    finishing.set(id, running);
    return running;
  };

  /** The row first: what is left on the disk after a crash is nobody's then. */
  const discard = async (row: UploadRow): Promise<void> => {
    await deleteUpload(db, row.id);
    await rm(uploadPlace(dataDir, row).folder, { recursive: true, force: true });
  };

  const turn = async (signal: AbortSignal): Promise<void> => {
    const nowMs = clock.nowMs();
    for (const row of await openUploads(db)) {
      if (signal.aborted || nowMs - row.createdAtMs <= unfinishedMs) break;
      log.info({ uploadId: row.id, name: row.name }, 'an upload that nobody finished is deleted');
      await discard(row);
    }
    const names = await readdir(root);
    const known = new Set([...(await uploadIds(db)), ...alsoComing().map(({ id }) => id)]);
    for (const name of names) {
      if (signal.aborted || known.has(name)) continue;
      const path = join(root, name);
      const found = await stat(path).catch(() => null);
      // One that has just begun may be written down in a moment.
      if (found !== null && nowMs - found.mtimeMs > unfinishedMs) await rm(path, { recursive: true, force: true });
    }
  };

  return {
    ...{ begin, received, finish, turn, room },
    find: (id) => findUpload(db, id),
    adopt: async (film) => {
      const settled = await settleUpload(uploadPlace(dataDir, film), { sizeBytes: film.sizeBytes, sha256: null });
      if (!settled.ok) throw new Error(`the film ${film.id} is not as long as it was when it had come`);
      await insertUpload(db, { ...film, sha256: null, finishedAtMs: clock.nowMs() });
    },
    remove: async (row) => {
      const jobId = await jobReading(db, uploadPlace(dataDir, row).finished);
      if (jobId !== null) return { ok: false, jobId };
      await discard(row);
      return { ok: true };
    },
    expiresAtMs: (row) => (row.finishedAtMs === null ? row.createdAtMs + unfinishedMs : null),
  };
}
