import { z } from 'zod';
import { foundNode } from './node-discovery.ts';

/*
 * Nodes that were found on the network, and pairing with them, as the API takes and answers it.
 */

/** What a node says of itself to everybody; nothing of it is proven. */
export const foundNodeView = foundNode.omit({ lastSeenAtMs: true }).extend({
  /** What this server calls the node; null where it is none of its own. */
  nodeId: z.string().nullable(),
  lastSeenAt: z.iso.datetime(),
});
export type FoundNodeView = z.infer<typeof foundNodeView>;

export const foundNodeList = z.strictObject({
  items: z.array(foundNodeView),
  /** False where the setting `mdns` is off. */
  isSearching: z.boolean(),
});

export const newPairing = z.union([
  z.strictObject({
    address: z.string().min(1).max(300).describe('Name or IP address, and the port where it is not 9626: attic:9627.'),
  }),
  z.strictObject({
    foundId: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .describe('`id` in the list of nodes that were found.'),
  }),
]);

export const pairingState = z.enum(['comparing', 'confirming', 'paired', 'failed', 'expired', 'cancelled']);

export const pairingView = z.strictObject({
  id: z.string(),
  state: pairingState,
  /** Confirm only if the node shows the same. */
  digits: z.string().regex(/^\d{6}$/),
  node: z.strictObject({
    name: z.string(),
    version: z.string(),
    protocol: z.number().int(),
    address: z.string(),
    /** SHA-256 of its public key (SubjectPublicKeyInfo), in hex. */
    keyHash: z.string(),
  }),
  /** What this server calls the node; null until it is paired. */
  nodeId: z.string().nullable(),
  /** Why it failed, and what to do; null while it has not. */
  message: z.string().nullable(),
  startedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type PairingView = z.infer<typeof pairingView>;

export const pairingParams = z.strictObject({ id: z.string().min(1).max(100) });
