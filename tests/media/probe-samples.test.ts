import { beforeAll, describe, expect, test } from 'vitest';
import type { FfmpegTools } from '#main/ffmpeg/find.ts';
import { probe } from '#main/ffmpeg/probe.ts';
import { silentLogger } from '#main/platform/logger.ts';
import type { MediaFacts } from '#shared/model/facts.ts';
import { sampleMedia, sampleMediaIsThere } from '#tests/helpers/sample-media.ts';
import { thisFfmpeg } from '#tests/helpers/this-ffmpeg.ts';

let tools: FfmpegTools;
beforeAll(async () => {
  tools = await thisFfmpeg();
});

async function factsOf(fileName: string): Promise<MediaFacts> {
  const result = await probe(sampleMedia(fileName), { tools, log: silentLogger }, new AbortController().signal);
  if (!result.ok) throw new Error(result.message);
  return result.facts;
}

/** What a plan is made from, in one line a stream. */
function summary(facts: MediaFacts): string[] {
  const rate = (fraction: MediaFacts['video'][number]['frameRate']) =>
    fraction === null ? '?' : `${fraction.num}/${fraction.den}`;
  return [
    ...facts.video.map((v) =>
      [
        v.index,
        v.codec,
        `${v.width}x${v.height}`,
        rate(v.frameRate),
        v.rateMode,
        v.frameCount,
        v.startSec,
        v.endSec,
      ].join(' '),
    ),
    ...facts.audio.map((a) => [a.index, a.codec, a.channelLayout, a.language, a.startSec, a.endSec].join(' ')),
    ...facts.subtitles.map((s) => [s.index, s.codec, s.form, s.language].join(' ')),
  ];
}

describe.skipIf(!sampleMediaIsThere)('files that other tools made', () => {
  test('thirty seconds of film with 5.1 sound', async () => {
    expect(summary(await factsOf('bbb-480p24-aac51-30s.mp4'))).toEqual([
      '0 h264 854x480 24/1 constant 720 0 30',
      '1 aac 5.1  0 30',
    ]);
  });

  test('two films with two sound tracks and two subtitles', async () => {
    expect(summary(await factsOf('nasa-2video-2audio-2subs.mp4'))).toEqual([
      '0 h264 320x180 25/1 constant 325 0 13',
      '3 h264 480x270 30000/1001 constant 390 0 13.013',
      '1 aac stereo eng 0 13.056',
      '4 aac stereo eng 0 13.056',
      '2 mov_text text eng',
      '5 mov_text text eng',
    ]);
  });

  test('six subtitle languages and chapters beyond the end', async () => {
    const facts = await factsOf('bbb-vp9-10bit444-6srt-chapters.mkv');
    expect(summary(facts)).toEqual([
      '0 vp9 320x180 24/1 constant 24 0.003 1.002667',
      '1 vorbis 5.1 eng 0 1.018',
      '2 subrip text eng',
      '3 subrip text cze',
      '4 subrip text ger',
      '5 subrip text fre',
      '6 subrip text por',
      '7 subrip text spa',
    ]);
    expect(facts.chapters).toEqual([{ startSec: 0, endSec: 1.018, title: 'Intro' }]);
  });

  test('HDR10 in AV1', async () => {
    const facts = await factsOf('hdr10-av1-1080p60.mp4');
    expect(summary(facts)).toEqual(['0 av1 1920x1080 60000/1001 constant 60 0 1.001', '1 aac stereo  0 1.021678']);
    expect(facts.video[0]).toMatchObject({ dynamicRange: 'pq', contentLight: { maxCll: 1100, maxFall: 180 } });
  });

  test('a frame rate that the header makes up', async () => {
    expect(summary(await factsOf('ass-ac3-brokenfps.mkv'))).toEqual([
      '0 h264 1080x720 30/1 constant 30 0.067 1.067333',
      '1 ac3 mono  0.129 1.138',
      '2 ass text ',
    ]);
  });

  test('a phone clip that lies on its side', async () => {
    const facts = await factsOf('iphone sideways rot90.mov');
    expect(facts.video[0]).toMatchObject({ width: 640, height: 480, rotationDeg: 90, mirrored: false });
    expect(facts.truncatedAtSec).toBe(null);
  });

  test('a text file is refused in one line', async () => {
    const result = await probe(sampleMedia('README.md'), { tools, log: silentLogger }, new AbortController().signal);
    expect(result).toEqual({
      ok: false,
      code: 'not-media',
      message: `"README.md" can't be used: FFmpeg finds no film or sound in it; choose a media file`,
    });
  });
});
