import { createHash } from 'node:crypto';
import type { KeychainPort } from '#main/desktop/electron-ports.ts';
import { sealerOf } from '#main/platform/sealed-text.ts';

/**
 * Which keychain the machine has: one by a name, which may have got a better key since; none; or Chromium's fixed password instead of
 * one, of which Electron may say so.
 */
export type StandInChain = { name: string; better?: string } | 'none' | 'fixed' | 'fixed, untold';

export type StandInKeychain = {
  port: KeychainPort;
  /** What was asked of it. */
  asked: string[];
};

/** Electron's safeStorage on Linux, over a keychain that can be another one at any time. */
export function keychainStandIn(chain: () => StandInChain): StandInKeychain {
  const asked: string[] = [];
  const sealer = (prefix: string) => {
    const now = chain();
    const name = typeof now === 'string' ? 'peanuts' : prefix === 'v12' ? (now.better ?? '') : now.name;
    return sealerOf(createHash('sha256').update(name).digest());
  };
  const newest = () => {
    const now = chain();
    if (typeof now === 'string') return 'v10';
    return now.better === undefined ? 'v11' : 'v12';
  };
  return {
    asked,
    port: {
      isAsyncEncryptionAvailable: async () => {
        asked.push('available');
        return chain() !== 'none';
      },
      getSelectedStorageBackend: () => (chain() === 'fixed' ? 'basic_text' : 'gnome_libsecret'),
      encryptStringAsync: async (text) => {
        asked.push('encrypt');
        return Buffer.from(`${newest()}${sealer(newest()).seal(text, 'chromium')}`);
      },
      decryptStringAsync: async (wrapped) => {
        asked.push('decrypt');
        const prefix = wrapped.toString().slice(0, 3);
        const opened = sealer(prefix).open(wrapped.toString().slice(3), 'chromium');
        if (!opened.ok) throw new Error('Error while decrypting the ciphertext provided to decryptStringAsync.');
        return { result: opened.text, shouldReEncrypt: prefix < newest() };
      },
    },
  };
}
