import { createHash, randomBytes } from 'node:crypto';

/*
 * A one-time code as people read it from one screen and type it at another: five groups of four letters and digits
 * (Crockford's base 32, which has no I, L, O and U). The first group names the invite, the others are its secret of 80 bits.
 */

export type InviteCode = {
  /** What may be told to anybody. */
  id: string;
  /** What is never sent. */
  secret: string;
};

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const groupLength = 4;
const idLength = 4;
const secretLength = 16;

/** A new one. */
export function newInviteCode(): InviteCode {
  return { id: randomDigits(idLength), secret: randomDigits(secretLength) };
}

/** `K7QM-3F9A-...`. */
export function inviteText({ id, secret }: InviteCode): string {
  return `${id}${secret}`.replaceAll(new RegExp(`.{${groupLength}}(?=.)`, 'g'), '$&-');
}

/** What somebody typed: any case, any hyphens and spaces, and what looks like a 0 or 1. Null for what can't be a code. */
export function readInviteCode(text: string): InviteCode | null {
  if (text.length > 100) return null;
  const plain = text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  const isCode = plain.length === idLength + secretLength && [...plain].every((digit) => digits.includes(digit));
  return isCode ? { id: plain.slice(0, idLength), secret: plain.slice(idLength) } : null;
}

/** SHA-256 in hex: what the server keeps, and the key of the proofs (`joinProof`). */
export function inviteSecretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function randomDigits(length: number): string {
  // 256 is a multiple of 32: every digit is as likely.
  return Array.from(randomBytes(length), (byte) => digits.charAt(byte % digits.length)).join('');
}
