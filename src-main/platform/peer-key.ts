import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { keyHashOf } from './identity.ts';

/**
 * What the one at the other end is known by (`keyHashOf`): it has proven that it holds the key of the certificate it came with.
 * Null where it came without one, or without TLS.
 */
export function peerKeyHash({ socket }: IncomingMessage): string | null {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  return certificate === undefined ? null : keyHashOf(certificate);
}
