import { queryOptions } from '@tanstack/react-query';
import type { Profile } from '#shared/model/profile.ts';
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

/** The same for a recipe that is not kept yet. */
export function recipePlanQuery({ input, recipe }: { input: string; recipe: Profile }) {
  return queryOptions({
    queryKey: ['plans', input, recipe],
    queryFn: ({ signal }) => ask('POST', '/plans', { body: { input, profile: recipe }, answer: planView, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: (failures, error) => !(error instanceof ApiFault && error.status >= 400) && failures < 2,
  });
}
