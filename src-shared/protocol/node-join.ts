import { z } from 'zod';

/*
 * How a node joins a server by a one-time code: two requests below `/nodes/v1/join`, over one TLS connection on which the node
 * shows its certificate. The code itself is never sent.
 */

const bits256 = z.string().regex(/^[0-9a-f]{64}$/);

/** `POST /nodes/v1/join/begin`. */
export const joinBegin = z.object({ nodeNonce: bits256 });
export type JoinBegin = z.infer<typeof joinBegin>;
export const joinBegun = z.object({ serverNonce: bits256 });
export type JoinBegun = z.infer<typeof joinBegun>;

/** `POST /nodes/v1/join/prove`, once for each `begin`. */
export const joinProve = z.object({
  /** The part of the code that is no secret. */
  inviteId: z.string().min(1).max(20),
  proof: bits256,
  protocol: z.number().int(),
  name: z.string().min(1).max(100),
  version: z.string().min(1).max(50),
});
export type JoinProve = z.infer<typeof joinProve>;
/** The server knows the code too: what it says its key is may be believed. */
export const joinProven = z.object({ nodeId: z.string(), proof: bits256 });
export type JoinProven = z.infer<typeof joinProven>;

/** With every status from 400 on: one sentence for people, with what to do. */
export const joinRefused = z.object({ message: z.string() });
