export type WrappedFacts = {
  platform: NodeJS.Platform;
  /** What Electron says it uses on Linux; null elsewhere. */
  backend: string | null;
  wrapped: Uint8Array;
};

/**
 * Whether the system's keychain alone opens what Electron has wrapped. On Linux without one, Chromium wraps with a password from its
 * own source code and calls that available; what it makes so begins with `v10`, and with a key from a keychain never. Electron's
 * own word for it (`basic_text`) is not always there when one asks. Elsewhere `v10` is the keychain's (DPAPI's on Windows).
 */
export function isKeptByKeychain({ platform, backend, wrapped }: WrappedFacts): boolean {
  if (platform !== 'linux') return true;
  return backend !== 'basic_text' && String.fromCharCode(...wrapped.subarray(0, 3)) !== 'v10';
}
