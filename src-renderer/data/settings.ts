import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import { settingList, type settingsPatch } from '#shared/protocol/settings.ts';
import { ask } from './client.ts';

/** All settings of the server, with where each comes from. */
export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => ask('GET', '/settings', { answer: settingList, signal }),
});

/** Changes settings; null goes back to the default. */
export function useChangeSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (patch: z.input<typeof settingsPatch>) =>
      ask('PATCH', '/settings', { body: patch, answer: settingList }),
    onSuccess: (list) => client.setQueryData(settingsQuery.queryKey, list),
  });
}
