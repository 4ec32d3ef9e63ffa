import type { IncomingMessage } from 'node:http';
import { newId } from '#main/platform/ids.ts';
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

/** Remembers a request that has just come, for as long as it lives. */
export function beginExchange(request: IncomingMessage, startedMs: number): Exchange {
  const exchange = {
    requestId: requestIdOf(request.headers['x-request-id']),
    address: peerAddress(request),
    startedMs,
    actor: null,
    template: null,
  };
  exchanges.set(request, exchange);
  return exchange;
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

/** The caller's own id, so that its log and ours can be read side by side; only what can do no harm in a log line. */
function requestIdOf(asked: string | string[] | undefined): string {
  return typeof asked === 'string' && /^[\w.-]{1,100}$/.test(asked) ? asked : newId();
}
