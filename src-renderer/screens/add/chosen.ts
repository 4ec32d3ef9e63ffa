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

/** A path that was typed or pasted, without the quotes that file managers put around it. */
export function pathOf(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/, '$2');
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

/** Whether it is the address of something on the web. */
export function isWebAddress(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text.trim());
}
