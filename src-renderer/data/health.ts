import { queryOptions } from '@tanstack/react-query';
import { health } from '#shared/protocol/nodes.ts';
import { ask } from './client.ts';

/** Whether the server does its work. */
export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) => ask('GET', '/health', { answer: health, alsoStatus: 503, signal }),
  refetchInterval: 10_000,
});
