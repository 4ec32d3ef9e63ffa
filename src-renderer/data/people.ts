import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { passwordChange } from '#shared/protocol/session.ts';
import { type newUser, type userChange, userList, userView } from '#shared/protocol/users.ts';
import { ask, tell } from './client.ts';
import { everyPage } from './every-page.ts';

const peopleKey = ['users'] as const;

/** Everybody who can sign in, by name. */
export const peopleQuery = queryOptions({
  queryKey: peopleKey,
  queryFn: ({ signal }) =>
    everyPage((cursor) => ask('GET', '/users', { query: { limit: 200, cursor }, answer: userList, signal })),
});

/** Adds somebody who can sign in. */
export function useAddPerson() {
  return usePeopleChange((person: z.input<typeof newUser>) =>
    ask('POST', '/users', { body: person, answer: userView }),
  );
}

export type PersonChange = { id: string } & z.input<typeof userChange>;

/** Changes somebody's role or password, or shuts them out. */
export function useChangePerson() {
  return usePeopleChange(({ id, ...change }: PersonChange) =>
    ask('PATCH', `/users/${encodeURIComponent(id)}`, { body: change, answer: userView }),
  );
}

/** Deletes somebody with their sessions and tokens. */
export function useDeletePerson() {
  return usePeopleChange((id: string) => tell('DELETE', `/users/${encodeURIComponent(id)}`));
}

/** Changes one's own password; every other browser is signed out. */
export function useChangeOwnPassword() {
  return useMutation({
    mutationFn: (change: z.input<typeof passwordChange>) => tell('PUT', '/session/password', { body: change }),
  });
}

function usePeopleChange<Wish, Answer>(mutationFn: (wish: Wish) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSettled: () => client.invalidateQueries({ queryKey: peopleKey }) });
}
