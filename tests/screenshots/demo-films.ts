import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ffmpeg } from '#tests/helpers/media-tools.ts';
import { sampleMedia, sampleMediaIsThere } from '#tests/helpers/sample-media.ts';

/*
 * Films of a household, made of one short clip: the sample beside the checkout, or a test picture where a clone is alone.
 */

export type DemoFilms = {
  /** Half a minute with subtitles and chapters. */
  short: string;
  /** Twenty minutes each: nobody waits for their end. */
  long: readonly string[];
  /** Begins as a film and is none. */
  broken: string;
  /** A folder with some more. */
  series: string;
  /** A folder that can be watched. */
  inbox: string;
  /** Where packages go. */
  packages: string;
};

const longNames = ['Summer in Lisbon (2019).mkv', 'The Lighthouse Keeper (2021).mkv', 'Grandma at Eighty.mkv'];
const seriesNames = ['Garden Stories S01E01.mkv', 'Garden Stories S01E02.mkv', 'Garden Stories S01E03.mkv'];
const inboxNames = ['Holiday 2025.mkv', 'School play.mkv'];

/** Writes them below the folder. */
export async function makeDemoFilms(folder: string): Promise<DemoFilms> {
  const films = join(folder, 'Films');
  const series = join(folder, 'Series', 'Garden Stories');
  const inbox = join(folder, 'Inbox');
  const packages = join(folder, 'Packages');
  for (const one of [films, series, inbox, packages]) await mkdir(one, { recursive: true });
  const clip = join(folder, 'clip.mkv');
  await makeClip(clip);
  const short = join(films, 'Big Buck Bunny (2008).mkv');
  await addWords(folder, clip, short);
  const long = longNames.map((name) => join(films, name));
  for (const path of long) await ffmpeg('-y', '-stream_loop', '39', '-i', clip, '-c', 'copy', path);
  // Each of another length: what has the same content is the same film.
  const others = [...seriesNames.map((name) => join(series, name)), ...inboxNames.map((name) => join(inbox, name))];
  for (const [at, path] of others.entries()) await ffmpeg('-y', '-i', clip, '-t', String(29 - at), '-c', 'copy', path);
  const broken = join(films, 'Old tape 3.mkv');
  await writeFile(broken, 'The disk was full when this was copied.');
  return { short, long, broken, series, inbox, packages };
}

async function makeClip(path: string): Promise<void> {
  if (sampleMediaIsThere) {
    await ffmpeg(
      '-y',
      '-i',
      sampleMedia('bbb-480p24-aac51-30s.mp4'),
      '-map',
      '0:v:0',
      '-map',
      '0:a:0',
      '-c',
      'copy',
      path,
    );
    return;
  }
  const sources = ['-f', 'lavfi', '-i', 'testsrc2=s=854x480:r=24:d=30', '-f', 'lavfi', '-i', 'sine=d=30'];
  await ffmpeg('-y', ...sources, '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', path);
}

async function addWords(folder: string, clip: string, path: string): Promise<void> {
  const [srt, chapters] = [join(folder, 'words.srt'), join(folder, 'chapters.ffmeta')];
  await writeFile(
    srt,
    '1\n00:00:01,000 --> 00:00:12,000\nOnce, in a quiet meadow…\n\n2\n00:00:14,000 --> 00:00:28,000\nThe morning was far too fine to stay inside.\n',
  );
  const chapter = (title: string, startSec: number, endSec: number): string =>
    `[CHAPTER]\nTIMEBASE=1/1\nSTART=${startSec}\nEND=${endSec}\ntitle=${title}\n`;
  await writeFile(chapters, `;FFMETADATA1\n${chapter('The meadow', 0, 12)}${chapter('The burrow', 12, 30)}`);
  const inputs = ['-i', clip, '-i', srt, '-f', 'ffmetadata', '-i', chapters];
  const maps = ['-map', '0:v', '-map', '0:a', '-map', '1:s', '-map_metadata', '2'];
  const words = ['-metadata:s:a:0', 'language=eng', '-metadata:s:s:0', 'language=eng'];
  await ffmpeg('-y', ...inputs, ...maps, '-c', 'copy', ...words, path);
}
