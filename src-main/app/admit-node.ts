import { timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { GatewayDeps } from '#main/fleet/node-gateway.ts';
import { findNodeByKey } from '#main/store/nodes.ts';
import type { Database } from '#main/store/schema.ts';
import { localNodeId } from './engine.ts';

/**
 * Who may speak as a node: the server's own process by a secret of this run, others by the key they were paired with. Asked at
 * each connection, so that a removed node does not come back.
 */
export function nodeAdmission(db: Kysely<Database>, localSecret: string): GatewayDeps['admit'] {
  return async ({ auth, keyHash, isSameMachine }) => {
    if (isSameMachine && isSecret(auth, localSecret)) return { ok: true, nodeId: localNodeId, isLocal: true };
    if (keyHash === null) return { ok: false, message: 'nodes connect over TLS, with the key they were paired with' };
    const node = await findNodeByKey(db, keyHash);
    if (node === null) return { ok: false, message: `this server does not know this node: ${pairAgain}` };
    if (node.revokedAtMs !== null) return { ok: false, message: `this node was removed from the server: ${pairAgain}` };
    return { ok: true, nodeId: node.id, isLocal: false };
  };
}

const pairAgain = 'pair them again, with a code of encrew invite';

const localAuth = z.object({ secret: z.string() });

function isSecret(auth: unknown, secret: string): boolean {
  const given = localAuth.safeParse(auth);
  if (!given.success) return false;
  const [a, b] = [Buffer.from(given.data.secret), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}
