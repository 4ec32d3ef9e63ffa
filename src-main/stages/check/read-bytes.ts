import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { PackageFile } from './package-files.ts';

/** A part of a file that was opened once: a whole file, or a byte range of a playlist. */
export type OpenRange = {
  sizeBytes: number;
  /** Up to `length` bytes from `offset` of the range; fewer at its end. */
  read(offset: number, length: number): Promise<Uint8Array>;
};

/** Opens a file (never through a link), gives a range of it to `use` and closes it again. */
export async function withRange<T>(
  file: PackageFile,
  range: { offsetBytes: number; lengthBytes: number } | null,
  use: (opened: OpenRange) => Promise<T>,
): Promise<T> {
  const handle = await open(file.absolutePath, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const start = Math.min(range?.offsetBytes ?? 0, file.sizeBytes);
    const sizeBytes = Math.min(range?.lengthBytes ?? Number.POSITIVE_INFINITY, file.sizeBytes - start);
    return await use({
      sizeBytes,
      read: (offset, length) => readFully(handle, start + offset, Math.max(0, Math.min(length, sizeBytes - offset))),
    });
  } finally {
    await handle.close();
  }
}

/** The first `length` bytes of a file. */
export async function readHead(file: PackageFile, length: number): Promise<Uint8Array> {
  return withRange(file, null, (opened) => opened.read(0, length));
}

async function readFully(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
