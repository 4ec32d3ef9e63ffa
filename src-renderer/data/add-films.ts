import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import { job } from '#shared/model/job.ts';
import { batchMade, type newBatch, type newJob } from '#shared/protocol/jobs.ts';
import { ask } from './client.ts';
import { jobsKey } from './jobs.ts';

export type BatchMade = z.output<typeof batchMade>;

type JobWish = z.input<typeof newJob>;
type BatchWish = z.input<typeof newBatch>;

/** A film or folder to add, with `input` still to come where it is being sent. */
export type FilmWish =
  | { kind: 'film'; input: () => Promise<string>; folder: string[] }
  | { kind: 'folder'; path: string };

export type AddWish = Omit<JobWish, 'input' | 'batchId' | 'ttlHours'> & { films: readonly FilmWish[]; name: string };

export type Added = { jobId: string } | { batches: readonly BatchMade[] };

/** Adds one film as a job, several as a batch, and each folder of the server as a batch of its own. Waits for what is still being sent. */
export function useAddFilms() {
  const client = useQueryClient();
  return useMutation({ mutationFn: addFilms, onSettled: () => client.invalidateQueries({ queryKey: jobsKey }) });
}

async function addFilms({ films, name, ...how }: AddWish): Promise<Added> {
  const single = await Promise.all(
    films.flatMap((film) =>
      film.kind === 'film' ? [film.input().then((input) => ({ input, folder: film.folder }))] : [],
    ),
  );
  const folders = films.flatMap((film) => (film.kind === 'folder' ? [film.path] : []));
  const [only] = single;
  if (folders.length === 0 && single.length === 1 && only !== undefined) {
    const added = await ask('POST', '/jobs', { body: { ...how, input: only.input }, answer: job });
    return { jobId: added.id };
  }
  const wishes: BatchWish[] = [
    ...folders.map((input) => ({ ...how, input })),
    ...(single.length === 0 ? [] : [{ ...how, films: single, name }]),
  ];
  const batches: BatchMade[] = [];
  for (const body of wishes) batches.push(await ask('POST', '/batches', { body, answer: batchMade }));
  return { batches };
}
