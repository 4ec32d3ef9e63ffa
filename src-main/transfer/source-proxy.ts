import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { SourceFault, SourceReader } from './read-source.ts';

/*
 * Where FFmpeg reads a source that lies on the server: a little web server of one file, for this machine alone and for whoever
 * knows its random name. It fetches ahead, and goes on by itself after an outage, so that FFmpeg sees a slow disk at worst.
 */

export type SourceProxy = {
  /** For FFmpeg's `-i`. */
  url: string;
  /** What FFmpeg still reads is cut off. */
  close: () => Promise<void>;
};

export type ProxyOptions = {
  reader: SourceReader;
  /** Of the source, without a folder: FFmpeg takes its ending as a hint. */
  fileName: string;
  /** 256 random bits. */
  token: string;
  /**
   * The source is lost for good. FFmpeg is left waiting: it would take a cut line for the end of the film and finish too
   * early, so it has to be stopped.
   */
  onFault: (fault: SourceFault) => void;
};

/** A demuxer looks at the head and the tail before it reads on: the first window is small, each further one doubles. */
const firstWindowBytes = 512 * 1024;
const largestWindowBytes = 8 * 2 ** 20;

/** Opens a proxy on a free port of loopback. */
export async function openSourceProxy({ reader, fileName, token, onFault }: ProxyOptions): Promise<SourceProxy> {
  const path = `/${token}/${encodeURIComponent(fileName)}`;
  const closing = new AbortController();
  const http = createServer((request, response) => {
    serve(request, response, { path, reader, closing: closing.signal, onFault }).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(0, '127.0.0.1', resolve);
  });
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('the source proxy listens on no port');
  return {
    url: `http://127.0.0.1:${address.port}${path}`,
    close: async () => {
      closing.abort();
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      http.closeAllConnections();
      await closed;
    },
  };
}

type Serving = Pick<ProxyOptions, 'reader' | 'onFault'> & { path: string; closing: AbortSignal };

async function serve(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  const { path, reader } = serving;
  if (!isSame(request.url ?? '', path)) return void response.writeHead(404).end();
  if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405).end();
  const range = rangeOf(request.headers.range, reader.sizeBytes);
  if (range === null) {
    return void response.writeHead(416, { 'Content-Range': `bytes */${reader.sizeBytes}` }).end();
  }
  const { first, last } = range;
  response.writeHead(request.headers.range === undefined ? 200 : 206, {
    'Accept-Ranges': 'bytes',
    'Content-Length': last - first + 1,
    ...(request.headers.range === undefined ? {} : { 'Content-Range': `bytes ${first}-${last}/${reader.sizeBytes}` }),
  });
  if (request.method === 'HEAD') return void response.end();
  response.flushHeaders();
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  await pour(response, range, serving, AbortSignal.any([gone.signal, serving.closing]));
}

async function pour(
  response: ServerResponse,
  { first, last }: { first: number; last: number },
  { reader, onFault }: Serving,
  signal: AbortSignal,
): Promise<void> {
  let windowBytes = firstWindowBytes;
  let ahead = first;
  const fetchNext = () => {
    const from = ahead;
    ahead = Math.min(last + 1, from + windowBytes);
    windowBytes = Math.min(largestWindowBytes, windowBytes * 2);
    const reading = reader.read(from, ahead - 1, signal);
    // Given up together with its reader: nobody waits for it any more.
    reading.catch(() => {});
    return reading;
  };
  let next = first > last ? null : fetchNext();
  while (next !== null) {
    const window = await next;
    if (!window.ok) return onFault(window.fault);
    next = ahead <= last ? fetchNext() : null;
    if (!response.write(window.bytes)) await drained(response, signal);
    signal.throwIfAborted();
  }
  response.end();
}

async function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const over = (): void => {
      response.off('drain', over);
      signal.removeEventListener('abort', over);
      resolve();
    };
    response.once('drain', over);
    signal.addEventListener('abort', over, { once: true });
  });
}

/** The one form that FFmpeg asks by (RFC 9110 14.1.2); null for what can't be had. */
function rangeOf(header: string | undefined, sizeBytes: number): { first: number; last: number } | null {
  if (header === undefined) return { first: 0, last: sizeBytes - 1 };
  const [, from = '', to = ''] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header) ?? [];
  const first = from === '' ? sizeBytes : Number(from);
  const last = to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  return first < sizeBytes && first <= last ? { first, last } : null;
}

function isSame(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
