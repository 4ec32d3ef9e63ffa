import type { Kysely } from 'kysely';
import type { FreeSpace } from '#main/platform/free-space.ts';
import type { Database } from '#main/store/schema.ts';
import { openUploads } from '#main/store/uploads.ts';
import { receivedBytes, uploadPlace, uploadsFolder } from './upload-folder.ts';

export type UploadRefused = { ok: false; because: 'too-large' | 'no-space' | 'too-many'; message: string };

/** A film that comes by another way than an upload, and takes room like one. */
export type ComingFilm = {
  id: string;
  createdBy: string;
  /** What is still to come, as far as anybody knows. */
  restBytes: number;
};

export type UploadRoom = {
  /** Whether somebody may begin one more. */
  mayBegin: (createdBy: string) => Promise<{ ok: true } | UploadRefused>;
  /** Whether so many bytes more may come, `id` being the film they are of. */
  mayCome: (id: string, film: { sizeBytes: number; restBytes: number }) => Promise<{ ok: true } | UploadRefused>;
};

export type RoomOptions = {
  db: Kysely<Database>;
  dataDir: string;
  mostBytes: number;
  space: (path: string) => Promise<FreeSpace>;
  alsoComing: () => readonly ComingFilm[];
};

/** What the database and the work on films still need. */
const reservedBytes = 2 ** 30;
const mostOpen = 100;

/** How much of the data folder's disk films that come may take. */
export function uploadRoom({ db, dataDir, mostBytes, space, alsoComing }: RoomOptions): UploadRoom {
  return {
    mayBegin: async (createdBy) => {
      const open = [...(await openUploads(db)), ...alsoComing()];
      if (open.filter((one) => one.createdBy === createdBy).length < mostOpen) return { ok: true };
      const message = `You have ${mostOpen} unfinished uploads: finish or delete some.`;
      return { ok: false, because: 'too-many', message };
    },
    mayCome: async (id, { sizeBytes, restBytes }) => {
      if (sizeBytes > mostBytes) {
        return { ok: false, because: 'too-large', message: `An upload may have ${mostBytes} bytes at most.` };
      }
      let promisedBytes = 0;
      for (const row of await openUploads(db)) {
        const isOther = row.id !== id;
        const received = isOther ? await receivedBytes(uploadPlace(dataDir, row)) : row.sizeBytes;
        promisedBytes += Math.max(0, row.sizeBytes - received);
      }
      for (const film of alsoComing()) promisedBytes += film.id === id ? 0 : film.restBytes;
      const { freeBytes } = await space(uploadsFolder(dataDir));
      if (restBytes + promisedBytes + reservedBytes <= freeBytes) return { ok: true };
      const message = `The disk of the data folder has no room for ${restBytes} bytes: ${freeBytes} are free, ${promisedBytes} of those are promised to other uploads, and some stay free.`;
      return { ok: false, because: 'no-space', message };
    },
  };
}
