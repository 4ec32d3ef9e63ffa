import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fmp4IFrameRanges } from '#main/media/bitstream/i-frame-ranges.ts';
import { iFramePlaylist } from '#main/media/package/playlist/i-frame-playlist.ts';
import { checkPackage } from '#main/stages/check/check-package.ts';
import { NotAPackage } from '#main/stages/check/find-package.ts';
import { mustParse } from '#tests/helpers/fmp4-rendition.ts';
import { ffmpeg } from '#tests/helpers/media-tools.ts';
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts';

/** Codes with severity, each once. */
async function verdict(path: string): Promise<string[]> {
  const { findings } = await checkPackage(path);
  return [...new Set(findings.map(({ severity, code }) => `${severity} ${code}`))].sort();
}

const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25:d=4'];
const sound = ['-f', 'lavfi', '-i', 'sine=r=48000:d=3.95'];
const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50', '-sc_threshold', '0'];
const vod = ['-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod'];

test('a lone media playlist with sound inside the video segments is a package too', async () => {
  const root = await temporaryFolder();
  await ffmpeg(...picture, ...sound, ...x264, '-c:a', 'aac', ...vod, join(root, 'a.m3u8'));
  expect(await verdict(root)).toEqual([]);
  expect(await verdict(join(root, 'a.m3u8'))).toEqual([]);
});

test('FFmpeg’s own master playlist has settings where measurements belong, and says little', async () => {
  const root = await temporaryFolder();
  const output = ['-master_pl_name', 'm.m3u8', join(root, 'v.m3u8')];
  await ffmpeg(...picture, ...sound, ...x264, '-b:v', '10k', '-c:a', 'aac', ...vod, ...output);
  expect(await verdict(root)).toEqual([
    'error bandwidth-low',
    'warning frame-rate-missing',
    'warning independent-segments-missing',
  ]);
});

test('one fMP4 file by byte ranges: an edit list delays what browsers show at once', async () => {
  const root = await temporaryFolder();
  const output = ['-hls_segment_type', 'fmp4', '-hls_flags', 'single_file', join(root, 'v.m3u8')];
  await ffmpeg(...picture, ...sound, ...x264, '-bf', '2', '-c:a', 'aac', ...vod, ...output);
  const { findings, streams, checked } = await checkPackage(root);
  expect(findings.map((finding) => finding.code)).toContain('init-empty-edit');
  expect(checked.segments).toBe(2);
  expect(streams.map(({ kind, codec, frames }) => [kind, codec, frames])).toEqual([
    ['video', 'avc1.4D400B', 100],
    ['audio', 'mp4a.40.2', 187],
  ]);
});

test('FFmpeg 5.1 delays B-frame video against sound in a rendition of its own', async () => {
  const root = await temporaryFolder();
  const streams = ['-map', '0', '-map', '1', ...x264, '-bf', '2', '-c:a', 'aac', ...vod, '-hls_segment_type', 'fmp4'];
  const groups = ['-var_stream_map', 'v:0,agroup:a a:0,agroup:a,default:yes', '-hls_fmp4_init_filename', 'i%v.mp4'];
  await ffmpeg(...picture, ...sound, ...streams, ...groups, '-master_pl_name', 'm.m3u8', join(root, 'v%v.m3u8'));
  const codes = (await checkPackage(root)).findings.map((finding) => finding.code);
  expect(codes).toEqual(expect.arrayContaining(['init-empty-edit', 'start-offset']));
});

test('an fMP4 segment that was cut, and one whose init segment is gone', async () => {
  const root = await temporaryFolder();
  const output = ['-hls_segment_type', 'fmp4', join(root, 'v.m3u8')];
  await ffmpeg(...picture, ...x264, '-bf', '0', ...vod, ...output);
  expect(await verdict(root)).toEqual([]);
  const playlist = await readFile(join(root, 'v.m3u8'), 'utf8');
  await writeFile(join(root, 'v.m3u8'), playlist.replace(/#EXT-X-MAP.*\n/, ''));
  expect(await verdict(root)).toEqual(['error map-missing', 'error segment-damaged', 'info file-unreferenced']);
  await writeFile(join(root, 'v.m3u8'), playlist);
  await truncate(join(root, 'v1.m4s'), 3000);
  expect(await verdict(root)).toEqual(['error segment-damaged']);
});

test('I-frames of fMP4 are ranges that begin with a fragment whose first picture is a keyframe', async () => {
  const root = await temporaryFolder();
  const output = ['-hls_segment_type', 'fmp4', '-master_pl_name', 'm.m3u8', join(root, 'v.m3u8')];
  await ffmpeg(...picture, ...x264, '-bf', '0', ...vod, ...output);
  const frames = [];
  for (const path of ['v0.m4s', 'v1.m4s']) {
    const bytes = new Uint8Array(await readFile(join(root, path)));
    for (const { offsetBytes, sizeBytes } of mustParse(fmp4IFrameRanges(bytes))) {
      frames.push({ path, range: { offsetBytes, lengthBytes: sizeBytes }, durationSec: 2 });
    }
  }
  const map = { path: 'init.mp4', range: null };
  const iFrames = iFramePlaylist({ targetDurationSec: 2, map, frames });
  await writeFile(join(root, 'i.m3u8'), iFrames);
  const master = await readFile(join(root, 'm.m3u8'), 'utf8');
  const tag = '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=9999999,RESOLUTION=160x90,URI="i.m3u8"';
  await writeFile(join(root, 'm.m3u8'), `${master}${tag}\n`);
  expect(await verdict(root)).not.toContain('error i-frame-not-keyframe');
  await writeFile(join(root, 'i.m3u8'), iFrames.replace(/@\d+/, '@0').replace(/BYTERANGE:\d+@0/, 'BYTERANGE:24@0'));
  expect(await verdict(root)).toContain('error i-frame-not-keyframe');
});

test('HEVC as hev1, and HEVC in a transport stream, do not play on Apple devices', async () => {
  const x265 = [
    '-c:v',
    'libx265',
    '-preset',
    'ultrafast',
    '-x265-params',
    'keyint=50:min-keyint=50:scenecut=0:open-gop=0:bframes=0:log-level=none',
  ];
  const inFmp4 = await temporaryFolder();
  await ffmpeg(...picture, ...x265, ...vod, '-hls_segment_type', 'fmp4', '-tag:v', 'hev1', join(inFmp4, 'v.m3u8'));
  expect(await verdict(inFmp4)).toEqual(['warning hev1-sample-entry']);
  const inTs = await temporaryFolder();
  await ffmpeg(...picture, ...x265, ...vod, join(inTs, 'v.m3u8'));
  expect(await verdict(inTs)).toEqual(['warning hevc-in-transport-stream']);
});

test('an open GOP is no place to start at', async () => {
  const root = await temporaryFolder();
  const open = 'keyint=25:min-keyint=25:scenecut=0:open-gop=1:bframes=2:log-level=none';
  const output = [...vod, '-hls_segment_type', 'fmp4', '-tag:v', 'hvc1', join(root, 'v.m3u8')];
  await ffmpeg(...picture, '-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', open, ...output);
  const { findings } = await checkPackage(root);
  expect(findings.map((finding) => finding.code)).toContain('segment-without-keyframe');
});

test('encrypted segments are not looked into, and not called damaged', async () => {
  const root = await temporaryFolder();
  await writeFile(join(root, 'key'), Buffer.alloc(16, 7));
  await writeFile(join(root, 'info'), `key\n${join(root, 'key')}\n`);
  await ffmpeg(...picture, ...x264, ...vod, '-hls_key_info_file', join(root, 'info'), join(root, 'v.m3u8'));
  expect(await verdict(root)).toEqual(['info file-unreferenced']);
});

test.each([
  ['nothing', async (root: string) => join(root, 'not there'), 'not-found'],
  ['an empty folder', async (root: string) => root, 'not-a-package'],
  [
    'a text that calls itself a playlist',
    async (root: string) => {
      await writeFile(join(root, 'a.m3u8'), '[InternetShortcut]\nURL=file:///etc/passwd\n');
      return join(root, 'a.m3u8');
    },
    'not-a-package',
  ],
  [
    'a text that calls itself a film',
    async (root: string) => {
      await writeFile(join(root, 'a.mp4'), 'no film');
      return join(root, 'a.mp4');
    },
    'not-a-package',
  ],
])('%s is refused', async (_name, make, code) => {
  const path = await make(await temporaryFolder());
  const refusal = await checkPackage(path).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(NotAPackage);
  expect(refusal).toMatchObject({ code });
});
