import type { IncomingMessage } from 'node:http';
import { peerKeyHash } from '#main/platform/peer-key.ts';
import { demandOwnHost } from './allowed-hosts.ts';
import { originOf } from './cross-origin.ts';
import { RequestRefused } from './route.ts';

/**
 * Socket.IO's `allowRequest`: sockets know no same-origin rule, and browsers open them with our cookies from any page; so a
 * handshake must name this machine, and come from our own pages, an allowed one, or a program.
 */
export function allowHandshake(
  allowedOrigins: () => readonly string[],
): (request: IncomingMessage, decide: (refusal: string | null, isAllowed: boolean) => void) => void {
  return (request, decide) => {
    // A node is known by its key, under whatever name it found us; no browser has one.
    const refusal = peerKeyHash(request) === null ? refusalOf(request.headers, allowedOrigins()) : null;
    decide(refusal, refusal === null);
  };
}

function refusalOf(headers: IncomingMessage['headers'], allowedOrigins: readonly string[]): string | null {
  try {
    demandOwnHost(headers.host, allowedOrigins);
  } catch (error) {
    if (error instanceof RequestRefused) return error.message;
    throw error;
  }
  return originOf(headers, allowedOrigins) === 'foreign' ? 'this socket was opened by a page of another origin' : null;
}
