import type { DetailedError, Upload } from 'tus-js-client';
import { ApiFault, apiUrl, changeHeaders } from './client.ts';
import type { LocalFilm } from './dropped-films.ts';

/*
 * Films on their way to the server, whatever screen is shown. A line that was lost is picked up again, also after a reload
 * once the same file is chosen again (tus 1.0).
 */

export type SentFilm = {
  key: string;
  name: string;
  folder: string[];
  sizeBytes: number;
  sentBytes: number;
  /** Waits for a line to be free, goes up, was held by a person, is there, or could not be sent. */
  state: 'waiting' | 'sending' | 'held' | 'there' | 'failed';
  error: ApiFault | null;
  /** What POST /jobs takes; null before it is there. */
  input: string | null;
};

export type UploadDesk = {
  add: (films: readonly LocalFilm[]) => void;
  hold: (key: string) => void;
  resume: (key: string) => void;
  /** Takes it off the list and off the server, unless it is there: a job may read it. */
  remove: (key: string) => void;
  /** Takes those off the list that jobs were made of. */
  forget: (keys: readonly string[]) => void;
  /** The input once the film is there; rejects when it can't be sent or is taken off. */
  arrived: (key: string) => Promise<string>;
  films: () => readonly SentFilm[];
  subscribe: (listener: () => void) => () => void;
};

/** More lines at once make none of them faster. */
const sentAtOnce = 2;
const retryDelaysMs = [0, 1_000, 3_000, 5_000, 10_000, 20_000, 30_000];

type Sending = { film: SentFilm; file: File; upload: Upload | null; ends: ((film: SentFilm | null) => void)[] };

/** Sends films, two at once. */
export function uploadDesk(): UploadDesk {
  const all = new Map<string, Sending>();
  const listeners = new Set<() => void>();
  let shown: readonly SentFilm[] = [];
  let count = 0;

  const told = (): void => {
    shown = [...all.values()].map(({ film }) => film);
    for (const listener of listeners) listener();
  };
  const change = (one: Sending, set: Partial<SentFilm>): void => {
    one.film = { ...one.film, ...set };
    const isOver = one.film.state === 'there' || one.film.state === 'failed';
    if (isOver) for (const end of one.ends.splice(0)) end(one.film);
    told();
  };
  const next = (): void => {
    const isSending = [...all.values()].filter(({ film }) => film.state === 'sending').length;
    const waiting = [...all.values()].filter(({ film }) => film.state === 'waiting');
    for (const one of waiting.slice(0, Math.max(0, sentAtOnce - isSending))) void send(one);
  };
  const send = async (one: Sending): Promise<void> => {
    change(one, { state: 'sending', error: null });
    one.upload ??= await newUpload(one, {
      progress: (sentBytes) => change(one, { sentBytes }),
      there: (id) => {
        change(one, { state: 'there', sentBytes: one.film.sizeBytes, input: `upload:${id}` });
        next();
      },
      failed: (error) => {
        change(one, { state: 'failed', error });
        next();
      },
    });
    // Held or taken off while the code for it was read.
    if (one.film.state === 'sending' && all.has(one.film.key)) one.upload.start();
  };

  return {
    add: (films) => {
      for (const { file, folder } of films) {
        const key = `${(count += 1)}`;
        const film: SentFilm = {
          ...{ key, name: file.name, folder, sizeBytes: file.size, sentBytes: 0 },
          ...{ state: 'waiting', error: null, input: null },
        };
        all.set(key, { film, file, upload: null, ends: [] });
      }
      told();
      next();
    },
    hold: (key) => {
      const one = all.get(key);
      if (one === undefined || one.film.state === 'there') return;
      void one.upload?.abort();
      change(one, { state: 'held' });
      next();
    },
    resume: (key) => {
      const one = all.get(key);
      if (one === undefined || one.film.state === 'there') return;
      change(one, { state: 'waiting', error: null });
      next();
    },
    remove: (key) => {
      const one = all.get(key);
      if (one === undefined) return;
      all.delete(key);
      // Nothing is lost where that fails: what nobody goes on with is deleted after a while.
      one.upload?.abort(true).catch(() => {});
      for (const end of one.ends.splice(0)) end(null);
      told();
      next();
    },
    forget: (keys) => {
      for (const key of keys) all.delete(key);
      told();
    },
    arrived: async (key) => {
      const one = all.get(key);
      if (one === undefined) throw new Error('this film was taken off');
      const isOver = one.film.state === 'there' || one.film.state === 'failed';
      const film = isOver ? one.film : await new Promise<SentFilm | null>((resolve) => one.ends.push(resolve));
      if (film?.input != null) return film.input;
      throw film?.error ?? new Error('this film was taken off');
    },
    films: () => shown,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

type News = { progress: (bytes: number) => void; there: (id: string) => void; failed: (error: ApiFault) => void };

async function newUpload({ file }: Sending, news: News): Promise<Upload> {
  const { Upload: TusUpload } = await import('tus-js-client');
  const upload = new TusUpload(file, {
    endpoint: apiUrl('/uploads'),
    metadata: { filename: file.name },
    retryDelays: retryDelaysMs,
    removeFingerprintOnSuccess: true,
    onBeforeRequest: (request) => {
      for (const [name, value] of Object.entries(changeHeaders())) request.setHeader(name, value);
    },
    onProgress: (bytes) => news.progress(bytes),
    onSuccess: () => news.there(upload.url?.split('/').at(-1) ?? ''),
    onError: (error) => news.failed(faultOf(error)),
  });
  const [previous] = await upload.findPreviousUploads();
  if (previous !== undefined) upload.resumeFromPreviousUpload(previous);
  return upload;
}

/** The server's own fault where it answered, else that it could not be reached. */
function faultOf(error: Error | DetailedError): ApiFault {
  const answer = 'originalResponse' in error ? error.originalResponse : null;
  if (answer === null) return new ApiFault({ status: 0, code: 'UNREACHABLE', message: error.message });
  return ApiFault.of(answer.getStatus(), answer.getBody());
}
