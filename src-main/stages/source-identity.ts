import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { EncodePlan } from '#shared/model/plan.ts';
import { fingerprintOfFile } from '#main/platform/file-fingerprint.ts';

/** What tells a source from any other, and from itself after a change. */
export type SourceIdentity = {
  /** Links followed. */
  path: string;
  sizeBytes: number;
  modifiedMs: number;
  /** SHA-256 over the first and the last mebibyte. */
  fingerprint: string;
};

/** Looks at the source as it is now. Throws where it can't be read or is no file. */
export async function sourceIdentity(path: string): Promise<SourceIdentity> {
  const real = await realpath(path);
  const about = await stat(real);
  // Opening a pipe waits for somebody to write into it.
  if (!about.isFile()) throw new Error(`${real} is not a file`);
  const { mtimeMs } = about;
  return { path: real, modifiedMs: mtimeMs, ...(await fingerprintOfFile(real)) };
}

/** Names a job's folders: the same source by the same plan finds its finished chunks again. */
export function jobKey(source: SourceIdentity, plan: EncodePlan): string {
  const { path, sizeBytes, modifiedMs, fingerprint } = source;
  return createHash('sha256')
    .update(JSON.stringify([path, sizeBytes, modifiedMs, fingerprint, plan]))
    .digest('hex')
    .slice(0, 32);
}

/** True when it is still the same file with the same content. */
export async function isUnchanged(source: SourceIdentity): Promise<boolean> {
  const now = await sourceIdentity(source.path).catch(() => null);
  return isDeepStrictEqual(now, source);
}
