import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { TLSSocket } from 'node:tls';
import { z } from 'zod';
import { codeOf } from '#main/platform/error-code.ts';
import { type Identity, keyHashOf } from '#main/platform/identity.ts';
import { bareAddress } from '#main/platform/loopback.ts';
import {
  type NodeHealth,
  pairingBegin,
  pairingCancel,
  pairingConfirm,
  pairingPath,
  type PairingRefusal,
  type PairingRefused,
  pairingReveal,
} from '#shared/protocol/node-pairing.ts';
import { type PairingDesk, type PairingOutcome, type PairingPeer } from './pairing-desk.ts';

export type PairingDoorOptions = {
  /** 0 takes a free one. */
  port: number;
  /** Of the addresses to listen on; all when left out. */
  host?: string;
  identity: Identity;
  desk: PairingDesk;
  health: () => NodeHealth;
};

export type PairingDoor = {
  /** The one asked for, or a free one where another program has that. */
  port: number;
  close: () => Promise<void>;
};

const largestBodyBytes = 4_096;
const mostConnections = 32;

/**
 * Where servers of the network pair with this node, and anybody asks how it is. It is open to strangers: connections, bodies
 * and times are small, and nobody is answered at length.
 */
export async function openPairingDoor({
  port,
  host,
  identity,
  desk,
  health,
}: PairingDoorOptions): Promise<PairingDoor> {
  const { keyPem: key, certificatePem: cert } = identity;
  const server = createServer({
    ...{ key, cert, minVersion: 'TLSv1.3', handshakeTimeout: 5_000 },
    // No authority signs these: whose key it is, people decide by the digits.
    ...{ requestCert: true, rejectUnauthorized: false },
    ...{ headersTimeout: 5_000, requestTimeout: 10_000, keepAliveTimeout: 5_000, connectionsCheckingInterval: 2_000 },
    maxHeaderSize: 8_192,
  });
  server.maxConnections = mostConnections;
  server.timeout = 15_000;
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('clientError', (_error, socket) => socket.destroy());
  server.on('request', (request, response) => {
    void answer(request, response, desk, health).catch(() => response.destroy());
  });
  const taken = await listen(server, port, host);
  // A connection that could not be taken (no file handles left) ends nothing but itself.
  server.on('error', () => {});
  return {
    port: taken,
    close: async () => {
      desk.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

async function listen(server: Server, wanted: number, host: string | undefined): Promise<number> {
  try {
    await listening(server, wanted, host);
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE' || wanted === 0) throw error;
    await listening(server, 0, host);
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the pairing door has no port');
  return address.port;
}

function listening(server: Server, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  desk: PairingDesk,
  health: () => NodeHealth,
): Promise<void> {
  const { method, url } = request;
  if (method === 'GET' && url === '/health') {
    send(response, 200, health());
    return;
  }
  const peer = peerOf(request);
  const body = method === 'POST' && peer !== null ? await readJson(request) : undefined;
  const outcome = peer === null || body === undefined ? notUnderstood : await step(url, peer, body, desk);
  if (outcome.ok) {
    send(response, 200, outcome.value ?? {});
    return;
  }
  const { because, message } = outcome;
  send(response, statusOf[because], { because, message } satisfies PairingRefused);
}

async function step(
  url: string | undefined,
  peer: PairingPeer,
  body: unknown,
  desk: PairingDesk,
): Promise<PairingOutcome<unknown>> {
  const read = <S extends z.ZodType>(schema: S): z.output<S> | null => schema.safeParse(body).data ?? null;
  switch (url) {
    case pairingPath.begin: {
      const message = read(pairingBegin);
      return message === null ? notUnderstood : desk.begin(peer, message);
    }
    case pairingPath.reveal: {
      const message = read(pairingReveal);
      return message === null ? notUnderstood : desk.reveal(peer, message);
    }
    case pairingPath.confirm: {
      const message = read(pairingConfirm);
      return message === null ? notUnderstood : desk.confirm(peer, message);
    }
    case pairingPath.cancel: {
      const message = read(pairingCancel);
      if (message === null) return notUnderstood;
      desk.cancel(peer, message.pairingId);
      return { ok: true, value: null };
    }
    default:
      return notUnderstood;
  }
}

const notUnderstood: PairingOutcome<never> = {
  ok: false,
  because: 'not-understood',
  message: 'this node does not understand that: update Encrew on both machines',
};

const statusOf: Record<PairingRefusal, number> = {
  ...{ taken: 409, busy: 409, over: 410, cheat: 403, 'too-many': 429, 'not-understood': 400, failed: 500 },
};

/** Null without a certificate. */
function peerOf({ socket }: IncomingMessage): PairingPeer | null {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  if (certificate === undefined || socket.remoteAddress === undefined) return null;
  return {
    keyHash: keyHashOf(certificate),
    certificatePem: certificate.toString(),
    address: bareAddress(socket.remoteAddress),
  };
}

/** Undefined where it is none, or too long. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    const chunk = z.instanceof(Buffer).parse(part);
    bytes += chunk.length;
    if (bytes > largestBodyBytes) return undefined;
    parts.push(chunk);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'));
    return value;
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    ...{ 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), Connection: 'close' },
    ...{ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' },
  });
  response.end(text);
}
