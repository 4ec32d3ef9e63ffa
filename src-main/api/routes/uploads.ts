import type { Kysely } from 'kysely';
import type { Fetches } from '#main/intake/fetch/fetches.ts';
import type { Uploads } from '#main/intake/uploads.ts';
import { newId } from '#main/platform/ids.ts';
import type { Database } from '#main/store/schema.ts';
import { uploadPage, type UploadRow } from '#main/store/uploads.ts';
import { uploadList, uploadParams, uploadsQuery, type UploadView, uploadView } from '#shared/protocol/uploads.ts';
import { demandActor } from '../demand-actor.ts';
import { answerPage } from '../page.ts';
import { type Actor, RequestRefused, type Route, route, type StreamedAnswer } from '../route.ts';
import { demandFinished, type TusUpload } from '../tus.ts';
import { demandTus, demandUploadPart, readUploadHeaders } from '../upload-headers.ts';
import { uploadRefusals } from '../upload-refusals.ts';
import { fetchView, findFetch, uploadFetchRoutes } from './upload-fetches.ts';

export type UploadDeps = { db: Kysely<Database>; uploads: Uploads; fetches: Fetches; tus: TusUpload };

/** Films that people send; finished ones are inputs of jobs as `upload:ID`. */
export function uploadRoutes({ db, uploads, fetches, tus }: UploadDeps): Route[] {
  return [
    ...uploadFetchRoutes(fetches),
    route({
      method: 'post',
      path: '/uploads',
      tag: 'uploads',
      summary: 'Begins an upload (tus 1.0); Upload-Metadata may have filename and sha256',
      role: 'operator',
      uploads: 'application/offset+octet-stream',
      status: 201,
      problems: ['ENC-STO-003', 'ENC-STO-006', 'ENC-SYS-008', 'ENC-SYS-010'],
      handle: async ({ headers, actor }) => {
        demandTus(headers);
        const { filename: name, ...facts } = readUploadHeaders(headers);
        const id = newId();
        const begun = await uploads.begin({ ...facts, id, name, createdBy: senderOf(actor) });
        if (!begun.ok) throw new RequestRefused(uploadRefusals[begun.because], begun.message);
        return {
          stream: async (request, response) => {
            // Whoever is not told of an upload can't go on with it.
            const forget = async (): Promise<void> => {
              const row = await uploads.find(id);
              if (row !== null) await uploads.remove(row);
            };
            try {
              await tus(id, request, response);
            } catch (error) {
              await forget();
              throw error;
            }
          },
        };
      },
    }),
    route({
      method: 'patch',
      path: '/uploads/{id}',
      tag: 'uploads',
      summary: 'Sends a part of an upload (tus 1.0)',
      role: 'operator',
      params: uploadParams,
      uploads: 'application/offset+octet-stream',
      status: 204,
      audit: 'never',
      problems: ['ENC-STO-001', 'ENC-STO-004', 'ENC-STO-006', 'ENC-SYS-008', 'ENC-SYS-010'],
      handle: async ({ headers, params: { id }, actor }) => {
        demandTus(headers);
        demandUploadPart(headers);
        const row = await demandUpload(uploads, id, actor);
        if (row.finishedAtMs !== null) throw new RequestRefused('ENC-SYS-008', `The upload ${id} is finished.`);
        return { stream: (request, response) => tus(id, request, response) };
      },
    }),
    route({
      method: 'get',
      path: '/uploads/{id}',
      tag: 'uploads',
      summary: 'An upload; HEAD with Tus-Resumable tells by tus 1.0 how much is there',
      role: 'operator',
      params: uploadParams,
      answer: uploadView,
      problems: ['ENC-STO-001', 'ENC-STO-006'],
      handle: async ({ headers, params: { id }, actor }) => {
        const film = findFetch(fetches, id, actor);
        if (film !== null) return { body: fetchView(fetches, film) };
        const row = await demandUpload(uploads, id, actor);
        if (headers['tus-resumable'] === undefined) return { body: await viewOf(uploads, row) };
        return statusByTus({ uploads, tus }, row);
      },
    }),
    route({
      method: 'get',
      path: '/uploads',
      tag: 'uploads',
      summary: 'Your uploads, the newest first; everybody’s for an admin',
      role: 'operator',
      query: uploadsQuery,
      answer: uploadList,
      handle: async ({ query, actor }) => {
        const owner = demandActor(actor).role === 'admin' ? null : senderOf(actor);
        const { body } = await answerPage(
          'uploads',
          query,
          (ask) => uploadPage(db, owner, ask),
          (row) => row,
        );
        return { body: { ...body, items: await Promise.all(body.items.map((row) => viewOf(uploads, row))) } };
      },
    }),
    route({
      method: 'delete',
      path: '/uploads/{id}',
      tag: 'uploads',
      summary: 'Deletes an upload, or cancels one that is fetched; not one that a job still reads',
      role: 'operator',
      params: uploadParams,
      problems: ['ENC-STO-001', 'ENC-SYS-008'],
      handle: async ({ params: { id }, actor }) => {
        if (findFetch(fetches, id, actor) !== null && (await fetches.remove(id))) {
          return { status: 204, body: undefined };
        }
        const removed = await uploads.remove(await demandUpload(uploads, id, actor));
        if (!removed.ok) {
          throw new RequestRefused('ENC-SYS-008', `The job ${removed.jobId} reads it: wait for its end, or cancel it.`);
        }
        return { status: 204, body: undefined, headers: { 'Tus-Resumable': '1.0.0' } };
      },
    }),
  ];
}

/** The path of a finished upload; RequestRefused where it is another's, or not finished. */
export async function demandUploadPath(uploads: Uploads, id: string, actor: Actor): Promise<string> {
  const row = await demandUpload(uploads, id, actor);
  const finished = await uploads.finish(row.id);
  demandFinished(finished);
  if (!finished.ok) throw new Error('an unfinished upload was let through');
  return finished.path;
}

/** Another's upload is none that one could know of. */
async function demandUpload(uploads: Uploads, id: string, actor: Actor | null): Promise<UploadRow> {
  const row = await uploads.find(id);
  const isTheirs = row !== null && (demandActor(actor).role === 'admin' || row.createdBy === senderOf(actor));
  if (!isTheirs) throw new RequestRefused('ENC-STO-001', `There is no upload ${id}.`);
  return row;
}

function senderOf(actor: Actor | null): string {
  const { kind, id } = demandActor(actor);
  return `${kind}:${id}`;
}

/** Where the answer to the last part was lost, its sender asks here whether all of it came. */
async function statusByTus(
  { uploads, tus }: Pick<UploadDeps, 'uploads' | 'tus'>,
  row: UploadRow,
): Promise<StreamedAnswer> {
  const finished = await uploads.finish(row.id);
  if (!finished.ok && finished.because !== 'incomplete') demandFinished(finished);
  return {
    stream: async (request, response) => {
      if (!finished.ok) {
        await tus(row.id, request, response);
        return;
      }
      const size = String(row.sizeBytes);
      const headers = { 'Upload-Offset': size, 'Upload-Length': size, 'Cache-Control': 'no-store' };
      response.writeHead(200, { 'Tus-Resumable': '1.0.0', ...headers }).end();
    },
  };
}

async function viewOf(uploads: Uploads, row: UploadRow): Promise<UploadView> {
  const { id, name, sizeBytes, sha256, createdAtMs, finishedAtMs } = row;
  const expiresAtMs = uploads.expiresAtMs(row);
  return {
    ...{ id, name, sizeBytes, sha256 },
    input: `upload:${id}`,
    state: finishedAtMs === null ? 'receiving' : 'finished',
    receivedBytes: finishedAtMs === null ? await uploads.received(row) : sizeBytes,
    createdAt: new Date(createdAtMs).toISOString(),
    finishedAt: finishedAtMs === null ? null : new Date(finishedAtMs).toISOString(),
    expiresAt: expiresAtMs === null ? null : new Date(expiresAtMs).toISOString(),
    fetched: null,
  };
}
