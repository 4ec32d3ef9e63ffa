import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { listenOnLoopback } from './listen-on-loopback.ts';

export type FilmServer = {
  /** `http://127.0.0.1:{port}`. */
  url: string;
  port: number;
  asked: IncomingMessage[];
  /** From now on. */
  answer: (listener: RequestListener) => void;
  /** All its lines. */
  cut: () => void;
};

/** A server of somebody else, with films; ends with the test. */
export async function filmServer(listener: RequestListener): Promise<FilmServer> {
  let answer = listener;
  const asked: IncomingMessage[] = [];
  const http = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  const port = await listenOnLoopback(http);
  onTestFinished(async () => {
    http.closeAllConnections();
    await new Promise<void>((resolve) => http.close(() => resolve()));
  });
  return {
    ...{ url: `http://127.0.0.1:${port}`, port, asked },
    answer: (next) => (answer = next),
    cut: () => http.closeAllConnections(),
  };
}

/** Serves bytes by ranges, as its ETag says; with `untilByte` it falls silent there. */
export function servesRanges(film: Buffer, etag: string, untilByte = film.length): RequestListener {
  return (request, response) => {
    const { range, 'if-range': ifRange } = request.headers;
    const from = range === undefined || ifRange !== etag ? null : Number(/^bytes=(\d+)-$/.exec(range)?.[1]);
    const part = film.subarray(from ?? 0);
    const size = film.length;
    const contentRange = from === null ? {} : { 'Content-Range': `bytes ${from}-${size - 1}/${size}` };
    response.writeHead(from === null ? 200 : 206, { 'Content-Length': part.length, ETag: etag, ...contentRange });
    sendUntil(response, part, untilByte - (from ?? 0));
  };
}

/** Falls silent after so many bytes, or ends well where there are no more. */
export function sendUntil(response: ServerResponse, bytes: Buffer, count: number): void {
  if (count >= bytes.length) response.end(bytes);
  else response.write(bytes.subarray(0, count));
}
