import type { RequestHandler } from 'express';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import { exchangeOf } from './exchange.ts';

/** What is told of a request when it has ended. */
export type RequestEnd = { method: string; template: string | null; status: number; durationMs: number };

/** One log line a request, after its last byte; `ended` hears of it too. Headers, query and body stay out: they hold secrets. */
export function logRequests(log: Logger, clock: Clock, ended: (end: RequestEnd) => void): RequestHandler {
  return (request, response, next) => {
    response.once('close', () => {
      const { requestId, address, startedMs, actor, template } = exchangeOf(request);
      const durationMs = Math.round((clock.monotonicMs() - startedMs) * 10) / 10;
      const { method } = request;
      const status = response.statusCode;
      const who = actor === null ? null : `${actor.kind}:${actor.id}`;
      const facts = { requestId, method, path: request.originalUrl.split('?', 1)[0], status, durationMs, who, address };
      // The caller went away, or the answer broke off.
      const broken = response.writableFinished ? {} : { broken: true };
      log[levelOf(status, template)]({ ...facts, ...broken }, 'request');
      ended({ method, template, status, durationMs });
    });
    next();
  };
}

function levelOf(status: number, template: string | null): keyof Logger {
  if (status >= 500) return 'error';
  if (status >= 400) return 'warn';
  // Whoever watches over a server asks every few seconds.
  return template === '/health' || template === '/metrics' ? 'debug' : 'info';
}
