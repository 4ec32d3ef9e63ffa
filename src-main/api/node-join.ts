import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Router } from 'express';
import type { z } from 'zod';
import type { JoinDesk } from '#main/fleet/join-desk.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import { peerKeyHash } from '#main/platform/peer-key.ts';
import { joinBegin, type JoinBegun, joinProve, type JoinProven, type joinRefused } from '#shared/protocol/node-join.ts';
import { problems } from '#shared/protocol/problem.ts';
import { peerAddress } from './exchange.ts';
import { rateWindow } from './rate-window.ts';
import { readBody } from './read-body.ts';
import { requestFault } from './request-fault.ts';
import { RequestRefused } from './route.ts';

export type JoinRouterOptions = { desk: JoinDesk; clock: Clock; log: Logger };

/** A person types a code a few times; two requests a time. */
const joinsOfAddress = { windowMs: 5 * 60_000, most: 60 };
/** Of addresses that take turns. */
const joinsOfAll = { windowMs: 60_000, most: 600 };

/** `/join` below `/nodes/v1`: over TLS, by the certificate alone; it knows no cookies, tokens and origins. */
export function joinRouter({ desk, clock, log }: JoinRouterOptions): Router {
  const router = express.Router({ caseSensitive: true });
  const countOfAddress = rateWindow(clock, joinsOfAddress);
  const countOfAll = rateWindow(clock, joinsOfAll);
  const step =
    (answer: (request: Request, keyHash: string, body: unknown) => Promise<JoinBegun | JoinProven>): RequestHandler =>
    async (request, response) => {
      countOfAddress(peerAddress(request));
      countOfAll('all');
      const keyHash = peerKeyHash(request);
      if (keyHash === null) {
        throw new RequestRefused('ENC-AUTH-001', 'nodes ask over TLS, and show their certificate');
      }
      response.json(await answer(request, keyHash, await readBody(request, response, clock)));
    };

  router.post(
    '/join/begin',
    step(async ({ socket }, _keyHash, body) => {
      const { nodeNonce } = understood(joinBegin, body);
      return { serverNonce: desk.begin(socket, nodeNonce) };
    }),
  );
  router.post(
    '/join/prove',
    step(async (request, nodeKeyHash, body) => {
      const wish = { connection: request.socket, nodeKeyHash, address: peerAddress(request) };
      const outcome = await desk.prove(wish, understood(joinProve, body));
      if (!outcome.ok) throw new RequestRefused('ENC-AUTH-003', outcome.message);
      return { nodeId: outcome.nodeId, proof: outcome.proof };
    }),
  );
  router.use('/join', refuse(log));
  return router;
}

function understood<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new RequestRefused(
    'ENC-SYS-007',
    'the request was not understood: use the same version of Encrew on both sides',
  );
}

function refuse(log: Logger): ErrorRequestHandler {
  // Express tells error handlers by their four parameters.
  return (error: unknown, _request, response, _next) => {
    const { code, details, headers, unexpected } = requestFault(error);
    if (unexpected) log.error({ error: error instanceof Error ? error.stack : String(error) }, 'a join failed');
    const message = typeof details === 'string' ? details : problems[code].message;
    response
      .set(headers)
      .status(problems[code].status)
      .json({ message } satisfies z.input<typeof joinRefused>);
  };
}
