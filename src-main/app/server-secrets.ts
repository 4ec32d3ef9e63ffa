import { hostname } from 'node:os';
import { type Identity, IdentityUnusable, openIdentity } from '#main/platform/identity.ts';
import { keepSecrets } from '#main/platform/keep-secrets.ts';
import type { Logger } from '#main/platform/logger.ts';
import { openSealer } from '#main/platform/open-sealer.ts';
import type { TextSealer } from '#main/platform/sealed-text.ts';
import type { SecretLock } from '#main/platform/secret-file.ts';
import { ServerUnusable } from './server-unusable.ts';

/**
 * Who the server is, and what seals secrets in its database, from a data folder that it holds. They are opened before the database:
 * a server that can't have them leaves it as it is, also where it would bring it to a newer version. Throws ServerUnusable.
 */
export async function openServerSecrets(
  dataDir: string,
  lock: SecretLock | null,
  log: Logger,
): Promise<{ identity: Identity; sealer: TextSealer }> {
  if (lock !== null) await keepSecrets(dataDir, lock, log);
  const identity = await serverIdentity(dataDir, lock);
  const sealed = await openSealer(dataDir, lock);
  if (!sealed.ok) throw new ServerUnusable(sealed.message);
  return { identity, sealer: sealed.sealer };
}

async function serverIdentity(dataDir: string, lock: SecretLock | null): Promise<Identity> {
  try {
    return await openIdentity(dataDir, hostname(), lock);
  } catch (error) {
    if (error instanceof IdentityUnusable) throw new ServerUnusable(error.message, { cause: error });
    throw error;
  }
}
