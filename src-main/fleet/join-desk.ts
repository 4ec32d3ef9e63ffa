import type { Kysely } from 'kysely';
import type { Clock } from '#main/platform/clock.ts';
import { isJoinProof, joinProof, newNonce } from '#main/platform/join-proof.ts';
import type { Logger } from '#main/platform/logger.ts';
import { plainLine } from '#main/platform/plain-text.ts';
import { addAudit } from '#main/store/audit.ts';
import { type InviteState, redeemInvite, tryInvite } from '#main/store/invites.ts';
import type { Database } from '#main/store/schema.ts';
import type { JoinProve } from '#shared/protocol/node-join.ts';
import { protocolFault } from './greet-node.ts';

/*
 * Where nodes join by a one-time code (platform/join-proof.ts).
 */

export type JoinDeskOptions = {
  db: Kysely<Database>;
  clock: Clock;
  log: Logger;
  /** Of the server's own identity. */
  serverKeyHash: string;
};

export type JoinWish = {
  /** The TLS connection: both steps come by the same one, and what was begun ends with it. */
  connection: object;
  /** Of the certificate that the node came with. */
  nodeKeyHash: string;
  /** Of the peer, for the audit. */
  address: string;
};

export type JoinOutcome = { ok: true; nodeId: string; proof: string } | { ok: false; message: string };

export type JoinDesk = {
  /** The server's nonce, good for one proof. */
  begin: (connection: object, nodeNonce: string) => string;
  prove: (wish: JoinWish, message: JoinProve) => Promise<JoinOutcome>;
};

/** Opens the desk. */
export function joinDesk({ db, clock, log, serverKeyHash }: JoinDeskOptions): JoinDesk {
  const begun = new WeakMap<object, { nodeNonce: string; serverNonce: string }>();

  const join = async ({ connection, nodeKeyHash }: JoinWish, message: JoinProve): Promise<JoinOutcome> => {
    const nonces = begun.get(connection);
    begun.delete(connection);
    if (nonces === undefined) return { ok: false, message: 'the connection was lost meanwhile: try again' };
    const { inviteId, proof, protocol, version } = message;
    const fault = protocolFault(protocol);
    if (fault !== null) return { ok: false, message: fault };
    const invite = await tryInvite(db, inviteId, nodeKeyHash, clock.nowMs());
    if (!invite.ok) return { ok: false, message: explain[invite.because] };
    const talk = { ...nonces, nodeKeyHash, serverKeyHash };
    if (!isJoinProof(proof, invite.secretHash, 'node', talk)) return { ok: false, message: wrongCode };
    const name = plainLine(message.name, 100) || 'node';
    const node = { keyHash: nodeKeyHash, name, version: plainLine(version, 50), protocol };
    const nodeId = await redeemInvite(db, inviteId, node, clock.nowMs());
    if (nodeId === null) return { ok: false, message: explain.used };
    return { ok: true, nodeId, proof: joinProof(invite.secretHash, 'server', talk) };
  };

  return {
    begin: (connection, nodeNonce) => {
      const serverNonce = newNonce();
      begun.set(connection, { nodeNonce, serverNonce });
      return serverNonce;
    },
    prove: async (wish, message) => {
      const outcome = await join(wish, message);
      const name = plainLine(message.name, 100);
      log.info({ name, address: wish.address, ok: outcome.ok }, 'a node came with a code');
      await addAudit(db, {
        ...{ atMs: clock.nowMs(), actorKind: 'node', actorName: name, address: wish.address, requestId: null },
        ...{ action: 'POST /nodes/v1/join', resourceType: 'nodes', result: outcome.ok ? 'success' : 'failure' },
        ...{ actorId: outcome.ok ? outcome.nodeId : null, resourceId: outcome.ok ? outcome.nodeId : null },
        detailsJson: JSON.stringify({
          ...{ invite: message.inviteId, keyHash: wish.nodeKeyHash, version: plainLine(message.version, 50) },
          ...(outcome.ok ? {} : { message: outcome.message }),
        }),
      });
      return outcome;
    },
  };
}

const another = 'make another with encrew invite';
const wrongCode = `this code is wrong: look at it again, or ${another}`;
const explain: Record<InviteState, string> = {
  unknown: `this server does not know this code: look at it again, or ${another}`,
  expired: `this code has expired: ${another}`,
  used: `this code was used already: ${another}`,
  spent: `this code was tried too often: ${another}`,
};
