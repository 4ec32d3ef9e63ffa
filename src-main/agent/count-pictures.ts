import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { z } from 'zod';
import { runFfmpeg, type RunOptions } from '#main/ffmpeg/run.ts';
import { longestBoxHeaderBytes, readBoxHeader } from '#main/media/bitstream/mp4-boxes.ts';
import { parseMovie } from '#main/media/bitstream/mp4-movie.ts';
import { samplesOf } from '#main/media/bitstream/mp4-sample-table.ts';

/** The tables of a day of film have 60 MB. */
const largestMoovBytes = 256 * 2 ** 20;

/** How many pictures a part of ours holds; null when it can't be read. `path` is absolute. */
export async function countPictures(path: string, options: RunOptions): Promise<number | null> {
  return path.endsWith('.mp4') ? countInMp4(path) : countByReading(path, options);
}

/** By its sample table. */
async function countInMp4(path: string): Promise<number | null> {
  const handle = await open(path, 'r');
  try {
    const moov = await readMoov(handle);
    const movie = moov === null ? null : parseMovie(moov);
    if (movie === null || !movie.ok) return null;
    const track = movie.value.tracks.find(({ handler }) => handler === 'vide');
    const samples = track === undefined ? null : samplesOf(track);
    return samples?.ok ? samples.value.count : null;
  } finally {
    await handle.close();
  }
}

async function readMoov(handle: FileHandle): Promise<Uint8Array | null> {
  const { size } = await handle.stat();
  for (let at = 0; at < size; ) {
    const box = readBoxHeader(await readAt(handle, at, longestBoxHeaderBytes));
    if (!box.ok) return null;
    const sizeBytes = box.value.sizeBytes ?? size - at;
    if (box.value.type === 'moov') return sizeBytes > largestMoovBytes ? null : readAt(handle, at, sizeBytes);
    at += sizeBytes;
  }
  return null;
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

const packetCount = z.object({ streams: z.tuple([z.object({ nb_read_packets: z.coerce.number().int() })]) });

/** Matroska has no table of pictures: its packets are counted. */
async function countByReading(path: string, options: RunOptions): Promise<number | null> {
  const args = ['-v', 'error', '-of', 'json', '-select_streams', 'v:0', '-count_packets'];
  const entries = ['-show_entries', 'stream=nb_read_packets', `file:${path}`];
  const outcome = await runFfmpeg({ tool: 'ffprobe', args: [...args, ...entries], cwd: tmpdir() }, options);
  if (!outcome.ok) return null;
  return packetCount.safeParse(JSON.parse(outcome.stdout)).data?.streams[0].nb_read_packets ?? null;
}
