import type { Server } from 'node:http';

export type SlowClientLimits = {
  /** For the head of a request. */
  headersMs: number;
  /** Without a byte in either direction. */
  silenceMs: number;
  /** Between two requests of one connection. */
  keepAliveMs: number;
};

const usual: SlowClientLimits = { headersMs: 15_000, silenceMs: 120_000, keepAliveMs: 15_000 };

/**
 * Closes connections that only hold a place (slow loris). A request as a whole may last: an upload of a film takes hours; the
 * bodies of other requests have their own limit. Sockets that became WebSockets are their owner's.
 */
export function limitSlowClients(server: Server, limits: SlowClientLimits = usual): void {
  server.headersTimeout = limits.headersMs;
  server.requestTimeout = 0;
  server.timeout = limits.silenceMs;
  server.keepAliveTimeout = limits.keepAliveMs;
  server.maxHeadersCount = 100;
}
