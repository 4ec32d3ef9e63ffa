import { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Clock } from '#main/platform/clock.ts';
import { FetchFailed, fetchFailure } from './fetch-failed.ts';
import { demandAllowed, type Guard, guardedLookup } from './guarded-lookup.ts';

export type FilmRequest = {
  url: URL;
  headers: OutgoingHttpHeaders;
  guard: Guard;
  clock: Clock;
  /** For each address on the way: to connect, and to be answered. */
  answerMs: number;
  signal: AbortSignal;
};

const mostRedirects = 5;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Asks for a film, wherever that is said to lie; the answer's body is still to be read. FetchFailed. */
export async function requestFilm(wish: FilmRequest): Promise<{ response: IncomingMessage; url: URL }> {
  let { url } = wish;
  for (let hop = 0; ; hop += 1) {
    demandAllowed(url, wish.guard);
    const response = await answerOf(url, wish);
    if (!redirects.has(response.statusCode ?? 0)) return { response, url };
    response.destroy();
    if (hop === mostRedirects) throw new FetchFailed('redirect');
    url = placeAfter(url, response.headers.location);
  }
}

/** Whoever began by TLS is not led out of it. */
function placeAfter(url: URL, location: string | undefined): URL {
  const next = location === undefined ? null : URL.parse(location, url.href);
  if (next === null) throw new FetchFailed('redirect');
  if (url.protocol === 'https:' && next.protocol !== 'https:') throw new FetchFailed('redirect');
  return next;
}

async function answerOf(url: URL, { headers, guard, clock, answerMs, signal }: FilmRequest): Promise<IncomingMessage> {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const request = send(url, {
    headers,
    lookup: guardedLookup(guard),
    // A socket of its own: none that an earlier check had allowed, and none through a proxy, which would look up names itself.
    agent: false,
    // Whatever the environment says (NODE_TLS_REJECT_UNAUTHORIZED).
    rejectUnauthorized: true,
    signal,
  });
  const cancelAlarm = clock.after(answerMs, () => request.destroy(new FetchFailed('silent')));
  try {
    return await firstAnswer(request);
  } catch (error) {
    request.destroy();
    throw fetchFailure(error);
  } finally {
    cancelAlarm();
  }
}

function firstAnswer(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    // Stays for good: a socket may fail again after its answer, which would end the process if nobody heard it.
    request.on('error', reject);
    // All that Node says of an answer that changes the protocol.
    request.once('close', () => reject(new FetchFailed('unreachable')));
    request.end();
  });
}
