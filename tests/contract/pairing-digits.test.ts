import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  isPairingCommitment,
  pairingCommitment,
  pairingDigits,
  type PairingTalk,
  spacedDigits,
} from '#main/platform/pairing-digits.ts';

const of32 = (byte: number) => Buffer.alloc(32, byte).toString('hex');
const talk: PairingTalk = { serverKeyHash: of32(1), nodeKeyHash: of32(2), serverNonce: of32(3), nodeNonce: of32(4) };

test('the digits are those of the documented hash', () => {
  const bytes = Buffer.concat([Buffer.from('encrew pairing 1'), ...[1, 2, 3, 4].map((byte) => Buffer.alloc(32, byte))]);
  const first = createHash('sha256').update(bytes).digest().readBigUInt64BE();
  expect(pairingDigits(talk)).toBe(String(first % 1_000_000n).padStart(6, '0'));
});

test('whatever of it changes, the digits change', () => {
  const changed = [
    talk,
    { ...talk, serverKeyHash: of32(9) },
    { ...talk, nodeKeyHash: of32(9) },
    { ...talk, serverNonce: of32(9) },
    { ...talk, nodeNonce: of32(9) },
    { ...talk, serverKeyHash: talk.nodeKeyHash, nodeKeyHash: talk.serverKeyHash },
    { ...talk, serverNonce: talk.nodeNonce, nodeNonce: talk.serverNonce },
  ];
  expect(new Set(changed.map(pairingDigits)).size).toBe(changed.length);
});

test('digits are always six, and spread', () => {
  const all = Array.from({ length: 3_000 }, (_, at) =>
    pairingDigits({ ...talk, nodeNonce: createHash('sha256').update(String(at)).digest('hex') }),
  );
  expect(all.filter((digits) => !/^\d{6}$/.test(digits))).toEqual([]);
  expect(all.some((digits) => digits.startsWith('0'))).toBe(true);
  // A million possibilities: 3,000 draws share about four pairs.
  expect(new Set(all).size).toBeGreaterThan(2_970);
});

test('a commitment holds for its own nonce and keys alone', () => {
  const commitment = pairingCommitment(talk);
  expect([
    isPairingCommitment(commitment, talk),
    isPairingCommitment(commitment, { ...talk, serverNonce: of32(9) }),
    isPairingCommitment(commitment, { ...talk, serverKeyHash: of32(9) }),
    isPairingCommitment(commitment, { ...talk, nodeKeyHash: of32(9) }),
    isPairingCommitment('', talk),
    isPairingCommitment(commitment.slice(2), talk),
  ]).toEqual([true, false, false, false, false, false]);
});

test('what has no 32 bytes makes no digits', () => {
  expect(() => pairingDigits({ ...talk, serverNonce: 'zz' })).toThrow(RangeError);
  expect(() => pairingDigits({ ...talk, nodeNonce: '' })).toThrow(RangeError);
});

test('people read them in two groups', () => {
  expect(spacedDigits('004071')).toBe('004 071');
});
