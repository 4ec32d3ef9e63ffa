import type { LookupAddress } from 'node:dns';
import { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Receiver } from './receiver.ts';

/*
 * One POST to a receiver whom nobody trusts: it may be slow, endless, rude or gone. No redirect is followed, since it could
 * lead where the URL itself may not.
 */

export type Posted =
  /** There was an answer; `answer` is how its body began, `retryAfter` the header of that name. */
  { ok: true; status: number; answer: string; retryAfter: string | undefined } | { ok: false; message: string };

const readAtMostBytes = 65_536;
const keepAtMostBytes = 1_024;

/** Sends it to one of the receiver's addresses and nowhere else. An aborted signal ends it; what was answered by then counts. */
export async function post(
  { url, addresses }: Receiver,
  body: string,
  headers: OutgoingHttpHeaders,
  signal: AbortSignal,
): Promise<Posted> {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const request = send(url, {
    method: 'POST',
    headers: { ...headers, 'Content-Length': Buffer.byteLength(body), 'Accept-Encoding': 'identity' },
    lookup: lookupOf(addresses),
    // A socket of its own: none that an earlier check had allowed, and none through a proxy, which would look up names itself.
    agent: false,
    signal,
  });
  try {
    request.end(body);
    const response = await answerOf(request);
    const { statusCode = 0, headers: answered } = response;
    return { ok: true, status: statusCode, answer: await beginningOf(response), retryAfter: answered['retry-after'] };
  } catch (error) {
    return { ok: false, message: faultOf(error) };
  } finally {
    request.destroy();
  }
}

/** Answers only what was checked before. Node asks for one address or for all, as it likes. */
function lookupOf(addresses: readonly LookupAddress[]): LookupFunction {
  return (name, options, answer) => {
    const [first] = addresses;
    if (first === undefined) answer(new Error(`${name} has no address`), '');
    else if (options.all === true) answer(null, [...addresses]);
    else answer(null, first.address, first.family);
  };
}

function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    // Stays for good: a socket may fail again after its answer, which would end the process if nobody heard it.
    request.on('error', reject);
    // All that Node says of an answer that changes the protocol.
    request.once('close', () => reject(new Error('the receiver closed the connection')));
  });
}

/** The status was the answer: a body that never ends, or breaks off, changes nothing. */
function beginningOf(response: IncomingMessage): Promise<string> {
  const kept: Buffer[] = [];
  let readBytes = 0;
  return new Promise((resolve) => {
    const done = (): void => resolve(readable(Buffer.concat(kept)));
    response.on('data', (chunk: Buffer) => {
      if (readBytes < keepAtMostBytes) kept.push(chunk.subarray(0, keepAtMostBytes - readBytes));
      readBytes += chunk.length;
      if (readBytes >= readAtMostBytes) response.destroy();
    });
    response.on('error', done);
    response.once('close', done);
  });
}

/** Text for the log, whatever the bytes were; a character that was cut in two at the end is left out. */
function readable(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes, { stream: true });
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, '\u{fffd}');
}

function faultOf(error: unknown): string {
  // Node tries each address of a name; why the first one failed says most.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (!(first instanceof Error)) return 'the connection failed';
  const code = 'code' in first && typeof first.code === 'string' ? first.code : '';
  switch (code) {
    case 'ABORT_ERR':
      return 'no answer in time';
    case 'ECONNREFUSED':
      return 'nobody listens there (ECONNREFUSED)';
    case 'ECONNRESET':
    case 'EPIPE':
      return `the receiver closed the connection without an answer (${code})`;
    default:
      return first.message.slice(0, 300);
  }
}
