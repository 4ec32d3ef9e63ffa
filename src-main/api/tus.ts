import type { IncomingMessage, ServerResponse } from 'node:http';
import { FileStore } from '@tus/file-store';
import { MemoryLocker, Server, Upload } from '@tus/server';
import { comingName, uploadsFolder } from '#main/intake/upload-folder.ts';
import { unfinishedMs, type UploadFinished, type Uploads } from '#main/intake/uploads.ts';
import { allowSilence } from '#main/platform/allow-silence.ts';
import { codeOf } from '#main/platform/error-code.ts';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import { RequestRefused } from './route.ts';

/** Serves the requests of tus 1.0 for one upload; RequestRefused where tus would answer an error. */
export type TusUpload = (id: string, request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Resumable uploads by tus 1.0 (core, creation, creation-with-upload, expiration). Which uploads there are is said by `uploads`;
 * tus only writes the file. Whoever comes here was let in for this very upload.
 */
export function tusUploads(dataDir: string, uploads: Uploads): TusUpload {
  const fileOf = (id: string): string => `${id}/${comingName}`;
  const idOf = (file: string): string => file.slice(0, -comingName.length - 1);
  const datastore = new FileStore({
    directory: uploadsFolder(dataDir),
    expirationPeriodInMilliseconds: unfinishedMs,
    configstore: {
      get: async (file) => {
        const row = await uploads.find(idOf(file));
        if (row === null) return undefined;
        const metadata = { filename: row.name, ...(row.sha256 === null ? {} : { sha256: row.sha256 }) };
        const creation_date = new Date(row.createdAtMs).toISOString();
        return new Upload({ id: file, size: row.sizeBytes, offset: 0, metadata, creation_date });
      },
      set: async () => {},
      delete: async () => {},
    },
  });
  const ofDisk = datastore.getUpload.bind(datastore);
  // After the last byte tus asks once more how much is there, and the film has its own name by then: it is no missing one.
  datastore.getUpload = async (file) => {
    const row = await uploads.find(idOf(file));
    if (row === null || row.finishedAtMs === null) return ofDisk(file);
    return new Upload({ id: file, size: row.sizeBytes, offset: row.sizeBytes });
  };
  const locker = new MemoryLocker();

  return async (id, request, response) => {
    const server = new Server({
      ...{ path: '/api/v1/uploads', datastore, locker },
      namingFunction: () => fileOf(id),
      getFileIdFromRequest: () => fileOf(id),
      // Without a host: who asks knows where he asked.
      generateUrl: () => `/api/v1/uploads/${id}`,
      // The API itself says which origins it allows.
      allowedOrigins: () => false,
      onUploadFinish: async () => {
        // A sum over a whole film takes minutes, in which no byte goes over the line.
        allowSilence(request.socket);
        demandFinished(await uploads.finish(id));
        return {};
      },
      onResponseError: (_request, error) => {
        throw refusalOf(error);
      },
    });
    try {
      await server.handle(request, response);
    } catch (error) {
      // The rest of a refused film is not waited for.
      if (!request.complete && !response.headersSent) response.setHeader('Connection', 'close');
      throw error;
    }
  };
}

/** RequestRefused for an upload that is not what it should be. */
export function demandFinished(finished: UploadFinished): void {
  if (finished.ok) return;
  const codes = { missing: 'ENC-STO-001', incomplete: 'ENC-SYS-008', mismatch: 'ENC-STO-006' } as const;
  throw new RequestRefused(codes[finished.because], finished.message);
}

/** What tus says in a line of text, by the catalogue. */
function refusalOf(error: Error | { status_code: number; body: string }): Error {
  if (error instanceof RequestRefused) return error;
  if (error instanceof Error) {
    const system = codeOf(error);
    if (system === 'ENOSPC' || system === 'EDQUOT') {
      return new RequestRefused('ENC-STO-003', 'The disk of the data folder is full: make room, and go on.', {
        cause: error,
      });
    }
    return system === null
      ? error
      : new RequestRefused('ENC-STO-004', `The film can't be written (${system}).`, { cause: error });
  }
  const code = codes[error.status_code];
  const text = error.body.trim();
  return code === undefined ? new Error(text) : new RequestRefused(code, text);
}

const codes: Readonly<Record<number, ProblemCode>> = {
  400: 'ENC-SYS-007',
  403: 'ENC-SYS-007',
  404: 'ENC-STO-001',
  409: 'ENC-SYS-008',
  410: 'ENC-STO-001',
  413: 'ENC-SYS-010',
  // It could not write the file.
  500: 'ENC-STO-004',
  501: 'ENC-SYS-007',
};
