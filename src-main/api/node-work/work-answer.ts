import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WorkRefusal } from '#shared/protocol/node-work.ts';

/** `answered`: the route has written it itself. */
export type WorkAnswer = { status: number; headers?: Readonly<Record<string, string>>; body?: unknown } | 'answered';

/** Ends a node's request. */
export class WorkRefused extends Error {
  readonly code: WorkRefusal['code'];
  readonly offset: number | null;

  constructor(code: WorkRefusal['code'], message: string, offset: number | null = null) {
    super(message);
    this.name = 'WorkRefused';
    this.code = code;
    this.offset = offset;
  }
}

const statuses: Readonly<Record<WorkRefusal['code'], number>> = {
  stranger: 403,
  lost: 410,
  changed: 412,
  away: 503,
  nothing: 404,
  offset: 409,
  'too-big': 413,
  'disk-full': 507,
  busy: 429,
  'bad-request': 400,
  fault: 500,
};

/** A refusal as it goes out. */
export function refused({ code, message, offset }: WorkRefused): WorkAnswer {
  const body: WorkRefusal = { code, message, offset };
  return { status: statuses[code], body };
}

/** Sends an answer. One that has begun can only be broken off. */
export function tell(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers = {}, body }: Exclude<WorkAnswer, 'answered'>,
): void {
  if (response.headersSent) return void response.destroy();
  // The rest of a refused body is not waited for.
  if (!request.complete) response.setHeader('Connection', 'close');
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.statusCode = status;
  if (body === undefined) return void response.end();
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(body));
}
