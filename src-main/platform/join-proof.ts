import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/*
 * How a node and a server show each other that they know the same one-time code, without saying it: an HMAC over both of their
 * keys as each sees them. Somebody between them has a key of his own, so what one side says means nothing to the other; and with
 * 80 random bits there is nothing to guess from what he hears.
 */

/** All in hex. */
export type JoinTalk = {
  nodeKeyHash: string;
  serverKeyHash: string;
  /** 256 random bits of each, so that an old proof is worth nothing. */
  nodeNonce: string;
  serverNonce: string;
};

/**
 * HMAC-SHA256 in hex.
 *
 * @param secretHash `inviteSecretHash` of the code
 * @param by who says it: a proof can't be sent back to its maker
 */
export function joinProof(secretHash: string, by: 'node' | 'server', talk: JoinTalk): string {
  const { nodeKeyHash, serverKeyHash, nodeNonce, serverNonce } = talk;
  return createHmac('sha256', Buffer.from(secretHash, 'hex'))
    .update(JSON.stringify(['encrew join', by, nodeKeyHash, serverKeyHash, nodeNonce, serverNonce]))
    .digest('hex');
}

/** In a time that does not tell where they differ. */
export function isJoinProof(proof: string, secretHash: string, by: 'node' | 'server', talk: JoinTalk): boolean {
  const [given, right] = [Buffer.from(proof, 'hex'), Buffer.from(joinProof(secretHash, by, talk), 'hex')];
  return given.length === right.length && timingSafeEqual(given, right);
}

/** 256 random bits in hex. */
export function newNonce(): string {
  return randomBytes(32).toString('hex');
}
