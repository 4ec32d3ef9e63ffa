import { queryOptions } from '@tanstack/react-query';
import { planView } from '#shared/protocol/plans.ts';
import { ApiFault, ask } from './client.ts';

export type PlanAsk = { input: string; profile: string; profileVersion: number };

/** What would be made of a film; nothing is added. */
export function planQuery({ input, profile, profileVersion }: PlanAsk) {
  return queryOptions({
    queryKey: ['plans', input, profile, profileVersion],
    queryFn: ({ signal }) => ask('POST', '/plans', { body: { input, profile }, answer: planView, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    // A film that no plan can be made of is not read three times.
    retry: (failures, error) => !(error instanceof ApiFault && error.status >= 400) && failures < 2,
  });
}
