import { expect, test } from 'vitest';
import { measuredBitrate } from '#main/media/package/playlist/bandwidth.ts';

test('the peak is the busiest run of half to one and a half target durations, the average is all of it', () => {
  const segments = [
    { sizeBytes: 750_000, durationSec: 6 },
    { sizeBytes: 1_500_000, durationSec: 6 },
    { sizeBytes: 75_000, durationSec: 6 },
  ];
  expect(measuredBitrate(segments, 6)).toEqual({ peakBps: 2_000_000, averageBps: 1_033_334 });
});

test('a short last segment does not count alone but with its neighbour', () => {
  const segments = [
    { sizeBytes: 600_000, durationSec: 6 },
    { sizeBytes: 300_000, durationSec: 1 },
  ];
  expect(measuredBitrate(segments, 6)).toEqual({ peakBps: 1_028_572, averageBps: 1_028_572 });
});

test('neighbours shorter than half a target duration count together', () => {
  const segments = [100_000, 500_000, 100_000].map((sizeBytes) => ({ sizeBytes, durationSec: 2 }));
  expect(measuredBitrate(segments, 6).peakBps).toBe(1_200_000);
});

test('a clip shorter than half a target duration has its average as its peak', () => {
  expect(measuredBitrate([{ sizeBytes: 1000, durationSec: 1 }], 6)).toEqual({ peakBps: 8000, averageBps: 8000 });
});

test('nothing cannot be measured', () => {
  expect(() => measuredBitrate([], 6)).toThrow(RangeError);
  expect(() => measuredBitrate([{ sizeBytes: 1, durationSec: 0 }], 6)).toThrow(RangeError);
});
