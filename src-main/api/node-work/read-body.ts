import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { WorkRefused } from './work-answer.ts';

/** The whole body, in memory. WorkRefused where it has more than `mostBytes`, or doesn't say how many. */
export async function readBody(request: IncomingMessage, mostBytes: number): Promise<Uint8Array> {
  const told = request.headers['content-length'];
  const length = /^\d{1,12}$/.test(told ?? '') ? Number(told) : null;
  if (length === null) throw new WorkRefused('bad-request', 'Content-Length is missing.');
  if (length > mostBytes) throw new WorkRefused('too-big', `At most ${mostBytes} bytes a request.`);
  const pieces: Uint8Array[] = [];
  for await (const piece of bytesOf(request)) pieces.push(piece);
  const body = Buffer.concat(pieces);
  if (body.length !== length) throw new WorkRefused('bad-request', 'The body is shorter than it was said to be.');
  return body;
}

/** A body of JSON. WorkRefused where it isn't what `schema` says. */
export async function readJson<T extends z.ZodType>(
  request: IncomingMessage,
  schema: T,
  mostBytes: number,
): Promise<z.output<T>> {
  const body = await readBody(request, mostBytes);
  let raw: unknown;
  try {
    raw = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new WorkRefused('bad-request', 'The body is no JSON.');
  }
  const parsed = schema.safeParse(raw);
  if (!parsed.success) throw new WorkRefused('bad-request', parsed.error.message.slice(0, 500));
  return parsed.data;
}

function bytesOf(request: IncomingMessage): AsyncIterable<Uint8Array> {
  return request;
}
