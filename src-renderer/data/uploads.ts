import type { FetchFault } from '#shared/protocol/uploads.ts';
import { type Carrier, type News, tusCarrier, webCarrier } from './carriers.ts';
import type { ApiFault } from './client.ts';
import type { LocalFilm } from './dropped-films.ts';
import { keepFetched, keptFetched } from './kept-fetched.ts';

/*
 * Films on their way to the server, whatever screen is shown: sent by this device, or fetched by the server. A line that was
 * lost is picked up again, also after a reload: films of this device once the same file is chosen again.
 */

export type SentFilm = {
  key: string;
  name: string;
  folder: string[];
  /** Who brings it. */
  by: 'device' | 'server';
  /** Null for a film of the web whose length nobody knows. */
  sizeBytes: number | null;
  sentBytes: number;
  /** Waits for a line to be free, goes up, was held by a person, is there, or could not be sent. */
  state: 'waiting' | 'sending' | 'held' | 'there' | 'failed';
  error: ApiFault | null;
  /** Why the server could not fetch it. */
  fault: FetchFault | null;
  /** What POST /jobs takes; null before it is there. */
  input: string | null;
};

export type UploadDesk = {
  add: (films: readonly LocalFilm[]) => void;
  /** A film that the server fetches by its web address. */
  fetch: (url: string) => void;
  hold: (key: string) => void;
  resume: (key: string) => void;
  /** Takes it off the list and off the server, unless a job reads it. */
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

type Sending = { film: SentFilm; carrier: Carrier; ends: ((film: SentFilm | null) => void)[] };

/** Sends films, two at once; fetched ones cost this device nothing, and are begun at once. */
export function uploadDesk(): UploadDesk {
  const all = new Map<string, Sending>();
  const listeners = new Set<() => void>();
  const fetched = new Map<string, { id: string; url: string }>();
  let shown: readonly SentFilm[] = [];
  let count = 0;

  const told = (): void => {
    shown = [...all.values()].map(({ film }) => film);
    for (const listener of listeners) listener();
  };
  const remember = (): void => keepFetched([...fetched].flatMap(([key, film]) => (all.has(key) ? [film] : [])));
  const change = (one: Sending, set: Partial<SentFilm>): void => {
    one.film = { ...one.film, ...set };
    const isOver = one.film.state === 'there' || one.film.state === 'failed';
    if (isOver) for (const end of one.ends.splice(0)) end(one.film);
    told();
  };
  const next = (): void => {
    const sent = [...all.values()].filter(({ film }) => film.by === 'device');
    const isSending = sent.filter(({ film }) => film.state === 'sending').length;
    const waiting = sent.filter(({ film }) => film.state === 'waiting');
    for (const one of waiting.slice(0, Math.max(0, sentAtOnce - isSending))) go(one);
  };
  const go = (one: Sending): void => {
    change(one, { state: 'sending', error: null, fault: null });
    one.carrier.go(newsOf(one));
  };
  const newsOf = (one: Sending): News => ({
    progress: (sentBytes, sizeBytes) => change(one, { sentBytes, sizeBytes }),
    named: (name) => change(one, { name }),
    there: (id) => {
      const { sizeBytes, sentBytes } = one.film;
      change(one, { state: 'there', sentBytes: sizeBytes ?? sentBytes, input: `upload:${id}` });
      next();
    },
    failed: (error, fault) => {
      change(one, { state: 'failed', error, fault });
      next();
    },
  });
  const put = (film: Pick<SentFilm, 'name' | 'folder' | 'by' | 'sizeBytes'>, carrierOf: (key: string) => Carrier) => {
    const key = `${(count += 1)}`;
    const begun = { sentBytes: 0, state: 'waiting', error: null, fault: null, input: null } as const;
    const one: Sending = { film: { key, ...film, ...begun }, carrier: carrierOf(key), ends: [] };
    all.set(key, one);
    return one;
  };
  const fetchFilm = (url: string, id: string | null): void => {
    const { origin, pathname } = new URL(url);
    const one = put({ name: `${origin}${pathname}`, folder: [], by: 'server', sizeBytes: null }, (key) => {
      if (id !== null) fetched.set(key, { id, url });
      return webCarrier(url, id, (known) => {
        if (known === null) fetched.delete(key);
        else fetched.set(key, { id: known, url });
        remember();
      });
    });
    go(one);
  };
  for (const { id, url } of keptFetched()) fetchFilm(url, id);

  return {
    add: (films) => {
      for (const { file, folder } of films) {
        put({ name: file.name, folder, by: 'device', sizeBytes: file.size }, () => tusCarrier(file));
      }
      told();
      next();
    },
    fetch: (url) => fetchFilm(url, null),
    hold: (key) => {
      const one = all.get(key);
      if (one === undefined || one.film.state === 'there') return;
      one.carrier.hold();
      change(one, { state: 'held' });
      next();
    },
    resume: (key) => {
      const one = all.get(key);
      if (one === undefined || one.film.state === 'there') return;
      if (one.film.by === 'server') go(one);
      else change(one, { state: 'waiting', error: null });
      next();
    },
    remove: (key) => {
      const one = all.get(key);
      if (one === undefined) return;
      all.delete(key);
      one.carrier.cancel();
      remember();
      for (const end of one.ends.splice(0)) end(null);
      told();
      next();
    },
    forget: (keys) => {
      for (const key of keys) all.delete(key);
      remember();
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
