import { execFile } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { promisify } from 'node:util';
import { parse, types } from 'hls-parser';
import { z } from 'zod';
import { ffprobeJson } from './media-tools.ts';

/* An HLS package as others read it: playlists by hls-parser, streams by FFmpeg. */

const run = promisify(execFile);
const probed = z.object({
  // FFprobe does not tell how long the very first packet of AAC is.
  packets: z.array(z.object({ pts_time: z.coerce.number(), duration_time: z.coerce.number().default(0) })),
});

export type ReadSegment = { path: string; bytes: number; durationSec: number };
export type ReadPlaylist = {
  /** Relative to the package. */
  uri: string;
  targetSec: number;
  /** Absolute path of EXT-X-MAP. */
  init: string | null;
  segments: ReadSegment[];
};

export async function readMaster(main: string): Promise<types.MasterPlaylist> {
  const playlist = parse(await readFile(main, 'utf8'));
  if (!(playlist instanceof types.MasterPlaylist)) throw new Error(`${main} is no master playlist`);
  return playlist;
}

export async function readPlaylist(folder: string, uri: string): Promise<ReadPlaylist> {
  const playlist = parse(await readFile(join(folder, uri), 'utf8'));
  if (!(playlist instanceof types.MediaPlaylist)) throw new Error(`${uri} is no media playlist`);
  const absolute = (name: string) => join(folder, posix.dirname(uri), decodeURIComponent(name));
  const map = playlist.segments[0]?.map;
  return {
    uri,
    targetSec: playlist.targetDuration,
    init: map === undefined || map === null ? null : absolute(map.uri),
    segments: await Promise.all(
      playlist.segments.map(async ({ uri: name, duration }) => {
        const path = absolute(name);
        return { path, bytes: (await stat(path)).size, durationSec: duration };
      }),
    ),
  };
}

/** Some or all segments of a stream in one file, as a player would append them. */
export async function joined(
  playlist: ReadPlaylist,
  into: string,
  from = 0,
  to = Number.POSITIVE_INFINITY,
): Promise<string> {
  const pieces = playlist.segments.slice(from, to).map(({ path }) => path);
  const all = playlist.init === null ? pieces : [playlist.init, ...pieces];
  await writeFile(into, Buffer.concat(await Promise.all(all.map((path) => readFile(path)))));
  return into;
}

/** Every picture of a stream in the order it is shown: its time on the stream's own clock, seconds, and its content. */
export async function shownPictures(path: string): Promise<{ sec: number; md5: string }[]> {
  // Without a fine time base for the output, FFmpeg rounds every time to a whole frame.
  const exact = ['-fps_mode', 'passthrough', '-enc_time_base', '1/720000'];
  const printed = await ffmpegOutput('-copyts', '-i', path, '-map', '0:v', ...exact, '-f', 'framemd5', '-');
  const base = /^#tb 0: (\d+)\/(\d+)/m.exec(printed);
  const tick = Number(base?.[1]) / Number(base?.[2]);
  return printed
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(',').map((field) => field.trim()))
    .map((fields) => ({ sec: Number(fields[2]) * tick, md5: fields[5] ?? '' }));
}

/** When all of the picture is white, seconds on the stream's own clock. */
export async function seenClaps(path: string): Promise<number[]> {
  const print = 'metadata=print:key=lavfi.signalstats.YMIN:file=-';
  const printed = await ffmpegOutput(
    '-copyts',
    '-i',
    path,
    '-vf',
    `scale=4:4:flags=area,signalstats,${print}`,
    '-f',
    'null',
    '-',
  );
  const shown = [...printed.matchAll(/pts_time:(\S+)\nlavfi\.signalstats\.YMIN=(\d+)/g)];
  return shown.filter(([, , darkest]) => Number(darkest) > 200).map(([, sec]) => Number(sec));
}

/** When the sound starts after silence, seconds on the stream's own clock. */
export async function heardClaps(path: string): Promise<number[]> {
  const print = 'ametadata=print:key=lavfi.silence_end:file=-';
  const printed = await ffmpegOutput(
    '-copyts',
    '-i',
    path,
    '-af',
    `silencedetect=n=-10dB:d=0.2:mono=0,${print}`,
    '-f',
    'null',
    '-',
  );
  return [...printed.matchAll(/lavfi\.silence_end=(\S+)/g)].map(([, sec]) => Number(sec));
}

/** First and last instant of a stream's packets by ffprobe, seconds on its own clock. */
export async function packetSpan(path: string): Promise<{ startSec: number; endSec: number }> {
  const { packets } = probed.parse(await ffprobeJson(path, '-show_entries', 'packet=pts_time,duration_time'));
  return {
    startSec: Math.min(...packets.map((packet) => packet.pts_time)),
    endSec: Math.max(...packets.map((packet) => packet.pts_time + packet.duration_time)),
  };
}

async function ffmpegOutput(...argv: string[]): Promise<string> {
  const { stdout } = await run('ffmpeg', ['-v', 'error', '-nostdin', ...argv], { maxBuffer: 64 * 2 ** 20 });
  return stdout;
}
