import { chmod, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeFileAtomically } from './atomic-file.ts';
import { codeOf } from './error-code.ts';
import { writeFileOnce } from './file-once.ts';
import { flushToDisk } from './flush.ts';
import { sealerOf } from './sealed-text.ts';

/*
 * A secret of this installation in a file of its own, which only its owner may read. The desktop app seals it besides, with a
 * key that the system's keychain keeps: then a copy of the disk, or another program that can read it, has nothing of it.
 */

/** What seals secret files; null outside of the desktop app, where they lie as they are. */
export type SecretLock = {
  /** 32 bytes; null where the keychain does not give them out. */
  key: Uint8Array | null;
  /** False: what is sealed is opened, and what is written is not sealed. */
  isWanted: boolean;
};

export type SecretRead =
  | { kind: 'none' }
  | { kind: 'open'; content: Buffer; isSealed: boolean }
  /** It is sealed, and stays as it is. One line: what, and what to do. */
  | { kind: 'closed'; message: string };

/** Reads a secret. Throws what the system says. */
export async function readSecret(path: string, lock: SecretLock | null): Promise<SecretRead> {
  const found = await readPrivately(path);
  if (found === null) return { kind: 'none' };
  const sealed = sealedIn(found);
  if (sealed === null) return { kind: 'open', content: found, isSealed: false };
  if (lock === null) return { kind: 'closed', message: closedWords(path, 'no-app') };
  if (lock.key === null) return { kind: 'closed', message: closedWords(path, 'no-key') };
  const opened = sealerOf(lock.key).open(sealed, purposeOf(path));
  if (!opened.ok) return { kind: 'closed', message: closedWords(path, opened.because) };
  return { kind: 'open', content: Buffer.from(opened.text, 'base64'), isSealed: true };
}

/** Writes a secret that nobody has written yet, as writeFileOnce does. */
export async function writeSecretOnce(
  path: string,
  content: string | Uint8Array,
  lock: SecretLock | null,
): Promise<void> {
  await writeFileOnce(path, writtenAs(path, content, lock), 0o600);
}

/**
 * Seals a secret that is not sealed, or the other way round, as the lock wants it. At every moment its name shows all of it in one
 * of both ways. What can't be opened, or is none (`isUsable`), stays as it is. Throws what the system says.
 */
export async function keepSecret(
  path: string,
  lock: SecretLock,
  isUsable: (content: Buffer) => boolean,
): Promise<void> {
  if (lock.key === null) return;
  const partial = join(dirname(path), `.${basename(path)}.partial`);
  // What a crash left may hold the secret as it is.
  await rm(partial, { force: true });
  const found = await readSecret(path, lock);
  if (found.kind !== 'open' || found.isSealed === lock.isWanted || !isUsable(found.content)) return;
  await writeFileAtomically(path, writtenAs(path, found.content, lock), partial, 0o600);
  await flushToDisk(dirname(path));
}

/** Stands before a sealed secret; no key of 32 bytes and no JSON begins with it. */
const mark = 'encrew-sealed:';

function sealedIn(content: Buffer): string | null {
  const text = content.toString('latin1');
  return text.startsWith(mark) ? text.slice(mark.length).trimEnd() : null;
}

function writtenAs(path: string, content: string | Uint8Array, lock: SecretLock | null): string | Uint8Array {
  if (lock === null || lock.key === null || !lock.isWanted) return content;
  return `${mark}${sealerOf(lock.key).seal(Buffer.from(content).toString('base64'), purposeOf(path))}\n`;
}

/** Sealed as one secret it can't be opened as another, under whatever folder. */
function purposeOf(path: string): string {
  return `encrew file ${basename(path)}`;
}

function closedWords(path: string, because: 'no-app' | 'no-key' | 'other-key' | 'damaged'): string {
  switch (because) {
    case 'no-app':
      return `${path} is sealed with a key from the system's keychain, which only the desktop app asks for: start the app, or switch the keychain off there (Settings, This computer)`;
    case 'no-key':
      return `${path} is sealed with a key from the system's keychain, which does not give it out: unlock or restore the keychain and start again`;
    case 'other-key':
      return `${path} is sealed with another key than the one in the system's keychain: restore what belongs together, or begin with new secrets in the app`;
    case 'damaged':
      return `${path} is sealed, and damaged: restore it from a backup, or begin with new secrets in the app`;
  }
}

/** Null where there is none. */
async function readPrivately(path: string): Promise<Buffer | null> {
  try {
    const content = await readFile(path);
    // Copied or restored, it may have become readable for others; Windows has no such bits.
    if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600);
    return content;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}
