import { type IncomingMessage, request as requestHttp } from 'node:http';
import { connect, type TLSSocket } from 'node:tls';
import { codeOf } from '#main/platform/error-code.ts';
import { type Identity, keyHashOf } from '#main/platform/identity.ts';
import { bareAddress } from '#main/platform/loopback.ts';
import { plainLine } from '#main/platform/plain-text.ts';
import { type PairingRefusal, pairingRefused } from '#shared/protocol/node-pairing.ts';

/*
 * One request to a node's door. Who answers is known before anything is asked: the TLS connection is there, and its key is
 * looked at, before the request is written.
 */

export type NodeAddress = {
  /** IP address or name. */
  host: string;
  port: number;
};

export type NodePeer = { keyHash: string; address: string };

export type CallOutcome =
  | { ok: true; peer: NodePeer; answer: unknown }
  /** It said no. */
  | { ok: false; kind: 'refused'; because: PairingRefusal; message: string }
  /** There was no answer, or none of a node. */
  | { ok: false; kind: 'unreachable'; message: string };

export type NodeCall = {
  to: NodeAddress;
  path: string;
  identity: Identity;
  /** What to ask; a text is why that peer is not to be asked. */
  bodyFor: (peer: NodePeer) => object | string;
  signal: AbortSignal;
};

const largestAnswerBytes = 16_384;
/** Nobody follows a redirect, and no proxy is in between. */
const accepted = 200;

/** Asks a node; never rejects. */
export async function callNode({ to, path, identity, bodyFor, signal }: NodeCall): Promise<CallOutcome> {
  let socket: TLSSocket | null = null;
  try {
    socket = await connected(to, identity, signal);
    const peer = peerOf(socket);
    if (peer === null) return unreachable('what answers there is no node');
    const body = bodyFor(peer);
    if (typeof body === 'string') return unreachable(body);
    const { status, text } = await ask(socket, to, path, JSON.stringify(body), signal);
    const answer: unknown = JSON.parse(text);
    if (status === accepted) return { ok: true, peer, answer };
    const { because, message } = pairingRefused.parse(answer);
    return { ok: false, kind: 'refused', because, message: plainLine(message, 300) };
  } catch (error) {
    return unreachable(faultOf(error, signal));
  } finally {
    socket?.destroy();
  }
}

function unreachable(message: string): CallOutcome {
  return { ok: false, kind: 'unreachable', message };
}

function connected({ host, port }: NodeAddress, identity: Identity, signal: AbortSignal): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...{ host, port, key: identity.keyPem, cert: identity.certificatePem, minVersion: 'TLSv1.3' },
      // No authority signs these: the key counts.
      rejectUnauthorized: false,
    });
    const abort = (): void => {
      socket.destroy(new Error('no answer in time'));
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    // Stays for good: a socket may fail again, which would end the process if nobody heard it.
    socket.on('error', reject);
    socket.once('close', () => {
      signal.removeEventListener('abort', abort);
      reject(new Error('the connection was closed'));
    });
    socket.once('secureConnect', () => resolve(socket));
  });
}

function peerOf(socket: TLSSocket): NodePeer | null {
  // `getPeerX509Certificate` answers only once on a client's socket (Node 24 takes it out of OpenSSL's chain).
  const certificate: unknown = socket.getPeerCertificate().raw;
  if (!(certificate instanceof Uint8Array) || socket.remoteAddress === undefined) return null;
  return { keyHash: keyHashOf(certificate), address: bareAddress(socket.remoteAddress) };
}

function ask(
  socket: TLSSocket,
  { host, port }: NodeAddress,
  path: string,
  body: string,
  signal: AbortSignal,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = requestHttp({
      ...{ method: 'POST', path, host, port, signal },
      // Only without an agent, even a false one, does Node take a connection from here.
      createConnection: () => socket,
      headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
    });
    request.on('error', reject);
    request.once('close', () => reject(new Error('the connection was closed')));
    request.once('response', (response) => {
      textOf(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
    });
    request.end(body);
  });
}

function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    response.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > largestAnswerBytes) response.destroy(new Error('the answer is too long'));
      else parts.push(part);
    });
    response.on('error', reject);
    response.once('end', () => resolve(Buffer.concat(parts).toString('utf8')));
  });
}

function faultOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'no answer in time';
  switch (codeOf(error instanceof AggregateError ? error.errors[0] : error)) {
    case 'ECONNREFUSED':
      return 'nothing listens there: is the node running, and is that its port?';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'there is no machine of that name';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'no way leads to that address';
    default:
      return 'what answers there is no node, or it broke off';
  }
}
