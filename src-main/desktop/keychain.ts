import type { Logger } from '#main/platform/logger.ts';
import { isKeptByKeychain } from './decide/keychain-trust.ts';
import type { KeychainPort } from './electron-ports.ts';

/** What the system's keychain does for the app: only this app, for this user, on this machine, unwraps what it has wrapped. */
export type Keychain = {
  /** Null where there is no keychain, or none that can be trusted. */
  wrap: (secret: string) => Promise<Buffer | null>;
  /** Null where it doesn't open: another user's, another machine's, a keychain that was reset or is shut. */
  unwrap: (wrapped: Buffer) => Promise<Unwrapped | null>;
};

/** `isOld`: the keychain has a better key by now, so it is to be wrapped again. */
export type Unwrapped = { secret: string; isOld: boolean };

/** The keychain by way of Electron, which may ask people for its password. */
export function openKeychain(port: KeychainPort, platform: NodeJS.Platform, log: Logger): Keychain {
  const unwrap = async (wrapped: Buffer): Promise<Unwrapped | null> => {
    try {
      if (!(await port.isAsyncEncryptionAvailable())) return null;
      const { result, shouldReEncrypt } = await port.decryptStringAsync(wrapped);
      return { secret: result, isOld: shouldReEncrypt };
    } catch (error) {
      log.warn({ error: String(error) }, 'the system’s keychain does not open what it has locked');
      return null;
    }
  };
  return {
    unwrap,
    wrap: async (secret) => {
      try {
        if (!(await port.isAsyncEncryptionAvailable())) return null;
        const wrapped = await port.encryptStringAsync(secret);
        const backend = platform === 'linux' ? (port.getSelectedStorageBackend?.() ?? null) : null;
        if (!isKeptByKeychain({ platform, backend, wrapped })) return null;
        // What does not come back is no place for the only key.
        return (await unwrap(wrapped))?.secret === secret ? wrapped : null;
      } catch (error) {
        log.warn({ error: String(error) }, 'the system’s keychain locks nothing');
        return null;
      }
    },
  };
}
