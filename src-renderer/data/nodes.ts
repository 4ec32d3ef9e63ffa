import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import { type nodeChange, nodeInvite, nodeList, type NodeView, nodeView } from '#shared/protocol/nodes.ts';
import { ask, tell } from './client.ts';

/** Key of everything that is said about nodes. */
export const nodesKey = ['nodes'] as const;

/** Nodes tell of themselves; this is for what they can't tell, such as a cable that was pulled. */
const readAgainMs = 10_000;

/** The whole crew, the oldest member first. */
export const nodesQuery = queryOptions({
  queryKey: [...nodesKey, 'all'],
  refetchInterval: readAgainMs,
  queryFn: ({ signal }) => readNodes(signal),
});

/** One node with what it does now. */
export function nodeQuery(id: string) {
  return queryOptions({
    queryKey: [...nodesKey, 'one', id],
    refetchInterval: readAgainMs,
    queryFn: ({ signal }) => ask('GET', pathOf(id), { answer: nodeView, signal }),
  });
}

/** Renames a node, or sets what it may do. */
export function useChangeNode(id: string) {
  return useNodeStep(id, (change: z.input<typeof nodeChange>) =>
    ask('PATCH', pathOf(id), { body: change, answer: nodeView }),
  );
}

/** Gives a node nothing new, or gives it work again; lets it begin anew, or try again the encoders that failed. */
export function useSteerNode(id: string) {
  return useNodeStep(id, (step: 'drain' | 'undrain' | 'restart' | 'prove') =>
    ask('POST', `${pathOf(id)}/${step}`, { answer: nodeView }),
  );
}

/** Cuts a node off; only a new pairing lets it in again. */
export function useRemoveNode(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => tell('DELETE', pathOf(id)),
    // Not waited for: its page is to be left at once.
    onSuccess: () => void client.invalidateQueries({ queryKey: nodesQuery.queryKey }),
  });
}

/** Makes a one-time code, which only the answer holds. */
export function useInviteNode() {
  return useMutation({ mutationFn: () => ask('POST', '/nodes/invites', { answer: nodeInvite }) });
}

function useNodeStep<Wish>(id: string, mutationFn: (wish: Wish) => Promise<NodeView>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: (view) => client.setQueryData(nodeQuery(id).queryKey, view),
    onSettled: () => client.invalidateQueries({ queryKey: nodesQuery.queryKey }),
  });
}

function pathOf(id: string): string {
  return `/nodes/${encodeURIComponent(id)}`;
}

async function readNodes(signal: AbortSignal): Promise<NodeView[]> {
  const found: NodeView[] = [];
  let cursor: string | null = null;
  do {
    const query = { limit: 200, cursor };
    const page: z.output<typeof nodeList> = await ask('GET', '/nodes', { query, answer: nodeList, signal });
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}
