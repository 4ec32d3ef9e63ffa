import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/*
 * Secrets that people and programs carry: random, so that a plain hash of one gives nothing away, and found again by that
 * hash without comparing the secret itself.
 */

/** 256 random bits after `prefix`, as base64url (43 characters). */
export function newSecret(prefix: string): string {
  return `${prefix}${randomBytes(32).toString('base64url')}`;
}

/** SHA-256 as base64url: what the store keeps of a secret. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Another secret made from one, for one purpose; it does not lead back. */
export function derivedSecret(secret: string, purpose: string): string {
  return createHmac('sha256', secret).update(purpose).digest('base64url');
}

/** Compares in a time that does not tell where they differ. */
export function sameSecret(a: string, b: string): boolean {
  // Hashes have one length, which `timingSafeEqual` needs.
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
