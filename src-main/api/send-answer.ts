import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Problem, problems } from '#shared/protocol/problem.ts';
import type { RequestFault } from './request-fault.ts';
import type { AnswerHeaders } from './route.ts';

/** An answer as it goes out; `json` is null where it has no body. */
export type Answer = { status: number; json: string | null; headers: AnswerHeaders };

/** RFC 9110 11.6.1: each 401 names a way to prove who asks. People's is a form, which no scheme stands for. */
const challenge = { 'WWW-Authenticate': 'Bearer' };

/** The answer that tells why not. */
export function problemAnswer(fault: RequestFault, at: { requestId: string; nowMs: number }): Answer {
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
  const headers = status === 401 ? { ...challenge, ...fault.headers } : fault.headers;
  return { status, json: JSON.stringify(answer), headers };
}

/**
 * Sends an answer. One to GET or HEAD carries a strong ETag, the route's own or else the hash of its bytes, and shrinks to 304
 * where the caller has it already (RFC 9110 13.1.2); browsers keep it for themselves and ask each time. One that has begun can
 * only be broken off.
 */
export function sendAnswer(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
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
