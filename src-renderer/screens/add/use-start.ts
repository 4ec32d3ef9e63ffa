import { useState } from 'react';
import type { AddWish, Added, BatchMade, FilmWish } from '../../data/add-films.ts';
import { useAddFilms } from '../../data/add-films.ts';
import type { SentFilm } from '../../data/uploads.ts';
import { useUploadDesk } from '../../data/uploads-context.tsx';
import type { ChosenFilm } from './chosen.ts';

type Films = { chosen: readonly ChosenFilm[]; sent: readonly SentFilm[] };

export type Start = {
  go: (films: Films, how: Omit<AddWish, 'films'>) => void;
  isPending: boolean;
  error: Error | null;
  /** What was added where some films were not: who started it should see why. */
  partly: readonly BatchMade[] | null;
};

/** Adds what was chosen, once all of it is on the server, and tells what became of it. */
export function useStart(onAdded: (added: Added) => void, onTaken: () => void): Start {
  const add = useAddFilms();
  const desk = useUploadDesk();
  const [partly, setPartly] = useState<readonly BatchMade[] | null>(null);
  return {
    go: ({ chosen, sent }, how) => {
      const films: FilmWish[] = [
        ...chosen.map(
          ({ isFolder, path }): FilmWish =>
            isFolder ? { kind: 'folder', path } : { kind: 'film', folder: [], input: async () => path },
        ),
        ...sent.map(({ key, folder }): FilmWish => ({ kind: 'film', folder, input: () => desk.arrived(key) })),
      ];
      setPartly(null);
      void add.mutateAsync({ ...how, films }).then(
        (added) => {
          desk.forget(sent.map(({ key }) => key));
          onTaken();
          const isPartly = 'batches' in added && added.batches.some(({ skipped }) => skipped.length > 0);
          return isPartly ? setPartly(added.batches) : onAdded(added);
        },
        // The screen shows it.
        () => {},
      );
    },
    isPending: add.isPending,
    error: add.error,
    partly,
  };
}
