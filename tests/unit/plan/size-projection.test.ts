import { expect, test } from 'vitest';
import { projectedBytes } from '#main/media/plan/size-projection.ts';
import type { AudioRendition } from '#shared/model/plan.ts';

const track = (bitrateBps: number | null): AudioRendition => ({
  ...{
    id: 'audio_eng_aac',
    streamIndex: 1,
    language: 'eng',
    name: 'English',
    codec: 'aac',
    encoder: 'aac',
    bitrateBps,
  },
  ...{ channels: 2, sampleRateHz: 48_000, loudness: null, group: 'audio_aac' },
  ...{ isDefault: true, commentary: false, describesVideo: false },
});
const film = { durationSec: 100, audio: [track(80_000), track(null)] };

test('the whole grows as its beginning did', () => {
  const soFar = { videoBytes: 2_000, videoShare: 0.25, audioBytes: 500, audioShare: 0.5 };
  expect(projectedBytes(film, soFar)).toBe(9_000);
});

test('sound that has hardly begun is reckoned by its planned rate', () => {
  const soFar = { videoBytes: 2_000, videoShare: 0.25, audioBytes: 1, audioShare: 0.01 };
  expect(projectedBytes(film, soFar)).toBe(1_008_000);
});

test('nothing is said before a tenth of the pictures is there', () => {
  expect(projectedBytes(film, { videoBytes: 9e9, videoShare: 0.099, audioBytes: 0, audioShare: 1 })).toBe(null);
});
