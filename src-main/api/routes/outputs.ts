import { lstat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Kysely } from 'kysely';
import { mediaTypeOf } from '#shared/format/media-type.ts';
import { type OutputFile, outputList, outputParams, outputQuery, outputsQuery } from '#shared/protocol/outputs.ts';
import {
  isPackagePath,
  packagePaths,
  pathsAfter,
  type PublishedPackage,
  publishedPackage,
} from '#main/intake/package-listing.ts';
import { codeOf } from '#main/platform/error-code.ts';
import { inParallel } from '#main/platform/in-parallel.ts';
import { openWithin, realPlace, withinRoots } from '#main/platform/roots.ts';
import { findJobOutput } from '#main/store/jobs.ts';
import type { Database } from '#main/store/schema.ts';
import { jobId } from '#shared/protocol/jobs.ts';
import { attachment } from '../content-disposition.ts';
import { answerPage } from '../page.ts';
import { RequestRefused, type Route, route } from '../route.ts';
import { streamFile } from '../stream-file.ts';

export type OutputDeps = {
  db: Kysely<Database>;
  /** The setting: a package outside of them is not given out. */
  roots: () => readonly string[];
};

/** What jobs have published, to look at and to play. */
export function outputRoutes(deps: OutputDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/jobs/{id}/outputs',
      tag: 'outputs',
      summary: 'The files of a published package',
      role: 'viewer',
      params: jobId,
      query: outputsQuery,
      answer: outputList,
      problems: ['ENC-JOB-004', 'ENC-STO-001', 'ENC-STO-002'],
      handle: async ({ params: { id }, query }) => {
        const found = await demandPackage(deps, id);
        if (found === null) return { body: { entry: null, items: [], total: 0, nextCursor: null } };
        const paths = await packagePaths(found).catch(refuse(found.folder));
        const { body } = await answerPage(
          `outputs of ${id}`,
          query,
          async ({ limit, after }) => {
            const part = query.search?.toLowerCase();
            const all = part === undefined ? paths : paths.filter((path) => path.toLowerCase().includes(part));
            const rest = after === null ? all : pathsAfter(all, String(after.id));
            const shown = rest.slice(0, limit);
            const last = shown.at(-1);
            const files = await inParallel(shown, 16, (path) => outputFileOf(id, found, path));
            const next = last !== undefined && rest.length > limit ? { value: null, id: last } : null;
            return { rows: files.filter((file) => file !== null), total: all.length, next };
          },
          (file) => file,
        );
        return { body: { entry: found.entry, ...body } };
      },
    }),
    route({
      method: 'get',
      path: '/jobs/{id}/outputs/{path*}',
      tag: 'outputs',
      summary: 'A file of a published package, or a range of its bytes',
      role: 'viewer',
      params: outputParams,
      query: outputQuery,
      streams: 'application/octet-stream',
      problems: ['ENC-JOB-004', 'ENC-STO-001', 'ENC-STO-002', 'ENC-STO-005'],
      handle: async ({ params: { id, path }, query: { download } }) => {
        const found = await demandPackage(deps, id);
        const file =
          found !== null && isPackagePath(found, path)
            ? await openWithin(join(found.folder, ...path.split('/')), found.folder).catch(refuse(path))
            : null;
        if (file === null) throw new RequestRefused('ENC-STO-001', `The package of job ${id} has no file ${path}.`);
        const headers = {
          'Content-Type': mediaTypeOf(path),
          ...(download === '1' ? { 'Content-Disposition': attachment(basename(path)) } : {}),
        };
        return { stream: (request, response) => streamFile(file, headers, request, response) };
      },
    }),
  ];
}

/** Null before the job is published. The folder comes without links; RequestRefused where it may not be looked into. */
async function demandPackage({ db, roots }: OutputDeps, id: string): Promise<PublishedPackage | null> {
  const job = await findJobOutput(db, id);
  if (job === null) throw new RequestRefused('ENC-JOB-004', `There is no job ${id}.`);
  if (job.output === null) return null;
  const found = publishedPackage(job.output);
  const limits = roots();
  const place = await (limits.length > 0 ? withinRoots(found.folder, limits) : realPlace(found.folder));
  if (place.ok) return { ...found, folder: place.path };
  if (place.because === 'outside') {
    throw new RequestRefused('ENC-STO-002', `${found.folder} is outside the folders that this server may use.`);
  }
  throw new RequestRefused('ENC-STO-001', `${found.folder} can't be reached: see whether its disk is there.`);
}

/** Null for a file that has gone meanwhile. */
async function outputFileOf(jobId: string, { folder }: PublishedPackage, path: string): Promise<OutputFile | null> {
  const facts = await lstat(join(folder, ...path.split('/'))).catch(() => null);
  if (facts === null) return null;
  const way = path.split('/').map(encodeURIComponent).join('/');
  return {
    path,
    url: `/api/v1/jobs/${encodeURIComponent(jobId)}/outputs/${way}`,
    sizeBytes: facts.size,
    modifiedAt: facts.mtime.toISOString(),
    contentType: mediaTypeOf(path),
  };
}

function refuse(what: string): (error: unknown) => never {
  return (error) => {
    switch (codeOf(error)) {
      case 'ENOENT':
      case 'ENOTDIR':
      // A link, which no package has.
      case 'ELOOP':
      case 'ENAMETOOLONG':
        throw new RequestRefused('ENC-STO-001', `${what} is not there: it was moved or deleted, or its disk is away.`);
      case 'EACCES':
      case 'EPERM':
        throw new RequestRefused('ENC-STO-002', `The server may not read ${what}: change its rights.`);
      default:
        throw error;
    }
  };
}
