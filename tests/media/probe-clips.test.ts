import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import { type ProbeOptions, probe } from '#main/ffmpeg/probe.ts';
import { silentLogger } from '#main/platform/logger.ts';
import type { MediaFacts } from '#shared/model/facts.ts';
import { ffmpeg } from '#tests/helpers/media-tools.ts';
import { newFolder } from '#tests/helpers/temporary-folder.ts';
import { thisFfmpeg } from '#tests/helpers/this-ffmpeg.ts';

let folder: string;
let tools: FfmpegTools;
beforeAll(async () => {
  folder = await newFolder();
  tools = await thisFfmpeg();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=2'];
const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast'];

async function clip(fileName: string, ...argv: string[]): Promise<string> {
  const path = join(folder, fileName);
  await ffmpeg(...argv, path);
  return path;
}

async function factsOf(path: string, options: ProbeOptions = {}): Promise<MediaFacts> {
  const result = await probe(path, { tools, log: silentLogger }, new AbortController().signal, options);
  if (!result.ok) throw new Error(result.message);
  return result.facts;
}

test.each(['mp4', 'mkv', 'ts', 'mov', 'avi'])('%s: fifty pictures last exactly two seconds', async (extension) => {
  const path = await clip(`plain.${extension}`, ...picture, ...x264, '-bf', '2', '-f', formats[extension] ?? extension);
  const [video] = (await factsOf(path)).video;
  expect(video).toMatchObject({ frameRate: { num: 25, den: 1 }, rateMode: 'constant', frameCount: 50 });
  expect((video?.endSec ?? 0) - (video?.startSec ?? 0)).toBeCloseTo(2, 5);
});
const formats: Readonly<Record<string, string>> = { mkv: 'matroska', ts: 'mpegts' };

test('interlaced MPEG-2 tells its field order', async () => {
  const path = await clip(
    'top-first.mpg',
    ...picture,
    '-vf',
    'interlace=scan=tff',
    '-c:v',
    'mpeg2video',
    '-flags',
    '+ildct+ilme',
  );
  expect((await factsOf(path)).video[0]).toMatchObject({ fieldOrder: 'top-first' });
});

test('pictures woven from fields are measured where the header says progressive', async () => {
  const moving = ['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=50:d=2', '-vf', 'interlace=scan=bff'];
  const path = await clip('mislabelled.ts', ...moving, ...x264, '-f', 'mpegts');
  expect((await factsOf(path)).video[0]).toMatchObject({ fieldOrder: 'progressive' });
  expect((await factsOf(path, { measureInterlacing: true })).video[0]).toMatchObject({ fieldOrder: 'bottom-first' });
});

test('a variable rate is told as one', async () => {
  const dropped = ['-vf', "select='not(between(mod(n,10),3,6))'", '-vsync', 'passthrough'];
  const path = await clip('variable.mkv', ...picture, ...dropped, ...x264);
  expect((await factsOf(path)).video[0]).toMatchObject({
    frameRate: { num: 25, den: 1 },
    rateMode: 'variable',
    frameCount: 30,
  });
});

test.each(['90', '180', '270'])('turning by the facts shows what a player shows: rotate=%s', async (rotate) => {
  const plain = await clip(`upright-${rotate}.mp4`, ...picture, ...x264);
  const path = await clip(`turned-${rotate}.mp4`, '-i', plain, '-c', 'copy', '-metadata:s:v:0', `rotate=${rotate}`);
  const [video] = (await factsOf(path)).video;
  expect(video).toMatchObject({ width: 64, height: 48, mirrored: false });
  const turn = { 0: 'null', 90: 'transpose=clock', 180: 'hflip,vflip', 270: 'transpose=cclock' }[
    video?.rotationDeg ?? 0
  ];
  const firstPicture = ['-frames:v', '1', '-f', 'framemd5', '-'];
  const shown = await ffmpeg('-i', path, ...firstPicture);
  expect(await ffmpeg('-noautorotate', '-i', path, '-vf', turn, ...firstPicture)).toBe(shown);
  expect(await ffmpeg('-noautorotate', '-i', path, ...firstPicture)).not.toBe(shown);
});

test('HDR10 in HEVC is found in MP4 and, from the first pictures alone, in a transport stream', async () => {
  const hdr10 = [
    'hdr10=1:repeat-headers=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:log-level=none',
    'master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=1000,400',
  ].join(':');
  const x265 = [
    '-pix_fmt',
    'yuv420p10le',
    '-c:v',
    'libx265',
    '-preset',
    'ultrafast',
    '-x265-params',
    hdr10,
    '-frames:v',
    '10',
  ];
  const mp4 = await clip('hdr10.mp4', ...picture, ...x265, '-tag:v', 'hvc1');
  const ts = await clip('hdr10.ts', '-i', mp4, '-c', 'copy');
  for (const path of [mp4, ts]) {
    expect((await factsOf(path)).video[0]).toMatchObject({
      bitDepth: 10,
      dynamicRange: 'pq',
      color: { primaries: 'bt2020', transfer: 'smpte2084', matrix: 'bt2020nc', range: 'tv' },
      masteringDisplay: {
        ...{ redX: 0.68, redY: 0.32, greenX: 0.265, greenY: 0.69, blueX: 0.15, blueY: 0.06 },
        ...{ whiteX: 0.3127, whiteY: 0.329, minNits: 0.005, maxNits: 1000 },
      },
      contentLight: { maxCll: 1000, maxFall: 400 },
      hdr10Plus: false,
    });
  }
});

test('HLG is found', async () => {
  const hlg = 'log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc';
  const x265 = [
    '-pix_fmt',
    'yuv420p10le',
    '-c:v',
    'libx265',
    '-preset',
    'ultrafast',
    '-x265-params',
    hlg,
    '-frames:v',
    '5',
  ];
  const path = await clip('hlg.mkv', ...picture, ...x265);
  expect((await factsOf(path)).video[0]).toMatchObject({
    dynamicRange: 'hlg',
    masteringDisplay: null,
    contentLight: null,
  });
});

test('sound that begins late and ends early keeps its own times', async () => {
  const sound = ['-itsoffset', '0.5', '-f', 'lavfi', '-i', 'sine=r=48000:d=1'];
  const path = await clip(
    'late.mkv',
    ...picture,
    ...sound,
    ...x264,
    '-c:a',
    'pcm_s16le',
    '-metadata:s:a',
    'language=deu',
  );
  const [audio] = (await factsOf(path)).audio;
  expect(audio).toMatchObject({ language: 'ger', startSec: 0.5 });
  expect(audio?.endSec).toBeCloseTo(1.5, 2);
});

test('a cover is a cover, flagged behind the film or unflagged in front of it', async () => {
  const film = await clip('film.mp4', ...picture, ...x264);
  const cover = await clip('cover.jpg', ...picture, '-frames:v', '1');
  const behind = ['-map', '0', '-map', '1', '-c', 'copy', '-disposition:v:1', 'attached_pic'];
  const inFront = ['-map', '1', '-map', '0', '-c', 'copy', '-disposition:v', '0'];
  const [flagged, unflagged] = [
    await factsOf(await clip('cover-behind.mp4', '-i', film, '-i', cover, ...behind)),
    await factsOf(await clip('cover-first.mkv', '-i', film, '-i', cover, ...inFront)),
  ];
  const seen = (facts: MediaFacts) => facts.video.map((v) => [v.codec, v.disposition.attachedPicture, v.rateMode]);
  expect(seen(flagged)).toEqual([
    ['h264', false, 'constant'],
    ['mjpeg', true, null],
  ]);
  expect(seen(unflagged)).toEqual([
    ['mjpeg', true, null],
    ['h264', false, 'constant'],
  ]);
  expect(unflagged.oddities.map(({ code, where }) => [code, where])).toEqual([['cover-without-flag', 'stream 0']]);
});

test('one picture is a film of unknown mode', async () => {
  const path = await clip('one.mkv', ...picture, ...x264, '-frames:v', '1');
  expect((await factsOf(path)).video[0]).toMatchObject({
    frameCount: 1,
    rateMode: null,
    frameRate: { num: 25, den: 1 },
  });
});

test('sound alone is a source', async () => {
  const facts = await factsOf(await clip('sound.flac', '-f', 'lavfi', '-i', 'sine=d=1'));
  expect(facts.video).toEqual([]);
  expect(facts.audio[0]).toMatchObject({ codec: 'flac', channels: 1, sampleRateHz: 44_100 });
});

test('a wrong extension changes nothing', async () => {
  const path = await clip('really.mkv', ...picture, ...x264);
  const renamed = join(folder, 'really.mp4');
  await copyFile(path, renamed);
  expect(await factsOf(renamed)).toEqual(await factsOf(path));
});

test('black bars are measured on request', async () => {
  const path = await clip(
    'letterbox.mkv',
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=320x140:r=25:d=2',
    '-vf',
    'pad=320:240:0:50',
    ...x264,
  );
  expect((await factsOf(path)).activeArea).toBe(null);
  expect((await factsOf(path, { measureActiveArea: true })).activeArea).toEqual({
    x: 0,
    y: 50,
    width: 320,
    height: 140,
  });
});

test('the same question gets the same answer', async () => {
  const path = await clip('again.ts', ...picture, ...x264);
  expect(await factsOf(path)).toEqual(await factsOf(path));
});
