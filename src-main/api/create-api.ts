import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import type { Kysely } from 'kysely';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { Database } from '#main/store/schema.ts';
import { admit } from './admit.ts';
import { demandOwnHost } from './allowed-hosts.ts';
import type { RequestServices } from './answer-request.ts';
import { type Audit, auditEntry } from './audit-entry.ts';
import type { Authenticate } from './authentication.ts';
import { allowOrigins } from './cross-origin.ts';
import { docsPage } from './docs-page.ts';
import { beginExchange, exchangeOf } from './exchange.ts';
import { onceByKey } from './idempotency.ts';
import { type Metrics, metricsRoute } from './metrics.ts';
import { type ApiFacts, openApiRoute } from './openapi.ts';
import { defaultRateLimits, type RateLimits, rateGate } from './rate-limits.ts';
import { type RequestFault, requestFault } from './request-fault.ts';
import { logRequests } from './request-log.ts';
import { RequestRefused, type Route } from './route.ts';
import { securityHeaders } from './security-headers.ts';
import { problemAnswer, sendAnswer } from './send-answer.ts';
import { serveRoutes } from './serve-routes.ts';

export type ApiOptions = {
  routes: readonly Route[];
  authenticate: Authenticate;
  clock: Clock;
  log: Logger;
  /** Remembers idempotency keys; without it they are not looked at. */
  db?: Kysely<Database>;
  /** Hears of every change that was made or refused, before its answer goes out. */
  audit?: Audit;
  /** Hears of what nobody foresaw, after it was logged. */
  onError?: (error: unknown, about: { requestId: string; method: string; path: string }) => void;
  /** The setting; asked for each request. */
  allowedOrigins?: () => readonly string[];
  rateLimits?: RateLimits;
  /** Read at `/metrics`, by who may look and from this machine; without them there is none. */
  metrics?: Metrics;
  /** For the API's description. */
  about?: ApiFacts;
  /** What far nodes ask (`/nodes/v1`): they show who they are by their certificates, which no page of anybody can. */
  nodeWork?: RequestHandler;
  /** The screens: whatever else the server shows. */
  pages?: RequestHandler;
};

/** The whole HTTP side of the server; whoever starts it listens with it (`limitSlowClients`). */
export function createApi(options: ApiOptions): Express {
  const { clock, log, allowedOrigins = () => [] } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // Whoever sends X-Forwarded-For could be anybody.
  app.set('trust proxy', false);
  app.use((request, response, next) => {
    const { requestId } = beginExchange(request, clock.monotonicMs());
    response.setHeader('X-Request-Id', requestId);
    response.setHeader('Cache-Control', 'private, no-cache');
    next();
  });
  app.use(logRequests(log, clock, (end) => options.metrics?.requestEnded(end)));
  if (options.nodeWork !== undefined) app.use('/nodes/v1', options.nodeWork);
  app.use(securityHeaders());
  app.use((request, _response, next) => {
    demandOwnHost(request.headers.host, allowedOrigins());
    next();
  });
  app.use(allowOrigins(allowedOrigins));
  const services = requestServices(options, allowedOrigins);
  const description = openApiRoute(options.routes, options.about ?? { version: '0', sessionCookie: 'session' });
  app.use('/api/v1', serveRoutes([...options.routes, description], services));
  app.use('/api/docs', docsPage());
  if (options.metrics !== undefined) app.use(serveRoutes([metricsRoute(options.metrics)], services));
  if (options.pages !== undefined) app.use(options.pages);
  app.use((request, _response, next) => {
    next(new RequestRefused('ENC-SYS-006', `There is nothing at ${request.path.slice(0, 200)}.`));
  });
  app.use(answerFaults(services));
  return app;
}

function requestServices(options: ApiOptions, allowedOrigins: () => readonly string[]): RequestServices {
  const { authenticate, clock, log, db, audit, rateLimits = defaultRateLimits } = options;
  const gate = { authenticate, countRequest: rateGate(rateLimits, clock), allowedOrigins };
  const report = reporter(options);
  return {
    clock,
    admit: (row, request) => admit(gate, row, request),
    once: db === undefined ? null : onceByKey(db, clock, log),
    explain: (error, request) => {
      const fault = requestFault(error);
      if (fault.unexpected) report(error, request);
      return fault;
    },
    answered: async (row, request, raw, outcome) => {
      const entry = auditEntry({ row, ...raw, ...exchangeOf(request), outcome }, clock.nowMs());
      if (entry === null) return;
      try {
        await audit?.(entry);
      } catch (error) {
        // The change was made; that nobody wrote it down must not look as if it had failed.
        log.error({ ...entry }, 'a change is missing in the audit');
        report(error, request);
      }
    },
  };
}

function reporter({ log, onError }: ApiOptions): (error: unknown, request: Request) => void {
  return (error, request) => {
    const { requestId } = exchangeOf(request);
    log.error({ requestId, error: error instanceof Error ? error.stack : String(error) }, 'a request failed');
    onError?.(error, { requestId, method: request.method, path: request.path });
  };
}

/** For what no row answers. */
function answerFaults({ clock, explain }: RequestServices): ErrorRequestHandler {
  // Express tells error handlers by their four parameters.
  return (error: unknown, request, response, _next) => {
    const fault: RequestFault = explain(error, request);
    const { requestId } = exchangeOf(request);
    sendAnswer(request, response, problemAnswer(fault, { requestId, nowMs: clock.nowMs() }));
  };
}
