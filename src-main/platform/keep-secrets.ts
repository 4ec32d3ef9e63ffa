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
 * Keeps them from now on as the lock wants it. What can't be changed is told of, and stays usable as it was. For whoever holds
 * the data folder: a server of another kind could not open them any more at its next start.
 */
export async function keepSecrets(dataDir: string, lock: SecretLock, log: Logger): Promise<void> {
  for (const { pathIn, isUsable } of secretFiles) {
    const path = pathIn(dataDir);
    try {
      await keepSecret(path, lock, isUsable);
    } catch (error) {
      const how = lock.isWanted ? 'a secret can’t be sealed' : 'a secret can’t be unsealed';
      log.warn({ path, error: String(error) }, how);
    }
  }
}

export type SecretsFound = {
  /** How many there are, sealed or not. */
  files: number;
  isAnySealed: boolean;
  /** Those that the lock does not open. */
  closed: string[];
};

/** What lies in a data folder. Throws what the system says. */
export async function lookAtSecrets(dataDir: string, lock: SecretLock): Promise<SecretsFound> {
  const found: SecretsFound = { files: 0, isAnySealed: false, closed: [] };
  for (const { pathIn } of secretFiles) {
    const path = pathIn(dataDir);
    const read = await readSecret(path, lock);
    if (read.kind === 'none') continue;
    found.files += 1;
    if (read.kind === 'closed') found.closed.push(path);
    if (read.kind === 'closed' || read.isSealed) found.isAnySealed = true;
  }
  return found;
}
