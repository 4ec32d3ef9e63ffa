import {
  type Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as plain,
} from 'node:http';
import { request as secure } from 'node:https';
import type { Clock } from '#main/platform/clock.ts';
import { type WorkRefusal, workRefusal } from '#shared/protocol/node-work.ts';

/*
 * A node's requests to its server. A line that is cut or goes silent ends a request with LinkDown; whoever asked goes on where
 * it stood.
 */

export type ServerWish = {
  method: 'GET' | 'HEAD' | 'PATCH' | 'POST' | 'DELETE';
  /** Below `/nodes/v1`. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array;
  signal: AbortSignal;
  /** Takes the body of a good answer as it comes, so that a cut line leaves what came before; the reply has none then. */
  onBytes?: (bytes: Uint8Array) => void;
};

export type ServerReply = { status: number; headers: IncomingHttpHeaders; body: Uint8Array };

/** Rejects with LinkDown, or with what the signal was aborted with. */
export type ServerClient = (wish: ServerWish) => Promise<ServerReply>;

export type ClientOptions = {
  /** `https://host:port`; plain HTTP is for tests on loopback. */
  url: string;
  /** Pins the server's key and shows the node's own certificate. Keeps connections. */
  agent: Agent;
  clock: Clock;
  /** Without a byte in either direction; half a minute when left out. */
  silenceMs?: number;
};

/** The line to the server is cut, silent, or was never there. */
export class LinkDown extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LinkDown';
  }
}

const defaultSilenceMs = 30_000;
/** More than any answer that is kept in memory. */
const longestBody = 16 * 2 ** 20;
const writeBytes = 64 * 1024;

/** A client of one server. */
export function serverClient({ url, agent, clock, silenceMs = defaultSilenceMs }: ClientOptions): ServerClient {
  const begin = url.startsWith('https:') ? secure : plain;
  return async ({ method, path, headers, body, signal, onBytes }) => {
    signal.throwIfAborted();
    const size = body === undefined && method !== 'POST' ? {} : { 'content-length': String(body?.length ?? 0) };
    const request = begin(new URL(`/nodes/v1${path}`, url), { agent, method, headers: { ...headers, ...size } });
    const stop = (): void => void request.destroy();
    signal.addEventListener('abort', stop, { once: true });
    let cancel = (): void => {};
    const heard = (): void => {
      cancel();
      cancel = clock.after(silenceMs, () => request.destroy(new Error('the server went silent')));
    };
    heard();
    try {
      const [reply] = await Promise.all([answerOf(request, heard, onBytes), send(request, body, heard)]);
      return reply;
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof RangeError ? error : new LinkDown(wordsOf(error), { cause: error });
    } finally {
      cancel();
      signal.removeEventListener('abort', stop);
      if (!request.destroyed && !request.writableFinished) request.destroy();
    }
  };
}

/** Why a server refuses; null for an answer that isn't one of ours. */
export function refusalIn({ body }: ServerReply): WorkRefusal | null {
  try {
    return workRefusal.safeParse(JSON.parse(new TextDecoder().decode(body))).data ?? null;
  } catch {
    return null;
  }
}

async function answerOf(
  request: ClientRequest,
  heard: () => void,
  onBytes: ServerWish['onBytes'],
): Promise<ServerReply> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.on('error', reject);
    request.once('close', () => reject(new Error('the line was cut')));
  });
  heard();
  const status = response.statusCode ?? 0;
  const isGood = status >= 200 && status < 300;
  const kept: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const bytes of streamOf(response)) {
    heard();
    sizeBytes += bytes.length;
    if (isGood && onBytes !== undefined) onBytes(bytes);
    else if (sizeBytes > longestBody) throw new RangeError('a longer answer than any server of ours gives');
    else kept.push(bytes);
  }
  if (!response.complete) throw new Error('the answer was cut off');
  return { status, headers: response.headers, body: Buffer.concat(kept) };
}

/** In pieces, so that a slow line is told from a dead one. */
async function send(request: ClientRequest, body: Uint8Array | undefined, heard: () => void): Promise<void> {
  // Of a request that ends before it was sent (a refusal), no write is called back.
  const closed = new Promise<void>((resolve) => {
    request.once('close', resolve);
  });
  const pieces = body === undefined ? 0 : Math.ceil(body.length / writeBytes);
  for (let piece = 0; piece < pieces; piece += 1) {
    const written = new Promise<void>((resolve) => {
      request.write(body?.subarray(piece * writeBytes, (piece + 1) * writeBytes), () => resolve());
    });
    await Promise.race([written, closed]);
    heard();
  }
  request.end();
}

function streamOf(response: IncomingMessage): AsyncIterable<Uint8Array> {
  return response;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
