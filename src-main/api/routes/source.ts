import type { FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { codeOf } from '#main/platform/error-code.ts';
import { openWithin, realPlace, withinRoots } from '#main/platform/roots.ts';
import type { Database } from '#main/store/schema.ts';
import { mediaTypeOf } from '#shared/format/media-type.ts';
import { jobId } from '#shared/protocol/jobs.ts';
import { outputQuery } from '#shared/protocol/outputs.ts';
import { attachment } from '../content-disposition.ts';
import { RequestRefused, type Route, route } from '../route.ts';
import { streamFile } from '../stream-file.ts';

export type SourceDeps = {
  db: Kysely<Database>;
  /** The setting: a film outside of them is not given out. */
  roots: () => readonly string[];
};

/** The film that a job is made from, to be compared with what was made. */
export function sourceRoutes(deps: SourceDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/jobs/{id}/source',
      tag: 'outputs',
      summary: 'The film that a job is made from, or a range of its bytes',
      role: 'viewer',
      params: jobId,
      query: outputQuery,
      streams: 'application/octet-stream',
      problems: ['ENC-JOB-004', 'ENC-STO-001', 'ENC-STO-002', 'ENC-STO-005'],
      handle: async ({ params: { id }, query: { download } }) => {
        const { input, sizeBytes } = await demandFilm(deps.db, id);
        const file = await openFilm(input, deps.roots());
        if ((await file.stat()).size !== sizeBytes) {
          await file.close();
          throw new RequestRefused('ENC-STO-001', `${input} is another file now.`);
        }
        const headers = {
          'Content-Type': mediaTypeOf(input),
          ...(download === '1' ? { 'Content-Disposition': attachment(basename(input)) } : {}),
        };
        return { stream: (request, response) => streamFile(file, headers, request, response) };
      },
    }),
  ];
}

/** Only what was found to be a film is given out: anything can be named as the source of a job. */
async function demandFilm(db: Kysely<Database>, id: string): Promise<{ input: string; sizeBytes: number }> {
  const row = await db
    .selectFrom('job')
    .leftJoin('jobPlan', 'jobPlan.jobId', 'job.id')
    .select(['job.input', 'jobPlan.planJson'])
    .where('job.id', '=', id)
    .executeTakeFirst();
  if (row === undefined) throw new RequestRefused('ENC-JOB-004', `There is no job ${id}.`);
  if (row.planJson === null) throw new RequestRefused('ENC-STO-001', `${row.input} has not been looked at yet.`);
  const { sourceBytes } = z.object({ sourceBytes: z.number() }).parse(JSON.parse(row.planJson));
  return { input: row.input, sizeBytes: sourceBytes };
}

async function openFilm(input: string, roots: readonly string[]): Promise<FileHandle> {
  const place = await (roots.length > 0 ? withinRoots(input, roots) : realPlace(input));
  if (!place.ok && place.because === 'outside') {
    throw new RequestRefused('ENC-STO-002', `${input} is outside the folders that this server may use.`);
  }
  const file = place.ok ? await openWithin(place.path, dirname(place.path)).catch(refuse(input)) : null;
  if (file === null) throw gone(input);
  return file;
}

function refuse(input: string): (error: unknown) => never {
  return (error) => {
    switch (codeOf(error)) {
      case 'ENOENT':
      case 'ENOTDIR':
      case 'ELOOP':
        throw gone(input);
      case 'EACCES':
      case 'EPERM':
        throw new RequestRefused('ENC-STO-002', `The server may not read ${input}: change its rights.`);
      default:
        throw error;
    }
  };
}

function gone(input: string): RequestRefused {
  return new RequestRefused('ENC-STO-001', `${input} is not there: it was moved or deleted, or its disk is away.`);
}
