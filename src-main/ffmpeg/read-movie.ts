import { type FileHandle, open } from 'node:fs/promises';
import { longestBoxHeaderBytes, readBoxHeader } from '#main/media/bitstream/mp4-boxes.ts';
import { parseMovie } from '#main/media/bitstream/mp4-movie.ts';
import type { Mp4Movie } from '#main/media/bitstream/mp4-track.ts';

/** The tables of a day of film have 60 MB. */
const largestMoovBytes = 256 * 2 ** 20;

/** The `moov` of an MP4, wherever it lies; null when there is none that can be read. Sample offsets count from the file's start. */
export async function readMovie(path: string): Promise<Mp4Movie | null> {
  const handle = await open(path, 'r');
  try {
    const moov = await findMoov(handle);
    const movie = moov === null ? null : parseMovie(moov.bytes);
    return movie?.ok === true ? movie.value : null;
  } finally {
    await handle.close();
  }
}

/** The whole `moov` box of an open file and where it lies; null when there is none, or one too large to be true. */
export async function findMoov(handle: FileHandle): Promise<{ offset: number; bytes: Uint8Array } | null> {
  const { size } = await handle.stat();
  for (let at = 0; at < size; ) {
    const box = readBoxHeader(await readAt(handle, at, longestBoxHeaderBytes));
    if (!box.ok) return null;
    const sizeBytes = box.value.sizeBytes ?? size - at;
    if (box.value.type === 'moov') {
      return sizeBytes > largestMoovBytes ? null : { offset: at, bytes: await readAt(handle, at, sizeBytes) };
    }
    at += sizeBytes;
  }
  return null;
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
