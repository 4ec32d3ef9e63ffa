import type { IncomingMessage } from 'node:http';
import type { Clock } from '#main/platform/clock.ts';
import { nameWhenThere, uploadPlace } from '../upload-folder.ts';
import type { UploadRoom } from '../upload-room.ts';
import { FetchFailed } from './fetch-failed.ts';
import { fetchedName } from './fetched-name.ts';
import { type FilmAnswer, type FilmSoFar, rangeHeaders, readFilmAnswer } from './film-answer.ts';
import type { Guard } from './guarded-lookup.ts';
import type { KeptFetch } from './kept-fetch.ts';
import { receiveBody } from './receive-body.ts';
import { requestFilm } from './request-film.ts';

/** A film that is being fetched, as it is now. */
export type FilmOnItsWay = { kept: KeptFetch; receivedBytes: number };

export type BringDeps = {
  clock: Clock;
  dataDir: string;
  room: UploadRoom;
  guard: Guard;
  /** Writes down what a restart must know. */
  keep: (kept: KeptFetch) => Promise<void>;
  answerMs: number;
  silentMs: number;
  userAgent: string;
};

/** Where nobody knows how long a film is, so much more of it has to fit at a time. */
const unknownRestBytes = 64 * 2 ** 20;

/** One try to bring the film, or what is missing of it. FetchFailed; what came by then stays, and the next try goes on there. */
export async function bringFilm(film: FilmOnItsWay, deps: BringDeps, signal: AbortSignal): Promise<void> {
  const { clock, dataDir, keep, silentMs } = deps;
  if (film.kept.sizeBytes !== null && film.receivedBytes === film.kept.sizeBytes) return;
  const { response, url, answer } = await answerWithFilm(film, deps, signal);
  try {
    const { sizeBytes, validator, fromByte } = answer;
    if (sizeBytes !== null) await demandRoom(film, deps, sizeBytes, fromByte);
    const urls = [url, new URL(film.kept.url)];
    const name = nameWhenThere(fetchedName(film.kept.wishedName, response.headers['content-disposition'], urls));
    film.kept = { ...film.kept, name, sizeBytes, validator, isAnswered: true };
    await keep(film.kept);
    film.receivedBytes = fromByte;
    const receivedBytes = await receiveBody(response, {
      ...{ path: uploadPlace(dataDir, film.kept).coming, fromByte, clock, silentMs },
      demandRoom: (bytes) => demandRoom(film, deps, sizeBytes, bytes),
      onBytes: (bytes) => {
        film.receivedBytes = bytes;
      },
    });
    if (receivedBytes === 0) throw new FetchFailed('empty');
    await demandRoom(film, deps, receivedBytes, receivedBytes);
    film.kept = { ...film.kept, sizeBytes: receivedBytes };
    await keep(film.kept);
  } finally {
    response.destroy();
  }
}

type Answered = { response: IncomingMessage; url: URL; answer: FilmAnswer };

/** Where the server has another film by now, or no such part of it, it is asked for all of it. */
async function answerWithFilm(film: FilmOnItsWay, deps: BringDeps, signal: AbortSignal): Promise<Answered> {
  const { validator, sizeBytes } = film.kept;
  const isTooLong = sizeBytes !== null && film.receivedBytes > sizeBytes;
  const receivedBytes = validator === null || isTooLong ? 0 : film.receivedBytes;
  try {
    return await ask(film, { receivedBytes, sizeBytes, validator }, deps, signal);
  } catch (error) {
    const isOther = error instanceof FetchFailed && (error.code === 'changed' || error.status === 416);
    if (!isOther || receivedBytes === 0) throw error;
    return ask(film, { receivedBytes: 0, sizeBytes: null, validator: null }, deps, signal);
  }
}

async function ask(film: FilmOnItsWay, soFar: FilmSoFar, deps: BringDeps, signal: AbortSignal): Promise<Answered> {
  const { guard, clock, answerMs, userAgent } = deps;
  const { response, url } = await requestFilm({
    url: new URL(film.kept.url),
    // A coded body has neither the length nor the parts that are reckoned with here.
    headers: { 'User-Agent': userAgent, Accept: '*/*', 'Accept-Encoding': 'identity', ...rangeHeaders(soFar) },
    ...{ guard, clock, answerMs, signal },
  });
  try {
    return { response, url, answer: readFilmAnswer(response, soFar) };
  } catch (error) {
    response.destroy();
    throw error;
  }
}

async function demandRoom(
  { kept }: FilmOnItsWay,
  { room }: BringDeps,
  sizeBytes: number | null,
  receivedBytes: number,
): Promise<void> {
  const may = await room.mayCome(kept.id, {
    sizeBytes: Math.max(sizeBytes ?? 0, receivedBytes),
    restBytes: sizeBytes === null ? unknownRestBytes : sizeBytes - receivedBytes,
  });
  if (may.ok) return;
  throw new FetchFailed(may.because === 'too-large' ? 'too-large' : 'no-space');
}
