import { tmpdir } from 'node:os';
import { z } from 'zod';
import { readMovie } from '#main/ffmpeg/read-movie.ts';
import { runFfmpeg, type RunOptions } from '#main/ffmpeg/run.ts';
import { samplesOf } from '#main/media/bitstream/mp4-sample-table.ts';

/** How many pictures a part of ours holds; null when it can't be read. `path` is absolute. */
export async function countPictures(path: string, options: RunOptions): Promise<number | null> {
  return path.endsWith('.mp4') ? countInMp4(path) : countByReading(path, options);
}

/** By its sample table. */
async function countInMp4(path: string): Promise<number | null> {
  const movie = await readMovie(path);
  const track = movie?.tracks.find(({ handler }) => handler === 'vide');
  const samples = track === undefined ? null : samplesOf(track);
  return samples?.ok ? samples.value.count : null;
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
