import { queryOptions, useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { type Role, roleSuffices } from '#shared/model/user.ts';
import { type SessionView, sessionView, setupState } from '#shared/protocol/session.ts';
import { ApiFault, ask, rememberCsrfToken, tell } from './client.ts';

/** Who is signed in; null for nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }): Promise<SessionView | null> => {
    try {
      const session = await ask('GET', '/session', { answer: sessionView, signal });
      rememberCsrfToken(session.csrfToken);
      return session;
    } catch (error) {
      if (error instanceof ApiFault && error.status === 401) return null;
      throw error;
    }
  },
});

/** Whether the server has no owner yet. */
export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => ask('GET', '/setup', { answer: setupState, signal }),
});

/** The person who is signed in. Only below `RequireSession`. */
export function useSession(): SessionView {
  const { data } = useSuspenseQuery(sessionQuery);
  if (data === null) throw new Error('nobody is signed in here');
  return data;
}

/** Whether the person may do what this role may. */
export function useMay(role: Role): boolean {
  return roleSuffices(useSession().role, role);
}

export type Credentials = { name: string; password: string };

/** Signs in; the first owner signs in by being made (`/setup`). */
export function useSignIn(path: '/session' | '/setup') {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (credentials: Credentials) => ask('POST', path, { body: credentials, answer: sessionView }),
    onSuccess: (session) => {
      rememberCsrfToken(session.csrfToken);
      client.setQueryData(setupQuery.queryKey, { needsOwner: false });
      client.setQueryData(sessionQuery.queryKey, session);
    },
  });
}

/** Signs out and forgets all that was read. */
export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => tell('DELETE', '/session'),
    onSuccess: () => {
      rememberCsrfToken(null);
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
      client.setQueryData(sessionQuery.queryKey, null);
    },
  });
}
