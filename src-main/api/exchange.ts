import type { IncomingMessage } from 'node:http';
import type { Actor } from './route.ts';

/** What becomes known of one request while it is answered; the log, the audit and the metrics read it at its end. */
export type Exchange = {
  requestId: string;
  /** Of the peer, without a port. */
  address: string;
  startedMs: number;
  actor: Actor | null;
  /** Path of the matching row, `/jobs/{id}`; null where none matched. */
  template: string | null;
};

const exchanges = new WeakMap<IncomingMessage, Exchange>();

/** Remembers what is known of a request for as long as it lives. */
export function beginExchange(request: IncomingMessage, exchange: Exchange): void {
  exchanges.set(request, exchange);
}

/** What is known of a request; Error for one that did not come through `createApi`. */
export function exchangeOf(request: IncomingMessage): Exchange {
  const exchange = exchanges.get(request);
  if (exchange === undefined) throw new Error('this request has no exchange');
  return exchange;
}

/** The peer's address; an IPv4 one also where the socket listens for both kinds (RFC 4291 2.5.5.2). */
export function peerAddress(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
}
