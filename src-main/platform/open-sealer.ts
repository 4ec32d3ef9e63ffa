import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { keyBytes, sealerOf, type TextSealer } from './sealed-text.ts';
import { readSecret, type SecretLock, type SecretRead, writeSecretOnce } from './secret-file.ts';

export type SealerOpened = { ok: true; sealer: TextSealer } | { ok: false; message: string };

/** `{data}/secret.key`: 32 random bytes that only its owner may read. */
export function secretKeyPath(dataDir: string): string {
  return join(dataDir, 'secret.key');
}

/** Whether it is a key. */
export function isSecretKey(content: Uint8Array): boolean {
  return content.length === keyBytes;
}

/**
 * The sealer of a data folder. Its key is made the first time, once even if two processes come at the same moment. A file
 * that holds no key is left as it is and told of: a new key would make every secret in the database unreadable.
 */
export async function openSealer(dataDir: string, lock: SecretLock | null = null): Promise<SealerOpened> {
  const path = secretKeyPath(dataDir);
  const read = await readOrMake(path, lock);
  if (read.kind === 'closed') return { ok: false, message: read.message };
  const key = read.kind === 'open' ? read.content : Buffer.alloc(0);
  if (isSecretKey(key)) return { ok: true, sealer: sealerOf(key) };
  const message = `${path} should hold a key of ${keyBytes} bytes and holds ${key.length}: restore it from a backup, or delete it and set every secret anew.`;
  return { ok: false, message };
}

/** Answers what then lies there, of whichever process. */
async function readOrMake(path: string, lock: SecretLock | null): Promise<SecretRead> {
  const found = await readSecret(path, lock);
  if (found.kind !== 'none') return found;
  await writeSecretOnce(path, randomBytes(keyBytes), lock);
  return readSecret(path, lock);
}
