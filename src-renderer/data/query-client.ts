import { QueryClient } from '@tanstack/react-query';
import { ApiFault, whenSignedOut } from './client.ts';
import { sessionQuery } from './session.ts';

/** Keeps what was read of the server. */
export function newQueryClient(): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        // The live line says when something is to be read again.
        staleTime: 30_000,
        // What was refused is refused again; what did not arrive may.
        retry: (failures, error) => !(error instanceof ApiFault && error.status >= 400) && failures < 3,
      },
    },
  });
  whenSignedOut(() => client.setQueryData(sessionQuery.queryKey, null));
  return client;
}
