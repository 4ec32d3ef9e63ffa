import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit, type Store } from 'express-rate-limit';
import type { Clock } from '#main/platform/clock.ts';
import { exchangeOf } from './exchange.ts';
import { RequestRefused, type Route } from './route.ts';

export type RateLimits = {
  /** Requests a minute of one user or token. */
  actorPerMinute: number;
  /** Requests a minute of one address that has not said who it is, or wrongly. */
  strangerPerMinute: number;
  /** Failed tries of one address in five minutes, where a password or a code is checked. */
  failedLogins: number;
};

/** A script may add 100 jobs a second; nobody guesses a password at 2 tries a minute. */
export const defaultRateLimits: RateLimits = { actorPerMinute: 12_000, strangerPerMinute: 600, failedLogins: 10 };

/** Counts a request whose actor is known by now; RequestRefused with Retry-After once it is one too many. */
export type RateGate = (row: Route, request: Request) => Promise<void>;

/** Counts in memory: a restart forgives. */
export function rateGate(limits: RateLimits, clock: Clock): RateGate {
  const general = limiter(clock, 60_000, keyOfActor, (request) =>
    exchangeOf(request).actor === null ? limits.strangerPerMinute : limits.actorPerMinute,
  );
  const logins = limiter(clock, 5 * 60_000, keyOfAddress, () => limits.failedLogins, { skipSuccessfulRequests: true });
  return async (row, request) => {
    await pass(general, request);
    if (row.limit === 'login') await pass(logins, request);
  };
}

function limiter(
  clock: Clock,
  windowMs: number,
  keyGenerator: (request: Request) => string,
  limit: (request: Request) => number,
  more: { skipSuccessfulRequests?: boolean } = {},
): RequestHandler {
  const store = windowStore(clock, windowMs);
  return rateLimit({
    ...{ windowMs, limit, keyGenerator, store, ...more },
    standardHeaders: false,
    legacyHeaders: false,
    // It would warn of X-Forwarded-For, which we never believe.
    validate: false,
    handler: (_request, _response, next) => {
      const waitSec = Math.max(1, Math.ceil(store.msLeft() / 1000));
      next(
        new RequestRefused('ENC-SYS-005', `Too many requests; try again in ${waitSec} s.`, {
          headers: { 'Retry-After': String(waitSec) },
        }),
      );
    },
  });
}

/** Fixed windows by the given clock. What was counted goes with its window, so memory is bounded by one window's callers. */
function windowStore(clock: Clock, windowMs: number): Store & { msLeft(): number } {
  let hits = new Map<string, number>();
  let endsMs = clock.monotonicMs() + windowMs;
  const turn = (): void => {
    const nowMs = clock.monotonicMs();
    if (nowMs < endsMs) return;
    hits = new Map();
    endsMs = nowMs + windowMs;
  };
  return {
    localKeys: true,
    msLeft: () => endsMs - clock.monotonicMs(),
    increment: (key) => {
      turn();
      const totalHits = (hits.get(key) ?? 0) + 1;
      hits.set(key, totalHits);
      return { totalHits, resetTime: undefined };
    },
    decrement: (key) => {
      const count = hits.get(key);
      if (count !== undefined) hits.set(key, Math.max(0, count - 1));
    },
    resetKey: (key) => {
      hits.delete(key);
    },
  };
}

function keyOfActor(request: Request): string {
  const { actor } = exchangeOf(request);
  return actor === null ? keyOfAddress(request) : `${actor.kind}:${actor.id}`;
}

/** One subscriber has a whole IPv6 network: addresses of one /56 count as one. */
function keyOfAddress(request: Request): string {
  return ipKeyGenerator(exchangeOf(request).address);
}

async function pass(handler: RequestHandler, request: Request): Promise<void> {
  const { res: response } = request;
  if (response === undefined) throw new Error('a request without its response');
  await new Promise<void>((resolve, reject) => {
    void handler(request, response, (refused?: unknown) => (refused === undefined ? resolve() : reject(refused)));
  });
}
