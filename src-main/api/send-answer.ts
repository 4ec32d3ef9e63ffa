import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Problem, problems } from '#shared/protocol/problem.ts';
import type { RequestFault } from './request-fault.ts';
import type { AnswerHeaders } from './route.ts';

/**
 * Sends a JSON answer. One to GET or HEAD carries a strong ETag, the route's own or the hash of its bytes, and shrinks to
 * 304 where the caller has it already (RFC 9110 13.1.2); browsers keep it for themselves and ask each time.
 */
export function sendJson(
  request: IncomingMessage,
  response: ServerResponse,
  answer: { status: number; json: string | null; headers?: AnswerHeaders },
): void {
  setHeaders(response, answer.headers ?? {});
  response.statusCode = answer.status;
  if (answer.json === null) {
    response.end();
    return;
  }
  const body = Buffer.from(answer.json);
  if (answer.status === 200 && isRead(request)) {
    const given = response.getHeader('ETag');
    const tag = typeof given === 'string' ? given : entityTag(body);
    response.setHeader('ETag', tag);
    if (alreadyHas(request.headers['if-none-match'], tag)) {
      response.statusCode = 304;
      response.end();
      return;
    }
  }
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', body.length);
  // Node sends no body in answer to HEAD.
  response.end(body);
}

/** Tells why not; a fault of an answer that has begun can only be seen by its end. */
export function sendProblem(
  request: IncomingMessage,
  response: ServerResponse,
  fault: RequestFault,
  at: { requestId: string; nowMs: number },
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, message } = problems[fault.code];
  const answer: Problem = {
    error: {
      code: fault.code,
      message,
      details: fault.details,
      requestId: at.requestId,
      timestamp: new Date(at.nowMs).toISOString(),
    },
  };
  sendJson(request, response, { status, json: JSON.stringify(answer), headers: fault.headers });
}

/** Sets what an answer says of itself. */
export function setHeaders(response: ServerResponse, headers: AnswerHeaders): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

/** RFC 9110 8.8.3: the same bytes, the same tag. */
function entityTag(body: Uint8Array): string {
  return `"${createHash('sha256').update(body).digest('base64url')}"`;
}

function alreadyHas(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  // Weak comparison: proxies that compress mark our tags as weak.
  return ifNoneMatch.split(',').some((one) => one.trim().replace(/^W\//, '') === tag);
}

function isRead(request: IncomingMessage): boolean {
  return request.method === 'GET' || request.method === 'HEAD';
}
