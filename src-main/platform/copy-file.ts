import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import { codeOf } from './error-code.ts';
import { sha256OfFile } from './file-hash.ts';

/** The copy does not read back as what was written: a bad disk, cable or memory. */
export class CopyDiffers extends Error {
  constructor(path: string) {
    super(`${path} does not read back as it was written: look at the disk`);
    this.name = 'CopyDiffers';
  }
}

const blockBytes = 2 ** 20;

/**
 * Copies a file to a path where nothing is, with its owner, mode and times as far as the system and the disk keep them; brings
 * it to the disk, reads it from there again and compares. A failure may leave a part of it. Throws CopyDiffers, or what the
 * system says.
 */
export async function copyFileVerified(from: FileHandle, to: string, signal?: AbortSignal): Promise<void> {
  const about = await from.stat({ bigint: true });
  const target = await open(to, 'wx', 0o600);
  try {
    const sha256 = await pump(from, target, signal);
    await target.sync();
    // By its name: what lies there is what will be relied on.
    if ((await sha256OfFile(to, signal)) !== sha256) throw new CopyDiffers(to);
    await takeAttributes(target, about);
    await target.sync();
  } finally {
    await target.close();
  }
}

/** Gives an open file the owner, mode and times of another, as far as the system and the disk keep them. */
export async function takeAttributes(file: FileHandle, like: BigIntStats): Promise<void> {
  const own = await file.stat({ bigint: true });
  // The owner first: changing it clears the set-user-ID bit of the mode. The times last: all the others touch them.
  if (process.platform !== 'win32' && (own.uid !== like.uid || own.gid !== like.gid)) {
    await file.chown(Number(like.uid), Number(like.gid)).catch(throwUnlessNoPlace);
  }
  await file.chmod(Number(like.mode & 0o7777n)).catch(throwUnlessNoPlace);
  await file.utimes(seconds(like.atimeNs), seconds(like.mtimeNs)).catch(throwUnlessNoPlace);
}

/** Owners are root's to give away, and FAT and some shares keep none. */
function throwUnlessNoPlace(error: unknown): void {
  if (!noPlaceFor.has(codeOf(error) ?? '')) throw error;
}

const noPlaceFor = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL']);

function seconds(ns: bigint): number {
  return Number(ns) / 1e9;
}

async function pump(from: FileHandle, to: FileHandle, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  const block = new Uint8Array(blockBytes);
  for (let position = 0; ; ) {
    signal?.throwIfAborted();
    const { bytesRead } = await from.read(block, 0, blockBytes, position);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(block.subarray(0, bytesRead));
    for (let written = 0; written < bytesRead; ) {
      written += (await to.write(block, written, bytesRead - written, position + written)).bytesWritten;
    }
    position += bytesRead;
  }
}
