import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

const blockBytes = 2 ** 20;

/** SHA-256 of a whole file in lower-case hex; read block by block, so memory does not grow with the file. */
export async function sha256OfFile(path: string, signal?: AbortSignal): Promise<string> {
  const handle = await open(path, 'r');
  try {
    const hash = createHash('sha256');
    const block = new Uint8Array(blockBytes);
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(block, 0, blockBytes, null);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(block.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
