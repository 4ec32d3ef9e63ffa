import { expect, test } from 'vitest';
import type { TimelineSample } from '#main/media/package/fmp4/fragment-track.ts';
import { mediaRanges } from '#main/media/package/fmp4/media-ranges.ts';
import { cutAudio, cutVideo } from '#main/media/package/fmp4/segment-cuts.ts';

/** Two closed GOPs of four frames, I P b b, with decoding one frame ahead. */
const closed = pictures([0, 3, 1, 2, 4, 7, 5, 6]);

test('video is cut at the given frames', () => {
  expect(cutVideo(closed, [0, 4])).toEqual({
    ok: true,
    segments: [
      { from: 0, to: 4, startTicks: 10, durationTicks: 40 },
      { from: 4, to: 8, startTicks: 50, durationTicks: 40 },
    ],
  });
});

test('a frame that is no sync sample, or whose GOP is open, is no place to cut', () => {
  expect(cutVideo(closed, [0, 3])).toEqual({ ok: false, fault: { code: 'not-a-start', frame: 3 } });
  const open = pictures([0, 2, 1, 6, 4, 5, 3, 7]).map((sample, i) => ({ ...sample, sync: i === 0 || i === 3 }));
  expect(cutVideo(open, [0, 3])).toEqual({ ok: false, fault: { code: 'not-a-start', frame: 3 } });
});

test.each([[[4]], [[0, 4, 4]], [[0, 8]], [[0, 1.5]]])('start frames %j are refused', (frames) => {
  expect(cutVideo(closed, frames)).toMatchObject({ ok: false, fault: { code: 'bad-frames' } });
});

const second = (n: number) => ({ ticks: n, timescale: 1 });

test('sound is cut at the first packet at or after each boundary', () => {
  const cuts = cutAudio(packets(150, 1024, 4805), {
    timescale: 48_000,
    originTicks: 4805,
    boundaries: [second(0), second(1), second(2)],
  });
  expect(cuts).toEqual([
    { from: 0, to: 47, startTicks: 4805, durationTicks: 47 * 1024 },
    { from: 47, to: 94, startTicks: 4805 + 47 * 1024, durationTicks: 47 * 1024 },
    { from: 94, to: 150, startTicks: 4805 + 94 * 1024, durationTicks: 56 * 1024 },
  ]);
});

test('a short tail joins the segment before it, and boundaries after the end make none', () => {
  const cuts = cutAudio(packets(100, 1024, 0), {
    timescale: 48_000,
    boundaries: [second(0), second(1), second(2), second(3)],
  });
  expect(cuts.map(({ from, to }) => [from, to])).toEqual([
    [0, 47],
    [47, 100],
  ]);
});

test('a packet exactly on a boundary starts the segment, also where fractions are not exact in binary', () => {
  const boundary = { ticks: 1001 * 1000, timescale: 30_000 };
  const cuts = cutAudio(packets(2, 1_601_600, 0), { timescale: 48_000, boundaries: [second(0), boundary] });
  expect(cuts.map(({ from, to }) => [from, to])).toEqual([
    [0, 1],
    [1, 2],
  ]);
});

test('sound that starts late or early loses no packet', () => {
  const late = packets(100, 1024, 72_000);
  const cuts = cutAudio(late, { timescale: 48_000, boundaries: [second(0), second(1), second(2)] });
  expect([cuts[0]?.from, cuts.at(-1)?.to]).toEqual([0, 100]);
  expect(cutAudio([], { timescale: 48_000, boundaries: [second(0)] })).toEqual([]);
});

test('samples that lie side by side in a file are copied in one go', () => {
  const common = { dts: 0, ctsOffset: 0, durationTicks: 1, sync: true };
  const at = (source: number, offset: number, sizeBytes: number): TimelineSample => {
    return { source, offset, sizeBytes, ...common };
  };
  expect(mediaRanges([at(0, 100, 10), at(0, 110, 5), at(0, 200, 1), at(1, 201, 7)])).toEqual([
    { source: 0, offset: 100, sizeBytes: 15 },
    { source: 0, offset: 200, sizeBytes: 1 },
    { source: 1, offset: 201, sizeBytes: 7 },
  ]);
});

function pictures(frames: number[]): TimelineSample[] {
  return frames.map((frame, i) => ({
    source: 0,
    offset: i * 100,
    sizeBytes: 100,
    dts: i * 10,
    ctsOffset: (frame - i + 1) * 10,
    durationTicks: 10,
    sync: frame === i && frame % 4 === 0,
  }));
}

function packets(count: number, durationTicks: number, startTicks: number): TimelineSample[] {
  return Array.from({ length: count }, (_, i) => ({
    source: 0,
    offset: i * 100,
    sizeBytes: 100,
    dts: startTicks + i * durationTicks,
    ctsOffset: 0,
    durationTicks,
    sync: true,
  }));
}
