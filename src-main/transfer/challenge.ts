import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { challengeBlockBytes, mostChallengeBlocks } from '#shared/protocol/node-work.ts';

/*
 * How a node finds out whether a file that it sees is the server's source. It picks blocks and a nonce, the server hashes its
 * own file, and the node compares. Nothing is written anywhere; and since only the server sends hashes, a rogue server learns
 * nothing of the node's files: it would have to hold the same bytes to be believed.
 */

/**
 * Where to look: everywhere in a small file, else as many blocks as are asked for at random, each whole.
 *
 * @param randomBelow a whole number from 0 up to, without, the given one, which nobody can foresee
 */
export function challengeOffsets(sizeBytes: number, randomBelow: (limit: number) => number): number[] {
  const blocks = Math.ceil(sizeBytes / challengeBlockBytes);
  if (blocks <= mostChallengeBlocks) return Array.from({ length: blocks }, (_, i) => i * challengeBlockBytes);
  const limit = sizeBytes - challengeBlockBytes + 1;
  return Array.from({ length: mostChallengeBlocks }, () => randomBelow(limit)).sort((a, b) => a - b);
}

/** SHA-256 over nonce, place and bytes of each block, in hex; a block that reaches past the end has what is there. */
export async function hashBlocks(path: string, nonce: string, offsets: readonly number[]): Promise<string[]> {
  const file = await open(path, 'r');
  try {
    const hashes: string[] = [];
    const block = new Uint8Array(challengeBlockBytes);
    for (const offset of offsets) {
      const { bytesRead } = await file.read(block, 0, block.length, offset);
      const hash = createHash('sha256').update(`${nonce}:${offset}:${bytesRead}:`);
      hashes.push(hash.update(block.subarray(0, bytesRead)).digest('hex'));
    }
    return hashes;
  } finally {
    await file.close();
  }
}
