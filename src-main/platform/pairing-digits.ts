import { createHash, timingSafeEqual } from 'node:crypto';

/*
 * Six digits that are the same on two screens only if nobody stands between the machines (numeric comparison, as Bluetooth and
 * ZRTP do it). Somebody in between has a key of his own to either side, and would have to make the digits agree all the same.
 * Six digits of the two keys alone would not stop him: he could look for a fitting key among a thousand or so. Therefore the
 * digits also come from a fresh nonce of each side, and the server says what its own will be (the commitment) before it hears
 * the node's: whoever chooses last chooses blindly, and has one chance in a million for each pairing that people look at.
 */

/** All in hex: hashes of the keys as each side sees them in TLS, and 256 random bits of each. */
export type PairingTalk = {
  serverKeyHash: string;
  nodeKeyHash: string;
  serverNonce: string;
  nodeNonce: string;
};

/** SHA-256 in hex: what the server says first, and can't change afterwards. */
export function pairingCommitment({ serverNonce, serverKeyHash, nodeKeyHash }: Omit<PairingTalk, 'nodeNonce'>): string {
  return hashOf('encrew pairing commitment 1', [serverNonce, serverKeyHash, nodeKeyHash]).toString('hex');
}

/** Whether the server shows the nonce that it had committed itself to. */
export function isPairingCommitment(commitment: string, talk: Omit<PairingTalk, 'nodeNonce'>): boolean {
  const [given, right] = [Buffer.from(commitment, 'hex'), Buffer.from(pairingCommitment(talk), 'hex')];
  return given.length === right.length && timingSafeEqual(given, right);
}

/** Six digits. */
export function pairingDigits({ serverKeyHash, nodeKeyHash, serverNonce, nodeNonce }: PairingTalk): string {
  const hash = hashOf('encrew pairing 1', [serverKeyHash, nodeKeyHash, serverNonce, nodeNonce]);
  // 2^64 is no multiple of a million, which makes some digits likelier by one in 10^13.
  return String(hash.readBigUInt64BE() % 1_000_000n).padStart(6, '0');
}

/** As people read them: `123 456`. */
export function spacedDigits(digits: string): string {
  return `${digits.slice(0, 3)} ${digits.slice(3)}`;
}

/** Of parts that are 32 bytes each, so that no two lists of them give the same bytes. RangeError for others. */
function hashOf(purpose: string, parts: readonly string[]): Buffer {
  const hash = createHash('sha256').update(purpose);
  for (const part of parts) {
    const bytes = Buffer.from(part, 'hex');
    if (bytes.length !== 32) throw new RangeError('a key hash or nonce has 32 bytes');
    hash.update(bytes);
  }
  return hash.digest();
}
