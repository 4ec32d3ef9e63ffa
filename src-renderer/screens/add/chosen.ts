import { useState } from 'react';
import { z } from 'zod';

/** What was chosen on the server's disks: a film, or a folder with all its films. */
const chosenFilm = z.object({
  isFolder: z.boolean(),
  path: z.string(),
  name: z.string(),
  sizeBytes: z.number().nullable(),
});
export type ChosenFilm = z.infer<typeof chosenFilm>;

const keptAs = 'encrew-chosen-films';
const kept = z.array(chosenFilm).catch([]);

/** The choice, which outlives a look at another screen and a reload. */
export function useChosen(): [readonly ChosenFilm[], (next: readonly ChosenFilm[]) => void] {
  const [chosen, setChosen] = useState<readonly ChosenFilm[]>(readChosen);
  return [
    chosen,
    (next) => {
      sessionStorage.setItem(keptAs, JSON.stringify(next));
      setChosen(next);
    },
  ];
}

function readChosen(): readonly ChosenFilm[] {
  try {
    return kept.parse(JSON.parse(sessionStorage.getItem(keptAs) ?? '[]'));
  } catch {
    return [];
  }
}

/** The choice with more films, each once. */
export function withFilms(chosen: readonly ChosenFilm[], films: readonly ChosenFilm[]): readonly ChosenFilm[] {
  const byPath = new Map(chosen.map((film) => [film.path, film]));
  for (const film of films) if (!byPath.has(film.path)) byPath.set(film.path, film);
  return [...byPath.values()];
}

/** A path that was typed or pasted, without the quotes that file managers put around it; of a `file:` address the path it names. */
export function pathOf(text: string): string {
  const plain = text.trim().replace(/^(["'])(.*)\1$/, '$2');
  return /^file:/i.test(plain) ? (pathInAddress(plain) ?? plain) : plain;
}

/** RFC 8089, with the forms of Windows: a drive, and a server of the network (appendix E). */
function pathInAddress(address: string): string | null {
  const url = urlOf(address);
  const path = url === null ? null : percentDecoded(url.pathname);
  if (url === null || path === null) return null;
  if (url.hostname !== '' && url.hostname !== 'localhost') return `\\\\${url.hostname}${path.replaceAll('/', '\\')}`;
  return /^\/[a-z]:/i.test(path) ? path.slice(1).replaceAll('/', '\\') : path;
}

function urlOf(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

function percentDecoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** The last name of a path, of either kind of system. */
export function nameOf(path: string): string {
  return (
    path
      .split(/[\\/]/)
      .filter((part) => part !== '')
      .at(-1) ?? path
  );
}

/** A name below a folder, in the way of the server's system. */
export function below(folder: string, name: string): string {
  const separator = folder.includes('\\') ? '\\' : '/';
  return folder.endsWith(separator) ? `${folder}${name}` : `${folder}${separator}${name}`;
}

/** What can be done with the address of something on the web; null for what is none. */
export type WebAddress = { url: string; fault: null } | { url: null; fault: 'scheme' | 'password' | 'broken' };

/** Reads what was typed or pasted; a path is none, and `file:` ones are paths. */
export function webAddressOf(text: string): WebAddress | null {
  const plain = text.trim().replace(/^(["'])(.*)\1$/, '$2');
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(plain)?.[1]?.toLowerCase();
  if (scheme === undefined || scheme === 'file') return null;
  if (scheme !== 'http' && scheme !== 'https') return { url: null, fault: 'scheme' };
  const url = urlOf(plain);
  if (url === null) return { url: null, fault: 'broken' };
  if (url.username !== '' || url.password !== '') return { url: null, fault: 'password' };
  return { url: url.href, fault: null };
}
