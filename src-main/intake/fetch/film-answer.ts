import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { FetchFailed } from './fetch-failed.ts';

/** What an answer says of the film, and where in it its body begins. */
export type FilmAnswer = {
  fromByte: number;
  /** Of the whole film; null where nobody says. */
  sizeBytes: number | null;
  /** What tells this film from a later one of the same address; null where a part of it can't be asked for. */
  validator: string | null;
};

/** How far one is with a film, to go on there. */
export type FilmSoFar = { receivedBytes: number; sizeBytes: number | null; validator: string | null };

/** Headers that ask for the rest, or for all of it where the server has another film by now (RFC 9110 13.1.5). */
export function rangeHeaders({ receivedBytes, validator }: FilmSoFar): Record<string, string> {
  if (receivedBytes === 0 || validator === null) return {};
  return { Range: `bytes=${receivedBytes}-`, 'If-Range': validator };
}

/** FetchFailed for an answer that is no film, nor the part of one that was asked for. */
export function readFilmAnswer(
  { statusCode = 0, headers }: Pick<IncomingMessage, 'statusCode' | 'headers'>,
  soFar: FilmSoFar,
): FilmAnswer {
  if (statusCode !== 200 && statusCode !== 206) throw new FetchFailed('status', { status: statusCode });
  const coding = headers['content-encoding'] ?? 'identity';
  if (coding !== 'identity' && coding !== '') throw new FetchFailed('encoded');
  const validator = validatorOf(headers);
  const lengthBytes = numberIn(headers['content-length']);
  if (statusCode === 200) {
    if (lengthBytes === 0) throw new FetchFailed('empty');
    return { fromByte: 0, sizeBytes: lengthBytes, validator };
  }
  // RFC 9110 14.4. A part that nobody asked for, or of another film, would make a film of two.
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '');
  const [fromByte, lastByte, sizeBytes] = [numberIn(range?.[1]), numberIn(range?.[2]), numberIn(range?.[3])];
  const fits =
    fromByte === soFar.receivedBytes &&
    sizeBytes !== null &&
    lastByte === sizeBytes - 1 &&
    (soFar.sizeBytes === null || soFar.sizeBytes === sizeBytes) &&
    soFar.receivedBytes > 0;
  if (!fits) throw new FetchFailed('changed');
  return { fromByte, sizeBytes, validator: validator ?? soFar.validator };
}

/** A strong ETag, or a date that is one (RFC 9110 8.8.2.2: nobody changed the film in the same second). */
function validatorOf(headers: IncomingHttpHeaders): string | null {
  const { etag, 'last-modified': modified, date } = headers;
  if (etag !== undefined) return /^"[^"]*"$/.test(etag) ? etag : null;
  const agedMs = Date.parse(date ?? '') - Date.parse(modified ?? '');
  return modified !== undefined && agedMs >= 1_000 ? modified : null;
}

function numberIn(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
