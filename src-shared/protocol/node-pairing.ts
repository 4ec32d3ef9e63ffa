import { z } from 'zod';

/*
 * How a server and a node pair by six digits (platform/pairing-digits.ts): requests of the server to the node's door, each over
 * TLS with both certificates. What is shown and confirmed by people is worth nothing without the order of these messages.
 */

export const pairingPath = {
  begin: '/pairing/v1/begin',
  reveal: '/pairing/v1/reveal',
  confirm: '/pairing/v1/confirm',
  cancel: '/pairing/v1/cancel',
} as const;

const bits256 = z.string().regex(/^[0-9a-f]{64}$/);
const pairingId = z.string().min(1).max(64);

/** First: the server says who it is, and commits itself to its nonce. */
export const pairingBegin = z.object({
  serverName: z.string().min(1).max(200),
  commitment: bits256,
});
export type PairingBegin = z.infer<typeof pairingBegin>;
export const pairingBegun = z.object({
  pairingId,
  nodeNonce: bits256,
  name: z.string().min(1).max(200),
  version: z.string().min(1).max(100),
  protocol: z.number().int(),
});
export type PairingBegun = z.infer<typeof pairingBegun>;

/** Second: from here on both know the digits. */
export const pairingReveal = z.object({ pairingId, serverNonce: bits256 });
export type PairingReveal = z.infer<typeof pairingReveal>;

/** Third, after somebody said on the server that both show the same. */
export const pairingConfirm = z.object({
  pairingId,
  /** What the server calls the node. */
  nodeId: z.string().min(1).max(64),
  /** Where to call home, at the address that this request came from. */
  port: z.number().int().min(1).max(65_535),
});
export type PairingConfirm = z.infer<typeof pairingConfirm>;

export const pairingCancel = z.object({ pairingId });

/** Why a node does not go on. */
export const pairingRefusal = z.enum([
  /** It works for a server already, or was told which one to work for. */
  'taken',
  /** It is being paired with another one right now. */
  'busy',
  'too-many',
  /** There is no such pairing, any more or at this step. */
  'over',
  /** The nonce is not the one that the server had committed itself to. */
  'cheat',
  'not-understood',
  'failed',
]);
export type PairingRefusal = z.infer<typeof pairingRefusal>;
export const pairingRefused = z.object({
  because: pairingRefusal,
  /** One sentence for people. */
  message: z.string(),
});
export type PairingRefused = z.infer<typeof pairingRefused>;

/** `GET /health` of the node's door: nothing that it does not tell everybody by mDNS. */
export const nodeHealth = z.object({
  status: z.literal('ok'),
  id: z.string(),
  version: z.string(),
  protocol: z.number().int(),
  /** It has a server. */
  paired: z.boolean(),
});
export type NodeHealth = z.infer<typeof nodeHealth>;
