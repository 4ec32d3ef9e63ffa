import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Clock } from '#main/platform/clock.ts';
import { newId } from '#main/platform/ids.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { Authenticate } from './authentication.ts';
import { beginExchange, exchangeOf, peerAddress } from './exchange.ts';
import { requestFault } from './request-fault.ts';
import { RequestRefused, type Route } from './route.ts';
import { sendProblem } from './send-answer.ts';
import { demandRole, serveRoutes } from './serve-routes.ts';

export type ApiOptions = {
  routes: readonly Route[];
  authenticate: Authenticate;
  clock: Clock;
  log: Logger;
  /** Hears of what nobody foresaw, after it was logged. */
  onError?: (error: unknown, about: { requestId: string; method: string; path: string }) => void;
};

/** The whole HTTP side of the server; whoever starts it listens with it. */
export function createApi(options: ApiOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(begin(options.clock));
  app.use(
    '/api/v1',
    serveRoutes(options.routes, {
      admit: async (row, request) => {
        const { address } = exchangeOf(request);
        const found = await options.authenticate({ headers: request.headers, address });
        if (!found.ok && row.role !== 'anyone') throw new RequestRefused(found.code, found.details);
        const actor = found.ok ? found.actor : null;
        demandRole(actor, row.role);
        return actor;
      },
    }),
  );
  app.use((request, _response, next) => {
    next(new RequestRefused('ENC-SYS-006', `There is nothing at ${request.path.slice(0, 200)}.`));
  });
  app.use(answerFaults(options));
  return app;
}

function begin(clock: Clock): RequestHandler {
  return (request, response, next) => {
    const requestId = newId();
    beginExchange(request, {
      requestId,
      address: peerAddress(request),
      startedMs: clock.monotonicMs(),
      actor: null,
      template: null,
    });
    response.setHeader('X-Request-Id', requestId);
    response.setHeader('Cache-Control', 'private, no-cache');
    next();
  };
}

function answerFaults({ clock, log, onError }: ApiOptions): ErrorRequestHandler {
  // Express tells error handlers by their four parameters.
  return (error: unknown, request, response, _next) => {
    const { requestId } = exchangeOf(request);
    const fault = requestFault(error);
    if (fault.unexpected) {
      log.error({ requestId, error: error instanceof Error ? error.stack : String(error) }, 'a request failed');
      onError?.(error, { requestId, method: request.method, path: request.path });
    }
    sendProblem(request, response, fault, { requestId, nowMs: clock.nowMs() });
  };
}
