import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

const edgeBytes = 2 ** 20;

/** SHA-256 over the first and the last mebibyte of a file (over all of it, when it has less than two). */
export async function fingerprintOfFile(path: string): Promise<{ sizeBytes: number; fingerprint: string }> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const hash = createHash('sha256');
    const tailAt = Math.max(edgeBytes, size - edgeBytes);
    for (const [from, to] of [
      [0, Math.min(edgeBytes, size)],
      [tailAt, size],
    ] as const) {
      if (to <= from) continue;
      const { buffer, bytesRead } = await handle.read(new Uint8Array(to - from), 0, to - from, from);
      hash.update(buffer.subarray(0, bytesRead));
    }
    return { sizeBytes: size, fingerprint: hash.digest('hex') };
  } finally {
    await handle.close();
  }
}
