import { identityPath, isIdentity } from './identity.ts';
import type { Logger } from './logger.ts';
import { isSecretKey, secretKeyPath } from './open-sealer.ts';
import { keepSecret, readSecret, type SecretLock } from './secret-file.ts';

/*
 * All secret files of a data folder together.
 */

const secretFiles = [
  { pathIn: identityPath, isUsable: isIdentity },
  { pathIn: secretKeyPath, isUsable: isSecretKey },
];

/**
 * Keeps them from now on as the lock wants it, for whoever holds the data folder: others could not open them at their next start. What
 * can't be changed is told of, and stays usable as it was.
 */
export async function keepSecrets(dataDir: string, lock: SecretLock, log: Logger): Promise<void> {
  for (const { pathIn, isUsable } of secretFiles) {
    const path = pathIn(dataDir);
    try {
      await keepSecret(path, lock, isUsable);
    } catch (error) {
      log.warn({ path, error: String(error) }, `a file can’t be ${lock.isWanted ? 'sealed' : 'unsealed'}`);
    }
  }
}

export type SecretsFound = {
  isAnySealed: boolean;
  /** Some lie otherwise than the lock wants it. */
  isAnyToChange: boolean;
  /** Those that the lock does not open. */
  closed: string[];
};

/** What lies in a data folder. Throws what the system says. */
export async function lookAtSecrets(dataDir: string, lock: SecretLock): Promise<SecretsFound> {
  const found: SecretsFound = { isAnySealed: false, isAnyToChange: false, closed: [] };
  for (const { pathIn } of secretFiles) {
    const path = pathIn(dataDir);
    const read = await readSecret(path, lock);
    if (read.kind === 'none') continue;
    if (read.kind === 'closed') found.closed.push(path);
    if (read.kind === 'closed' || read.isSealed) found.isAnySealed = true;
    if (read.kind === 'open' && lock.key !== null && read.isSealed !== lock.isWanted) found.isAnyToChange = true;
  }
  return found;
}
