import { z } from 'zod';

/*
 * What a node says of itself to everybody on its network, by DNS-SD (RFC 6763), and what a server makes of it. Nothing of it is
 * proven: whoever is on the network may say anything.
 */

export const nodeServiceType = '_encrew._tcp.local';

/** Where a node is paired and asked for its health, unless another program has it. */
export const nodeDoorPort = 9626;

/** How much of its public key's hash names a node to people and servers that have not met it. */
export const nodeIdLength = 32;

/** The name by which a node is found before it is paired: the beginning of its key's hash, so that only it can answer to it. */
export function foundIdOf(keyHash: string): string {
  return keyHash.slice(0, nodeIdLength);
}

/** Of the TXT record: `key=value` strings. */
export const nodeAdvert = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{32}$/),
  name: z.string(),
  version: z.string(),
  protocol: z.number().int(),
  cores: z.number().int(),
  /** Model of its best one; null without any. */
  gpu: z.string().nullable(),
  /** It has a server. */
  paired: z.boolean(),
});
export type NodeAdvert = z.infer<typeof nodeAdvert>;

/** A node that a server has heard of on its network. */
export const foundNode = nodeAdvert.extend({
  /** As it names itself in DNS. */
  host: z.string(),
  /** From which it was heard, the last one first. */
  addresses: z.array(z.string()),
  port: z.number().int(),
  lastSeenAtMs: z.number(),
});
export type FoundNode = z.infer<typeof foundNode>;
