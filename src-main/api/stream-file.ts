import type { FileHandle } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { byteRange } from './byte-range.ts';
import { type AnswerHeaders, RequestRefused } from './route.ts';

/** Sends an open file, or the part of it that is asked for, and closes it. RequestRefused for a part that it does not have. */
export async function streamFile(
  file: FileHandle,
  headers: AnswerHeaders,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await streamOpen(file, headers, request, response);
  } finally {
    await file.close();
  }
}

async function streamOpen(
  file: FileHandle,
  headers: AnswerHeaders,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { size, mtimeNs, mtimeMs } = await file.stat({ bigint: true });
  const sizeBytes = Number(size);
  // A published file is replaced and never written to, so its size and its time to the nanosecond are as good as its bytes.
  const tag = `"${size.toString(16)}-${mtimeNs.toString(16)}"`;
  const modified = new Date(Number(mtimeMs)).toUTCString();
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('ETag', tag);
  response.setHeader('Last-Modified', modified);
  response.setHeader('Accept-Ranges', 'bytes');
  if (isUnchanged(request, tag, modified)) {
    response.writeHead(304).end();
    return;
  }
  // Ranges are for GET alone (RFC 9110 14.2), and for who has the rest of this very file (13.1.5).
  const mayAsk =
    request.method === 'GET' && [undefined, tag, modified].includes(request.headers['if-range']?.toString());
  const range = mayAsk ? byteRange(request.headers.range, sizeBytes) : null;
  if (range === 'unsatisfiable') {
    for (const name of [...Object.keys(headers), 'ETag', 'Last-Modified']) response.removeHeader(name);
    throw new RequestRefused('ENC-STO-005', `The file has ${sizeBytes} bytes: ask for some of those.`, {
      headers: { 'Content-Range': `bytes */${sizeBytes}` },
    });
  }
  const { first, last } = range ?? { first: 0, last: sizeBytes - 1 };
  if (range !== null) response.setHeader('Content-Range', `bytes ${first}-${last}/${sizeBytes}`);
  response.setHeader('Content-Length', last - first + 1);
  response.writeHead(range === null ? 200 : 206);
  if (request.method === 'HEAD' || sizeBytes === 0) {
    response.end();
    return;
  }
  await pipeline(file.createReadStream({ start: first, end: last, autoClose: false }), response);
}

/** If-None-Match, and If-Modified-Since where there is none (RFC 9110 13.2.2). */
function isUnchanged({ headers }: IncomingMessage, tag: string, modified: string): boolean {
  const known = headers['if-none-match'];
  if (known !== undefined) {
    return known.trim() === '*' || known.split(',').some((one) => one.trim().replace(/^W\//, '') === tag);
  }
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return Date.parse(modified) <= since;
}
