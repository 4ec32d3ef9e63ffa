import { z } from 'zod';
import type { SecretLock } from '#main/platform/secret-file.ts';

/** What the work needs for its secrets, as it goes there by the processes' own channel: never a word of a command, never a variable. */
export const secretOrders = z.strictObject({
  /** Of 32 bytes; null where the keychain does not give them out. */
  keyBase64: z.base64().length(44).nullable(),
  isWanted: z.boolean(),
});
export type SecretOrders = z.infer<typeof secretOrders>;

/** As it travels. */
export function secretOrdersOf({ key, isWanted }: SecretLock): SecretOrders {
  return { keyBase64: key === null ? null : Buffer.from(key).toString('base64'), isWanted };
}

/** As it is used. */
export function lockOf({ keyBase64, isWanted }: SecretOrders): SecretLock {
  return { key: keyBase64 === null ? null : Buffer.from(keyBase64, 'base64'), isWanted };
}
