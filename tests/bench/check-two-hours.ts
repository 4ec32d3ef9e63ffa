import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MeasuredBitrate, measuredBitrate } from '#main/media/package/playlist/bandwidth.ts';
import { masterPlaylist } from '#main/media/package/playlist/master-playlist.ts';
import { checkPackage } from '#main/stages/check/check-package.ts';
import { ffmpeg } from '#tests/helpers/media-tools.ts';
import type { Figure } from './report.ts';

const filmSec = 7_200;
const segmentSec = 6;
/** Of a picture rendition with its null packets: more than the check reads of each segment's head. */
const muxRateBps = 90_000;
const videoNames = ['video_a', 'video_b', 'video_c', 'video_d', 'video_e'];
const audioNames = ['audio_a', 'audio_b'];

/**
 * Row 6 of design section 6: how long the check of a two-hour package takes, five rungs and two languages in six-second
 * segments. The pictures are of 16x16 points, because the check reads heads and never decodes; continuous timestamps and
 * real parameter sets are what it costs to look at.
 */
export async function checkTwoHours(print: (line: string) => void): Promise<Figure> {
  const root = await mkdtemp(join(tmpdir(), 'encrew-bench-'));
  try {
    await makePackage(root);
    print(`check: npm start -- check ${root}`);
    const startedMs = performance.now();
    const { findings, checked } = await checkPackage(root);
    const seconds = (performance.now() - startedMs) / 1000;
    const errors = findings.filter((finding) => finding.severity === 'error');
    for (const { code, message } of errors) print(`${code}: ${message}`);
    if (errors.length > 0) throw new Error('the package of the bench is not valid');
    const mebibytes = Math.round(checked.sizeBytes / 2 ** 20);
    return {
      name: 'validation of a two-hour package',
      value: seconds,
      unit: 's',
      bound: 30,
      detail: `${checked.segments} segments, ${checked.files} files, ${mebibytes} MiB, just written (in the page cache)`,
    };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function makePackage(root: string): Promise<void> {
  const [video = '', ...otherVideo] = videoNames;
  const [audio = '', ...otherAudio] = audioNames;
  const hls = ['-f', 'hls', '-hls_time', String(segmentSec), '-hls_playlist_type', 'vod', '-hls_segment_filename'];
  await mkdir(join(root, video));
  await mkdir(join(root, audio));
  await ffmpeg(
    ...['-f', 'lavfi', '-i', `color=gray:s=16x16:r=25:d=${filmSec}`, '-c:v', 'libx264', '-preset', 'ultrafast'],
    ...['-g', String(25 * segmentSec), '-sc_threshold', '0', '-hls_segment_options', `muxrate=${muxRateBps}`],
    ...[...hls, join(root, video, 's%04d.ts'), join(root, video, 'list.m3u8')],
  );
  await ffmpeg(
    ...['-f', 'lavfi', '-i', `anullsrc=r=48000:cl=stereo:d=${filmSec - 0.05}`, '-c:a', 'aac', '-b:a', '32k'],
    ...[...hls, join(root, audio, 's%04d.ts'), join(root, audio, 'list.m3u8')],
  );
  for (const name of otherVideo) await cp(join(root, video), join(root, name), { recursive: true });
  for (const name of otherAudio) await cp(join(root, audio), join(root, name), { recursive: true });
  await writeFile(join(root, 'film.m3u8'), await masterText(root, video, audio));
}

async function masterText(root: string, video: string, audio: string): Promise<string> {
  const videoRate = await measuredOf(join(root, video));
  const audioRate = await measuredOf(join(root, audio));
  const sound = { codec: 'mp4a.40.2', channels: 2, jointObjectCoding: false, commentary: false, describesVideo: false };
  const languages = ['en', 'ja'];
  return masterPlaylist({
    video: videoNames.map((name) => ({
      path: `${name}/list.m3u8`,
      name,
      widthPx: 16,
      heightPx: 16,
      frameRate: { num: 25, den: 1 },
      codec: 'avc1.42C00A',
      videoRange: 'SDR',
      colourSpace: null,
      bitrate: videoRate,
      iFrames: null,
    })),
    audioGroups: [
      {
        id: 'audio_aac',
        renditions: audioNames.map((name, i) => ({
          ...sound,
          path: `${name}/list.m3u8`,
          name,
          language: languages[i] ?? null,
          bitrate: audioRate,
        })),
      },
    ],
    subtitles: [],
  });
}

async function measuredOf(folder: string): Promise<MeasuredBitrate> {
  const playlist = await readFile(join(folder, 'list.m3u8'), 'utf8');
  const durations = [...playlist.matchAll(/#EXTINF:([\d.]+)/g)].map((match) => Number(match[1]));
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts')).sort();
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return measuredBitrate(
    sizes.map((sizeBytes, i) => ({ sizeBytes, durationSec: durations[i] ?? 0 })),
    segmentSec,
  );
}
