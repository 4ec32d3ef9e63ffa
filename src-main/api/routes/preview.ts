import type { FileHandle } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { publishedPackage } from '#main/intake/package-listing.ts';
import type { PreviewContent } from '#main/stages/preview/film-preview.ts';
import { mediaTypeOf } from '#shared/format/media-type.ts';
import { previewParams } from '#shared/protocol/preview.ts';
import { RequestRefused, type Route, route } from '../route.ts';

export type PreviewAnswer = PreviewContent | { kind: 'no-job' } | { kind: 'over'; output: string | null };

export type PreviewDeps = {
  open: (jobId: string, path: string) => Promise<PreviewAnswer>;
  /** Segments that go out at once; more are asked to come back. */
  mostSegments?: number;
};

/** When to ask again for what is being made, seconds. */
const retryAfterSec = 5;

/** A film while it is made: finished chunks in order, as HLS that grows (RFC 8216). */
export function previewRoutes({ open, mostSegments = 64 }: PreviewDeps): Route[] {
  let sending = 0;
  return [
    route({
      method: 'get',
      path: '/jobs/{id}/preview/{path*}',
      tag: 'jobs',
      summary: 'Plays what is done of a film, from its beginning: `master.m3u8` and what it names',
      role: 'viewer',
      params: previewParams,
      streams: 'application/vnd.apple.mpegurl',
      problems: ['ENC-JOB-004', 'ENC-JOB-012', 'ENC-JOB-013', 'ENC-STO-001', 'ENC-SYS-004'],
      handle: async ({ params: { id, path } }) => {
        const found = demand(await open(id, path), id, path);
        const type = mediaTypeOf(path);
        if (found.kind !== 'segment') {
          const bytes = found.kind === 'text' ? Buffer.from(found.text) : found.bytes;
          return { stream: async (request, response) => sendWhole(bytes, type, request, response) };
        }
        if (sending >= mostSegments) {
          await found.file.close();
          const headers = { 'Retry-After': '1' };
          throw new RequestRefused('ENC-SYS-004', 'Too many are watching at once: ask again.', { headers });
        }
        sending += 1;
        return {
          stream: async (request, response) => {
            try {
              await sendSegment(found, type, request, response);
            } finally {
              sending -= 1;
              await found.file.close();
            }
          },
        };
      },
    }),
  ];
}

type Found = Extract<PreviewAnswer, { kind: 'text' | 'init' | 'segment' }>;

function demand(answer: PreviewAnswer, id: string, path: string): Found {
  switch (answer.kind) {
    case 'no-job':
      throw new RequestRefused('ENC-JOB-004', `There is no job ${id}.`);
    case 'over': {
      const entry = answer.output === null ? '' : `/${encodeURIComponent(publishedPackage(answer.output).entry)}`;
      const outputs = `/api/v1/jobs/${encodeURIComponent(id)}/outputs${entry}`;
      throw new RequestRefused('ENC-JOB-013', `The film is done: play ${outputs} instead.`);
    }
    case 'not-yet':
      throw new RequestRefused('ENC-JOB-012', answer.message, { headers: { 'Retry-After': String(retryAfterSec) } });
    case 'never':
      throw new RequestRefused('ENC-JOB-012', answer.message);
    case 'no-file':
      throw new RequestRefused('ENC-STO-001', `The preview of job ${id} has no file ${path}.`);
    default:
      return answer;
  }
}

function sendWhole(bytes: Uint8Array, type: string, { method }: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': type, 'Content-Length': bytes.length, 'Accept-Ranges': 'none' });
  response.end(method === 'HEAD' ? undefined : bytes);
}

async function sendSegment(
  { segment, file }: Extract<Found, { kind: 'segment' }>,
  type: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { sizeBytes } = segment;
  response.writeHead(200, { 'Content-Type': type, 'Content-Length': sizeBytes, 'Accept-Ranges': 'none' });
  if (request.method === 'HEAD') response.end();
  else await pipeline(Readable.from(bytesOf(segment, file), { objectMode: false }), response);
}

/** A piece at a time, as fast as the player takes them. */
async function* bytesOf(
  { header, ranges }: Extract<Found, { kind: 'segment' }>['segment'],
  file: FileHandle,
): AsyncGenerator<Uint8Array> {
  yield header;
  for (const { offset, sizeBytes } of ranges) {
    for (let done = 0; done < sizeBytes; ) {
      const { buffer, bytesRead } = await file.read(
        new Uint8Array(Math.min(pieceBytes, sizeBytes - done)),
        0,
        null,
        offset + done,
      );
      if (bytesRead === 0) throw new Error('a part ends before its last sample');
      yield buffer.subarray(0, bytesRead);
      done += bytesRead;
    }
  }
}

const pieceBytes = 1 << 18;
