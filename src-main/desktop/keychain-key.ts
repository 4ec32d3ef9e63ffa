import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '#main/platform/atomic-file.ts';
import { codeOf } from '#main/platform/error-code.ts';
import { writeFileOnce } from '#main/platform/file-once.ts';
import { flushToDisk } from '#main/platform/flush.ts';
import { setAside } from '#main/platform/set-aside.ts';
import type { Keychain } from './keychain.ts';

/*
 * The one key that seals this installation's secrets: 32 random bytes, on the disk only as the system's keychain has wrapped them.
 * It lies in the data folder, beside what it opens: what is copied or restored together fits together.
 */

/** `{data}/keychain.json`. */
export function keychainKeyPath(dataDir: string): string {
  return join(dataDir, 'keychain.json');
}

const keyFile = z.strictObject({ format: z.literal(1), wrapped: z.base64() });
const keyText = z.base64().length(44);

/** Null where there is none, or the keychain does not open it. Throws what the system says. */
export async function readKeychainKey(dataDir: string, keychain: Keychain): Promise<Buffer | null> {
  const path = keychainKeyPath(dataDir);
  const wrapped = await readWrapped(path);
  if (wrapped === null) return null;
  const opened = await keychain.unwrap(wrapped);
  const text = keyText.safeParse(opened?.secret);
  if (opened === null || !text.success) return null;
  const again = opened.isOld ? await keychain.wrap(text.data) : null;
  if (again !== null) {
    await writeFileAtomically(path, fileOf(again), undefined, 0o600);
    await flushToDisk(dirname(path));
  }
  return Buffer.from(text.data, 'base64');
}

/**
 * Makes a key that nothing is sealed with yet; it is on the disk before it is answered. One that the keychain does not open any more
 * is set aside. Null, and nothing changed, where there is no keychain.
 */
export async function makeKeychainKey(dataDir: string, keychain: Keychain, nowMs: number): Promise<Buffer | null> {
  const wrapped = await keychain.wrap(randomBytes(32).toString('base64'));
  if (wrapped === null) return null;
  const path = keychainKeyPath(dataDir);
  await setAside(path, nowMs);
  await writeFileOnce(path, fileOf(wrapped), 0o600);
  return readKeychainKey(dataDir, keychain);
}

function fileOf(wrapped: Buffer): string {
  return `${JSON.stringify({ format: 1, wrapped: wrapped.toString('base64') })}\n`;
}

/** Null where there is none, and for a file that holds none: it opens nothing. */
async function readWrapped(path: string): Promise<Buffer | null> {
  try {
    return Buffer.from(keyFile.parse(JSON.parse(await readFile(path, 'utf8'))).wrapped, 'base64');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}
