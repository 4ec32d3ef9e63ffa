import { holdMachine, setServerAside } from '#main/app/lent-folder.ts';
import type { Clock } from '#main/platform/clock.ts';
import { identityPath } from '#main/platform/identity.ts';
import { keepSecrets, lookAtSecrets } from '#main/platform/keep-secrets.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { SecretLock } from '#main/platform/secret-file.ts';
import { setAside } from '#main/platform/set-aside.ts';
import type { SecretsStanding } from '#shared/protocol/desktop.ts';
import { secretsStanding } from './decide/secrets-standing.ts';
import type { Keychain } from './keychain.ts';
import { makeKeychainKey, readKeychainKey } from './keychain-key.ts';
import { type SecretOrders, secretOrdersOf } from './secret-orders.ts';

export type Secrets = {
  /** Null until the keychain was asked. */
  standing: () => SecretsStanding | null;
  /** For the work, which opens them. */
  orders: () => SecretOrders;
  /** Looks at what is wanted, at what lies there and, if need be, at the keychain. What can't be found out is told of. */
  look: () => Promise<void>;
  /** Seals or unseals those of a folder that no work of ours has; one that somebody else has stays as it is. */
  keepIdle: (folder: string) => Promise<void>;
  /** Sets aside what nothing opens, so that work can begin with new secrets. Throws in one line what is in the way. */
  renew: () => Promise<void>;
};

export type SecretsOptions = {
  keychain: Keychain;
  /** Absolute; where the key lies as the keychain has wrapped it. */
  dataDir: string;
  /** All data folders whose secrets it seals. */
  folders: readonly string[];
  isWanted: () => boolean;
  clock: Clock;
  log: Logger;
};

/** The secrets of this installation as the shell sees them: it asks the keychain, and hands the work a key. */
export function openSecrets({ keychain, dataDir, folders, isWanted, clock, log }: SecretsOptions): Secrets {
  let standing: SecretsStanding | null = null;
  let lock: SecretLock = { key: null, isWanted: false };

  const found = async (by: SecretLock) => Promise.all(folders.map((folder) => lookAtSecrets(folder, by)));
  const keyFor = async (wanted: boolean): Promise<Uint8Array | null> => {
    const isAnySealed = (await found({ key: null, isWanted: wanted })).some((one) => one.isAnySealed);
    // Whoever does not want it is not asked for the keychain's password.
    if (!wanted && !isAnySealed) return null;
    const key = await readKeychainKey(dataDir, keychain);
    // Where something is sealed, a new key would open nothing.
    return key ?? (isAnySealed ? null : makeKeychainKey(dataDir, keychain, clock.nowMs()));
  };
  const look = async (): Promise<void> => {
    const wanted = isWanted();
    try {
      lock = { key: await keyFor(wanted), isWanted: wanted };
      const closed = (await found(lock)).flatMap((one) => one.closed);
      if (closed.length > 0) log.error({ closed }, 'what is sealed can’t be opened');
      standing = secretsStanding({ isWanted: wanted, hasKey: lock.key !== null, closed: closed.length });
    } catch (error) {
      log.error({ error: String(error) }, 'what is sealed can’t be looked at');
      lock = { key: null, isWanted: wanted };
      standing = 'unavailable';
    }
  };
  let turn: Promise<unknown> = Promise.resolve();
  /** One after the other: two that make a key at once would seal with one that the other takes away. */
  const next = async (step: () => Promise<void>): Promise<void> => {
    const mine = turn.then(step);
    turn = mine.catch(() => {});
    return mine;
  };
  return {
    standing: () => standing,
    orders: () => secretOrdersOf(lock),
    look: () => next(look),
    keepIdle: async (folder) => {
      try {
        if (!(await lookAtSecrets(folder, lock)).isAnyToChange) return;
        await holding(folder, () => keepSecrets(folder, lock, log));
      } catch (error) {
        log.warn({ folder, error: String(error) }, 'what is sealed in a folder stays as it is');
      }
    },
    renew: () =>
      next(async () => {
        for (const folder of folders) {
          const { closed } = await lookAtSecrets(folder, lock);
          if (closed.length === 0) continue;
          await holding(folder, () => setAsideAll(folder, closed, clock.nowMs()));
        }
        await look();
      }),
  };
}

/** While nobody else has the folder; throws ServerUnusable where somebody has it. */
async function holding(folder: string, work: () => Promise<void>): Promise<void> {
  const release = await holdMachine(folder);
  try {
    await work();
  } finally {
    await release();
  }
}

async function setAsideAll(folder: string, closed: readonly string[], nowMs: number): Promise<void> {
  for (const path of closed) await setAside(path, nowMs);
  // Its server knows this machine by the identity that is gone.
  if (closed.includes(identityPath(folder))) await setServerAside(folder, nowMs);
}
