import { createHash } from 'node:crypto';

export type TaggedSource = { sizeBytes: number; modifiedMs: number; fingerprint: string };

/** The entity tag of a source (RFC 9110 8.8.3): the same on both sides as long as it is the file that was planned. */
export function sourceTag({ sizeBytes, modifiedMs, fingerprint }: TaggedSource): string {
  const hash = createHash('sha256').update(JSON.stringify([sizeBytes, modifiedMs, fingerprint]));
  return `"${hash.digest('hex').slice(0, 32)}"`;
}
