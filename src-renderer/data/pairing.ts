import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import { foundNodeList, type newPairing, type PairingView, pairingView } from '#shared/protocol/pairing.ts';
import { ask } from './client.ts';
import { nodesKey } from './nodes.ts';

/** Asking is what makes the server search. */
const searchMs = 2_000;
const compareMs = 1_000;

/** Machines that say on the network that they are there; read again while somebody looks. */
export const foundNodesQuery = queryOptions({
  queryKey: [...nodesKey, 'found'],
  refetchInterval: searchMs,
  queryFn: ({ signal }) => ask('GET', '/nodes/found', { answer: foundNodeList, signal }),
});

/** How a pairing stands; read again until it is over. */
export function pairingQuery(id: string) {
  return queryOptions({
    queryKey: [...nodesKey, 'pairing', id],
    queryFn: ({ signal }) => ask('GET', pathOf(id), { answer: pairingView, signal }),
    refetchInterval: ({ state }) => (state.data !== undefined && isOver(state.data) ? false : compareMs),
  });
}

/** Asks a machine for its digits. */
export function useBeginPairing() {
  return usePairingStep((target: z.input<typeof newPairing>) =>
    ask('POST', '/nodes/pairings', { body: target, answer: pairingView }),
  );
}

/** Says that both machines show the same digits. */
export function useConfirmPairing(id: string) {
  return usePairingStep(() => ask('POST', `${pathOf(id)}/confirm`, { answer: pairingView }));
}

/** Calls a pairing off, on the other machine too. */
export function useCancelPairing(id: string) {
  return usePairingStep(() => ask('DELETE', pathOf(id), { answer: pairingView }));
}

/** Whether nothing more will happen to it. */
export function isOver({ state }: PairingView): boolean {
  return state !== 'comparing' && state !== 'confirming';
}

function usePairingStep<Wish>(mutationFn: (wish: Wish) => Promise<PairingView>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: (view) => {
      client.setQueryData(pairingQuery(view.id).queryKey, view);
      if (view.state === 'paired') void client.invalidateQueries({ queryKey: nodesKey });
    },
  });
}

function pathOf(id: string): string {
  return `/nodes/pairings/${encodeURIComponent(id)}`;
}
