import { expect, test } from 'vitest';
import type { VideoFacts } from '#shared/model/facts.ts';
import type { EncodePlan } from '#shared/model/plan.ts';
import type { Profile } from '#shared/model/profile.ts';
import { aFacts, anHdrVideo, aVideo } from '#tests/helpers/a-facts.ts';
import { aProfile, builtIn, decisionsOf, planOf } from '#tests/helpers/a-plan.ts';

const universal = builtIn('hls-universal');
const planFor = (video: Partial<VideoFacts>, profile: Profile = universal): EncodePlan =>
  planOf(aFacts({ video: [aVideo(video)] }), profile);
const ids = (plan: EncodePlan): string[] => plan.video.map(({ id }) => id);
/** Decisions about rungs and the picture. */
const rungDecisions = (plan: EncodePlan): string[] => decisionsOf(plan).filter((text) => text.includes(' rung '));

test('a picture as large as the ladder gets every rung and nothing to explain', () => {
  const plan = planFor({});
  expect(ids(plan)).toEqual(['video_1920x1080', 'video_1280x720', 'video_854x480', 'video_640x360']);
  expect(plan.decisions).toEqual([]);
});

test('nothing is enlarged: a rung beyond the picture is made in its size when that adds something', () => {
  const plan = planFor({ width: 1600, height: 900 });
  expect(ids(plan)).toEqual(['video_1600x900', 'video_1280x720', 'video_854x480', 'video_640x360']);
  expect(rungDecisions(plan)).toEqual(['cap rung 1920x1080: capped-to-source']);
  // 1600x900 has 25/36 of the pixels of 1920x1080.
  expect(plan.video[0]?.rate).toEqual({
    mode: 'capped-crf',
    crf: 21,
    targetBps: null,
    peakBps: 3_125_000,
    bufferBits: 6_250_000,
  });
});

test('a rung that would be hardly larger than the next one is dropped', () => {
  const plan = planFor({ width: 1300, height: 732 });
  expect(ids(plan)).toEqual(['video_1278x720', 'video_852x480', 'video_640x360']);
  expect(rungDecisions(plan)).toEqual(['drop rung 1920x1080: larger-than-source']);
});

test.each([
  ['2.39:1 at full width', { width: 1920, height: 804 }, ['1920x804', '1280x536', '854x358', '640x268']],
  ['4:3', { width: 1440, height: 1080 }, ['1440x1080', '960x720', '640x480', '480x360']],
  ['portrait', { width: 1080, height: 1920 }, ['1080x1920', '720x1280', '480x854', '360x640']],
  ['turned by a quarter', { rotationDeg: 90 }, ['1080x1920', '720x1280', '480x854', '360x640']],
  ['upside down', { rotationDeg: 180 }, ['1920x1080', '1280x720', '854x480', '640x360']],
  [
    'PAL widescreen with 64:45 pixels',
    { width: 720, height: 576, sampleAspect: { num: 64, den: 45 } },
    ['1024x576', '854x480', '640x360'],
  ],
  ['NTSC with narrow pixels', { width: 720, height: 480, sampleAspect: { num: 8, den: 9 } }, ['640x480', '480x360']],
  ['odd sides', { width: 1279, height: 719 }, ['1280x720', '854x480', '640x360']],
  ['4K on a ladder up to 1080p', { width: 4096, height: 2160 }, ['1920x1012', '1280x676', '854x450', '640x338']],
  ['8K', { width: 7680, height: 4320 }, ['1920x1080', '1280x720', '854x480', '640x360']],
  ['a stamp', { width: 160, height: 120 }, ['160x120']],
  ['one pixel', { width: 1, height: 1 }, ['2x2']],
] satisfies [string, Partial<VideoFacts>, string[]][])('the ladder of %s', (_, video, sizes) => {
  expect(ids(planFor(video))).toEqual(sizes.map((size) => `video_${size}`));
});

test('a picture wider than 8192 is brought down by any profile', () => {
  expect(ids(planFor({ width: 16_384, height: 8_192 }, builtIn('mkv-archive')))).toEqual(['video_7680x3840']);
});

test('two rungs that come out in one size are one', () => {
  const profile = aProfile({
    video: {
      ladder: [
        { width: 1280, height: 800, bitrateBps: 3_000_000 },
        { width: 1280, height: 720, bitrateBps: 2_000_000 },
      ],
    },
  });
  const plan = planFor({ width: 1920, height: 804 }, profile);
  expect(plan.video.map(({ id, rate }) => [id, rate.peakBps])).toEqual([['video_1280x536', 3_000_000]]);
  expect(rungDecisions(plan)).toEqual(['drop rung 1280x720: same-size-as-another-rung']);
});

test('with crop auto the rungs have the shape of what is inside the bars', () => {
  const profile = aProfile({ filters: { crop: 'auto' } });
  const facts = aFacts({ activeArea: { x: 0, y: 138, width: 1920, height: 804 } });
  const cropped = planOf(facts, profile);
  expect(ids(cropped)).toEqual(['video_1280x536']);
  expect(cropped.picture.crop).toEqual({ x: 0, y: 138, width: 1920, height: 804 });
  expect(decisionsOf(cropped)).toEqual(['change stream 0: black-bars']);
  expect(ids(planOf(facts, aProfile()))).toEqual(['video_1280x720']);
});

test('an HDR10 film in 4K keeps its HDR in HEVC, with H.264 SDR versions beside it', () => {
  const plan = planFor(anHdrVideo(), builtIn('hls-hevc-hdr'));
  expect(
    plan.video.map((one) => [one.id, one.codec, one.pixelFormat, one.color.transfer, one.toneMapped, one.encoders[5]]),
  ).toEqual([
    ['video_3840x2160', 'hevc', 'yuv420p10le', 'smpte2084', false, 'libx265'],
    ['video_1920x1080', 'hevc', 'yuv420p10le', 'smpte2084', false, 'libx265'],
    ['video_1920x1080_SDR', 'h264', 'yuv420p', 'bt709', true, 'libx264'],
    ['video_1280x720', 'hevc', 'yuv420p10le', 'smpte2084', false, 'libx265'],
    ['video_1280x720_SDR', 'h264', 'yuv420p', 'bt709', true, 'libx264'],
    ['video_854x480', 'hevc', 'yuv420p10le', 'smpte2084', false, 'libx265'],
    ['video_854x480_SDR', 'h264', 'yuv420p', 'bt709', true, 'libx264'],
  ]);
  const { masteringDisplay, contentLight } = anHdrVideo();
  expect(plan.video.map((one) => [one.masteringDisplay, one.contentLight])).toEqual(
    plan.video.map((one) => (one.toneMapped ? [null, null] : [masteringDisplay, contentLight])),
  );
  expect(rungDecisions(plan)).toEqual([
    'convert rung 1920x1080: sdr-beside-hdr',
    'convert rung 1280x720: sdr-beside-hdr',
    'convert rung 854x480: sdr-beside-hdr',
  ]);
});

test('an HDR10 film in H.264 is tone-mapped on every rung', () => {
  const plan = planFor(anHdrVideo());
  expect(plan.video.map(({ id, dynamicRange, toneMapped }) => [id, dynamicRange, toneMapped])).toEqual([
    ['video_1920x1080_SDR', 'sdr', true],
    ['video_1280x720_SDR', 'sdr', true],
    ['video_854x480_SDR', 'sdr', true],
    ['video_640x360_SDR', 'sdr', true],
  ]);
  expect(decisionsOf(plan)).toEqual(['convert stream 0: codec-has-no-hdr']);
});

test('an SDR film in the HDR profile is HEVC alone: an SDR version of SDR would be the same again', () => {
  const plan = planFor({}, builtIn('hls-hevc-hdr'));
  expect(plan.video.map(({ id, codec, pixelFormat }) => [id, codec, pixelFormat])).toEqual([
    ['video_1920x1080', 'hevc', 'yuv420p'],
    ['video_1280x720', 'hevc', 'yuv420p'],
    ['video_854x480', 'hevc', 'yuv420p'],
  ]);
});

test('ten bits of an SDR film are kept where the codec is known to play them', () => {
  const deep: Partial<VideoFacts> = { bitDepth: 10, pixelFormat: 'yuv420p10le' };
  expect(planFor(deep, builtIn('hls-hevc-hdr')).video[0]?.pixelFormat).toBe('yuv420p10le');
  expect(planFor(deep).video[0]?.pixelFormat).toBe('yuv420p');
});

test('settings of the main encoder are not given to the SDR versions of another codec', () => {
  const profile = aProfile({
    video: {
      ladder: [{ width: 1280, height: 720, bitrateBps: 2_000_000, includeSdr: true, profile: 'main10', level: '5.1' }],
      encoders: ['libx265'],
      sdrEncoders: ['libx264'],
      tune: 'grain',
      pixelFormat: 'yuv420p10le',
      options: { 'aq-mode': '3' },
    },
  });
  const plan = planFor(anHdrVideo(), profile);
  expect(plan.video.map((one) => [one.id, one.profile, one.level, one.tune, one.pixelFormat, one.options])).toEqual([
    ['video_1280x720', 'main10', '5.1', 'grain', 'yuv420p10le', { 'aq-mode': '3' }],
    ['video_1280x720_SDR', null, null, null, 'yuv420p', {}],
  ]);
});

test('a profile that wants SDR tone-maps what HEVC could carry', () => {
  const profile = aProfile({ video: { encoders: ['libx265'], dynamicRange: 'sdr' } });
  const plan = planFor(anHdrVideo(), profile);
  expect(plan.video.map(({ id, toneMapped }) => [id, toneMapped])).toEqual([['video_1280x720_SDR', true]]);
  expect(decisionsOf(plan)).toContain('convert stream 0: profile-wants-sdr');
});

test.each([
  ['crf', { mode: 'crf', crf: 30 }, [30, null, null, null]],
  ['capped-crf', { mode: 'capped-crf', crf: 21, bufferSec: 3 }, [21, null, 2_000_000, 6_000_000]],
  ['abr-two-pass', { mode: 'abr-two-pass', peakRatio: 1.5, bufferSec: 2 }, [null, 2_000_000, 3_000_000, 6_000_000]],
  ['cbr', { mode: 'cbr', bufferSec: 1 }, [null, 2_000_000, 2_000_000, 2_000_000]],
] as const)('the numbers of rate control %s', (mode, rateControl, [crf, targetBps, peakBps, bufferBits]) => {
  const plan = planFor({}, aProfile({ video: { rateControl } }));
  expect(plan.video[0]?.rate).toEqual({ mode, crf, targetBps, peakBps, bufferBits });
});

test('a rung can have a CRF of its own', () => {
  const ladder = [{ width: 1280, height: 720, bitrateBps: 2_000_000, crf: 25 }];
  expect(planFor({}, aProfile({ video: { ladder } })).video[0]?.rate.crf).toBe(25);
});

test.each([
  ['NTSC', 480, { primaries: 'smpte170m', transfer: 'smpte170m', matrix: 'smpte170m' }],
  ['PAL', 576, { primaries: 'bt470bg', transfer: 'smpte170m', matrix: 'bt470bg' }],
  ['HD', 720, { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709' }],
])('an untagged picture of %s size is read as players read it, and every rung says so', (_, height, color) => {
  const untagged = { primaries: null, transfer: 'unknown', matrix: null, range: null, chromaLocation: null };
  const plan = planFor({ width: 720, height, color: untagged });
  expect(new Set(plan.video.map((one) => JSON.stringify(one.color)))).toEqual(new Set([JSON.stringify(color)]));
  expect(decisionsOf(plan)).toContain('change stream 0: untagged-colour');
});
