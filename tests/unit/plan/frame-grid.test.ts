import { expect, test } from 'vitest';
import type { MediaFacts, VideoFacts } from '#shared/model/facts.ts';
import type { FrameGrid } from '#shared/model/plan.ts';
import { aFacts, anAudio, aVideo } from '#tests/helpers/a-facts.ts';
import { aProfile, decisionsOf, planOf, refusalOf } from '#tests/helpers/a-plan.ts';

const profile = aProfile();
const gridOf = (video: Partial<VideoFacts>, facts: Partial<MediaFacts> = {}, wanted = profile): FrameGrid =>
  planOf(aFacts({ video: [aVideo(video)], ...facts }), wanted).grid;

test.each([
  ['24', { num: 24, den: 1 }, 2400, 48, 144],
  ['23.976', { num: 24_000, den: 1001 }, 2398, 48, 144],
  ['25', { num: 25, den: 1 }, 2500, 50, 150],
  ['29.97', { num: 30_000, den: 1001 }, 2997, 60, 180],
  ['59.94', { num: 60_000, den: 1001 }, 5994, 120, 360],
  ['12.5, given as 25/2', { num: 25, den: 2 }, 1250, 25, 75],
  ['50, given as 100/2', { num: 50, den: 1 }, 5000, 100, 300],
])('100 s at %s pictures a second lie on an exact grid of whole GOPs', (_, rate, frames, gopFrames, segmentFrames) => {
  expect(gridOf({ frameRate: rate })).toEqual({ rate, frames, gopFrames, segmentFrames, originSec: 0, holdFrames: 0 });
});

test('a rate is brought to lowest terms', () => {
  expect(gridOf({ frameRate: { num: 48_000, den: 2002 } }).rate).toEqual({ num: 24_000, den: 1001 });
});

test('a segment shorter than asked is preferred to half a GOP', () => {
  const grid = gridOf({}, {}, aProfile({ video: { gopSec: 4 }, segment: { durationSec: 5 } }));
  expect([grid.gopFrames, grid.segmentFrames]).toEqual([96, 96]);
});

test('a variable rate is put on a steady grid, which costs pictures their exact times', () => {
  const plan = planOf(aFacts({ video: [aVideo({ rateMode: 'variable' })] }), profile);
  expect([plan.grid.rate, plan.picture.onGrid]).toEqual([{ num: 24, den: 1 }, false]);
  expect(decisionsOf(plan)).toEqual(['change stream 0: variable-frame-rate']);
});

test('an unknown rate becomes 25', () => {
  const plan = planOf(aFacts({ video: [aVideo({ frameRate: null, rateMode: null })] }), profile);
  expect([plan.grid.rate, plan.grid.frames, plan.picture.onGrid]).toEqual([{ num: 25, den: 1 }, 2500, false]);
  expect(decisionsOf(plan)).toEqual(['change stream 0: unknown-frame-rate']);
});

test.each([
  [60, 1, 30, { num: 30, den: 1 }],
  [60_000, 1001, 30, { num: 30_000, den: 1001 }],
  [120, 1, 50, { num: 40, den: 1 }],
  [50, 1, 30, { num: 25, den: 1 }],
])('%i/%i pictures a second under a limit of %i are thinned by a whole factor', (num, den, maxFrameRate, thinned) => {
  const wanted = aProfile({ video: { maxFrameRate } });
  const plan = planOf(aFacts({ video: [aVideo({ frameRate: { num, den } })] }), wanted);
  expect([plan.grid.rate, plan.picture.onGrid]).toEqual([thinned, false]);
  expect(decisionsOf(plan)).toEqual(['cap stream 0: frame-rate-limit']);
});

test('30 is not over a limit of 29.97: the difference is only in how rates are written', () => {
  expect(gridOf({ frameRate: { num: 30, den: 1 } }, {}, aProfile({ video: { maxFrameRate: 29.97 } })).rate).toEqual({
    num: 30,
    den: 1,
  });
});

test('sound that outlasts the picture by a second and more holds the last picture', () => {
  const plan = planOf(aFacts({ audio: [anAudio({ endSec: 102.5 })] }), profile);
  expect([plan.grid.frames, plan.grid.holdFrames, plan.durationSec]).toEqual([2460, 60, 102.5]);
  expect(decisionsOf(plan)).toEqual(['change source: audio-outlasts-video']);
});

test('less than a second of sound more is cut', () => {
  expect(gridOf({}, { audio: [anAudio({ endSec: 100.9 })] }).holdFrames).toBe(0);
});

test('sound that nobody wants holds no picture', () => {
  const wanted = aProfile({ audio: { languages: ['eng'], otherLanguages: 'drop' } });
  const audio = [anAudio({}), anAudio({ index: 2, language: 'jpn', endSec: 200 })];
  expect(gridOf({}, { audio }, wanted).holdFrames).toBe(0);
});

test('one picture is a film of one frame, held as long as the sound lasts', () => {
  const grid = gridOf({ endSec: 0.04 }, { durationSec: 100 });
  expect([grid.frames, grid.holdFrames]).toEqual([2400, 2399]);
  expect(gridOf({ endSec: 0 }, { audio: [], durationSec: null }).frames).toBe(1);
});

test('frame 0 is the first picture, wherever the container begins', () => {
  expect(gridOf({ startSec: 1.5, endSec: 101.5 }, { startSec: 1.4, audio: [] })).toEqual({
    rate: { num: 24, den: 1 },
    frames: 2400,
    gopFrames: 48,
    segmentFrames: 144,
    originSec: 0.10000000000000009,
    holdFrames: 0,
  });
});

test("the container's length serves where the picture's end is unknown", () => {
  const clock = { startSec: 10, durationSec: 60, audio: [] };
  expect(gridOf({ startSec: null, endSec: null }, clock).frames).toBe(1440);
  expect(gridOf({ startSec: 11, endSec: null }, clock).frames).toBe(1416);
});

test('without any length there is no plan', () => {
  expect(refusalOf(aFacts({ durationSec: null, video: [aVideo({ endSec: null })] }), profile).code).toBe(
    'unknown-duration',
  );
});

test('a truncated source is refused, or encoded as far as it goes without holding the last picture', () => {
  const facts = aFacts({ truncatedAtSec: 40 });
  expect(refusalOf(facts, profile)).toEqual({
    code: 'truncated-source',
    message:
      'the file is cut off: 40.0 s of 100.0 s can be decoded: get the whole file, or encode what is there with --accept-truncated',
  });
  const plan = planOf(facts, profile, { acceptTruncated: true });
  expect([plan.grid.frames, plan.grid.holdFrames]).toEqual([960, 0]);
  expect(decisionsOf(plan)).toEqual(['cap source: truncated-source']);
});

test('where a truncated source breaks off is counted from its own start, as broadcast clocks begin anywhere', () => {
  const video = [aVideo({ startSec: 36_000, endSec: 36_100 })];
  const facts = aFacts({ startSec: 36_000, video, audio: [], truncatedAtSec: 40 });
  expect(planOf(facts, profile, { acceptTruncated: true }).grid.frames).toBe(960);
});
