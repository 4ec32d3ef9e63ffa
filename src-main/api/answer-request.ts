import type { Request, Response } from 'express';
import type { Clock } from '#main/platform/clock.ts';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import { exchangeOf } from './exchange.ts';
import type { Once } from './idempotency.ts';
import { parseRequest } from './parse-request.ts';
import { readBody } from './read-body.ts';
import type { RequestFault } from './request-fault.ts';
import type { Actor, Route, RouteRequest, StreamedAnswer } from './route.ts';
import { type Answer, problemAnswer, sendAnswer } from './send-answer.ts';

export type RequestServices = {
  clock: Clock;
  /** Finds out who asks, and whether the row lets them; RequestRefused if not. */
  admit: (row: Route, request: Request) => Promise<Actor | null>;
  /** Null where keys are not remembered. */
  once: Once | null;
  /** Names what was thrown, and tells whoever should know. */
  explain: (error: unknown, request: Request) => RequestFault;
  /** Hears of every answered request of a row, just before its answer goes out. */
  answered: (row: Route, request: Request, raw: ReceivedRequest, outcome: RequestOutcome) => Promise<void>;
};

/** As it came; the body is undefined where it was not read. */
export type ReceivedRequest = { params: Record<string, string>; query: unknown; body: unknown };

export type RequestOutcome = { status: number; code: ProblemCode | null; json: string | null };

/** Answers a request by its row, whatever happens. */
export async function answerRequest(
  row: Route,
  request: Request,
  response: Response,
  services: RequestServices,
): Promise<void> {
  const exchange = exchangeOf(request);
  exchange.template = row.path;
  const raw: ReceivedRequest = { params: wholeParams(request), query: request.query, body: undefined };
  let code: ProblemCode | null = null;
  const refusal = (error: unknown): Answer => {
    const fault = services.explain(error, request);
    ({ code } = fault);
    return problemAnswer(fault, { requestId: exchange.requestId, nowMs: services.clock.nowMs() });
  };

  let answer: Answer | StreamedAnswer;
  try {
    exchange.actor = await services.admit(row, request);
    if (row.body !== undefined) raw.body = await readBody(request, response, services.clock);
    const parsed = { ...parseRequest(row, raw), ...circumstances(request, response) };
    answer = await answerOnce(row, request, parsed, services, refusal);
  } catch (error) {
    answer = refusal(error);
    // The rest of a refused upload is not waited for.
    if (row.uploads !== undefined && !request.complete) response.setHeader('Connection', 'close');
  }
  if ('stream' in answer) {
    await answer.stream(request, response).catch((error: unknown) => {
      // Who went away in the middle of a film is no fault of ours.
      if (!response.destroyed) sendAnswer(request, response, refusal(error));
    });
    await services.answered(row, request, raw, { status: response.statusCode, code, json: null });
    return;
  }
  await services.answered(row, request, raw, { status: answer.status, code, json: answer.json });
  sendAnswer(request, response, answer);
}

/** Does the row's work; under an Idempotency-Key at most once. */
async function answerOnce(
  row: Route,
  request: Request,
  parsed: RouteRequest<unknown, unknown, unknown>,
  { once }: RequestServices,
  refusal: (error: unknown) => Answer,
): Promise<Answer | StreamedAnswer> {
  const key = request.headers['idempotency-key'];
  const { actor } = parsed;
  const isStreamed = row.streams !== undefined || row.uploads !== undefined;
  if (row.method !== 'post' || typeof key !== 'string' || actor === null || once === null || isStreamed) {
    return workOf(row, parsed);
  }
  return once(
    {
      ...{ actor, key },
      method: request.method,
      url: request.originalUrl,
      body: parsed.body,
      mayKeep: row.replay !== 'never',
    },
    async () => {
      try {
        const answer = await workOf(row, parsed);
        if ('stream' in answer) throw new Error(`${row.method} ${row.path} streams, but its row does not say so`);
        return answer;
      } catch (error) {
        // A refusal is an answer too: asking again under the same key gets the same.
        return refusal(error);
      }
    },
  );
}

async function workOf(row: Route, parsed: RouteRequest<unknown, unknown, unknown>): Promise<Answer | StreamedAnswer> {
  const answer = await row.handle(parsed);
  if ('stream' in answer) return answer;
  const status = answer.status ?? row.status ?? (row.answer === undefined ? 204 : 200);
  return { status, json: status === 204 ? null : answerJson(row, answer.body), headers: answer.headers ?? {} };
}

/** Only what the schema knows leaves the server: a strict one turns a leaked column into an error here. */
function answerJson(row: Route, body: unknown): string {
  if (row.answer === undefined) throw new Error(`${row.method} ${row.path} has no schema for its answer`);
  const checked = row.answer.safeParse(body);
  if (checked.success) return JSON.stringify(checked.data);
  const faults = checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`${row.method} ${row.path} answers what its schema does not: ${faults.join('; ')}`);
}

function circumstances(
  request: Request,
  response: Response,
): Omit<RouteRequest<unknown, unknown, unknown>, 'params' | 'query' | 'body'> {
  const { actor, requestId, address } = exchangeOf(request);
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  return { actor, requestId, address, headers, signal: gone.signal };
}

/** Express 5 gives the parts that a wildcard took; rows see the path as it was. */
function wholeParams(request: Request): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.params).map(([name, value]) => [name, Array.isArray(value) ? value.join('/') : value]),
  );
}
