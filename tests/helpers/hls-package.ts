import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { tsIFrameRanges } from '#main/media/bitstream/i-frame-ranges.ts';
import { type MeasuredBitrate, measuredBitrate } from '#main/media/package/playlist/bandwidth.ts';
import { iFramePlaylist } from '#main/media/package/playlist/i-frame-playlist.ts';
import { masterPlaylist } from '#main/media/package/playlist/master-playlist.ts';
import { mediaPlaylist } from '#main/media/package/playlist/media-playlist.ts';
import { mustParse } from '#tests/helpers/fmp4-rendition.ts';
import { ffmpeg, ffprobeJson } from '#tests/helpers/media-tools.ts';

/** Six seconds in three segments: two rungs, two languages, a subtitle, I-frames, sprites and chapters. */
export const filmSec = 6;
const segmentSec = 2;
const names = ['high', 'low', 'eng', 'jpn'];

/**
 * A whole package without a fault, with segments by FFmpeg's own HLS muxer: `film.m3u8`, `high/`, `low/`, `eng/`, `jpn/`,
 * `subtitles/`, `thumbs_64x36.*`, `chapters.vtt`.
 */
export async function makeTsPackage(root: string): Promise<void> {
  await encodeRenditions(root);
  const bitrate = new Map<string, MeasuredBitrate>();
  for (const name of names) bitrate.set(name, await measuredOf(root, name));
  const of = (name: string): MeasuredBitrate => bitrate.get(name) ?? { peakBps: 1, averageBps: 1 };
  const iFrames = await writeIFrames(root, 'high');
  await writeSideFiles(root);
  const video = { frameRate: { num: 25, den: 1 }, videoRange: 'SDR', colourSpace: 'BT.709' } as const;
  const audio = {
    codec: 'mp4a.40.2',
    channels: 1,
    jointObjectCoding: false,
    commentary: false,
    describesVideo: false,
  };
  const text = masterPlaylist({
    video: [
      {
        ...video,
        path: 'high/high.m3u8',
        name: 'High',
        widthPx: 320,
        heightPx: 180,
        codec: 'avc1.42C00C',
        bitrate: of('high'),
        iFrames: { path: 'high/iframes.m3u8', bitrate: iFrames },
      },
      {
        ...video,
        path: 'low/low.m3u8',
        name: 'Low',
        widthPx: 160,
        heightPx: 90,
        codec: 'avc1.42C00B',
        bitrate: of('low'),
        iFrames: null,
      },
    ],
    audioGroups: [
      {
        id: 'audio_aac',
        renditions: [
          { ...audio, path: 'eng/eng.m3u8', name: 'English', language: 'en', bitrate: of('eng') },
          { ...audio, path: 'jpn/jpn.m3u8', name: 'Japanese', language: 'ja', bitrate: of('jpn') },
        ],
      },
    ],
    subtitles: [
      { path: 'subtitles/eng.m3u8', name: 'English', language: 'en', isDefault: false, forced: false, sdh: false },
    ],
  });
  await writeFile(join(root, 'film.m3u8'), text);
}

async function encodeRenditions(root: string): Promise<void> {
  for (const name of names) await mkdir(join(root, name), { recursive: true });
  const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50', '-keyint_min', '50', '-sc_threshold', '0'];
  await ffmpeg(
    ...['-f', 'lavfi', '-i', `testsrc2=s=320x180:r=25:d=${filmSec}`],
    // A little shorter, or FFmpeg puts the codec's padding into a segment of its own.
    ...['-f', 'lavfi', '-i', `sine=440:r=48000:d=${filmSec - 0.05}`],
    ...['-map', '0:v', '-map', '0:v', '-map', '1:a', '-map', '1:a'],
    ...x264,
    ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
    ...['-s:v:1', '160x90', '-c:a', 'aac', '-b:a', '64k'],
    ...['-f', 'hls', '-hls_time', String(segmentSec), '-hls_playlist_type', 'vod'],
    ...['-var_stream_map', 'v:0,agroup:a,name:high v:1,agroup:a,name:low a:0,agroup:a,name:eng a:1,agroup:a,name:jpn'],
    ...['-hls_segment_filename', join(root, '%v', 's%03d.ts')],
    join(root, '%v', 'list.m3u8'),
  );
  // FFmpeg takes %v in one place only.
  for (const name of names) await rename(join(root, name, 'list.m3u8'), join(root, name, `${name}.m3u8`));
}

async function measuredOf(root: string, name: string): Promise<MeasuredBitrate> {
  const playlist = await readFile(join(root, name, `${name}.m3u8`), 'utf8');
  const durations = [...playlist.matchAll(/#EXTINF:([\d.]+)/g)].map((match) => Number(match[1]));
  const names = (await readdir(join(root, name))).filter((file) => file.endsWith('.ts')).sort();
  const sizes = await Promise.all(names.map(async (file) => (await stat(join(root, name, file))).size));
  const segments = sizes.map((sizeBytes, i) => ({ sizeBytes, durationSec: durations[i] ?? 0 }));
  return measuredBitrate(segments, segmentSec);
}

async function writeIFrames(root: string, name: string): Promise<MeasuredBitrate> {
  const files = (await readdir(join(root, name))).filter((file) => file.endsWith('.ts')).sort();
  const frames = [];
  for (const path of files) {
    const ranges = mustParse(tsIFrameRanges(new Uint8Array(await readFile(join(root, name, path)))));
    for (const { offsetBytes, sizeBytes } of ranges) {
      frames.push({ path, range: { offsetBytes, lengthBytes: sizeBytes }, durationSec: segmentSec });
    }
  }
  await writeFile(
    join(root, name, 'iframes.m3u8'),
    iFramePlaylist({ targetDurationSec: segmentSec, map: null, frames }),
  );
  const sizes = frames.map(({ range, durationSec }) => ({ sizeBytes: range.lengthBytes, durationSec }));
  return measuredBitrate(sizes, segmentSec);
}

async function writeSideFiles(root: string): Promise<void> {
  await mkdir(join(root, 'subtitles'));
  const startTicks = Math.round((await firstPts(join(root, 'high', 's000.ts'))) * 90_000);
  const cue = (from: string, to: string, text: string): string => `\n${from} --> ${to}\n${text}\n`;
  const part = (...cues: string[]): string =>
    `WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:${startTicks}\n${cues.join('')}`;
  const crossing = cue('00:00:02.500', '00:00:03.500', 'Over there');
  await writeFile(join(root, 'subtitles', 'eng0.vtt'), part(cue('00:00:00.500', '00:00:02.000', 'Hello'), crossing));
  await writeFile(join(root, 'subtitles', 'eng1.vtt'), part(crossing, cue('00:00:04.000', '00:00:05.500', 'Bye')));
  const segments = ['eng0.vtt', 'eng1.vtt'].map((path) => ({ path, durationSec: filmSec / 2, range: null }));
  await writeFile(join(root, 'subtitles', 'eng.m3u8'), mediaPlaylist({ targetDurationSec: 3, map: null, segments }));
  await ffmpeg('-f', 'lavfi', '-i', 'color=red:s=128x72', '-frames:v', '1', join(root, 'thumbs_64x36.webp'));
  const tile = (from: number, box: string): string =>
    cue(`00:00:0${from}.000`, `00:00:0${from + 2}.000`, `thumbs_64x36.webp#xywh=${box},64,36`);
  await writeFile(join(root, 'thumbs_64x36.vtt'), `WEBVTT\n${tile(0, '0,0')}${tile(2, '64,0')}${tile(4, '0,36')}`);
  await writeFile(
    join(root, 'chapters.vtt'),
    `WEBVTT\n${cue('00:00:00.000', '00:00:03.000', 'One')}${cue('00:00:03.000', '00:00:06.000', 'Two')}`,
  );
}

const packets = z.object({ packets: z.array(z.object({ pts_time: z.string() })) });

/** The earliest presentation time of a segment's pictures, seconds, as ffprobe sees it. */
async function firstPts(path: string): Promise<number> {
  const answer = await ffprobeJson(path, '-select_streams', 'v', '-show_entries', 'packet=pts_time');
  return Math.min(...packets.parse(answer).packets.map((packet) => Number(packet.pts_time)));
}
