import { expect, test } from 'vitest';
import { emptySamples } from '#main/media/bitstream/mp4-sample-table.ts';
import type { Mp4Samples } from '#main/media/bitstream/mp4-track.ts';
import { audioTimeline, reorderFrames, videoTimeline } from '#main/media/package/fmp4/timeline.ts';

const rate = { num: 24_000, den: 1001 };
/** I0 P4 B2 b1 b3 in a track of 48,000 ticks, as FFmpeg writes it with the delay of two frames in the offsets. */
const reordered = videoSamples(48_000, [0, 4, 2, 1, 3], 2);
const chunk = { timescale: 48_000, samples: reordered, frameCount: 5 };

test('a chunk with B-frames begins at the origin, and decoding runs ahead of it', () => {
  expect(times(videoTimeline([chunk, chunk], rate, 2002))).toEqual({
    dts: [0, 1001, 2002, 3003, 4004, 5005, 6006, 7007, 8008, 9009],
    pts: [2002, 6006, 4004, 3003, 5005, 7007, 11_011, 9009, 8008, 10_010],
    source: [0, 0, 0, 0, 0, 1, 1, 1, 1, 1],
  });
});

test('without room before the origin the offsets are negative and the times of presentation the same', () => {
  const { dts, pts } = times(videoTimeline([chunk], rate));
  expect(dts).toEqual([0, 1001, 2002, 3003, 4004]);
  expect(pts).toEqual([0, 4004, 2002, 1001, 3003]);
});

test('the room that reordering needs is told in frames', () => {
  expect(reorderFrames([chunk], rate)).toEqual({ ok: true, frames: 2 });
  const plain = { timescale: 24_000, samples: videoSamples(24_000, [0, 1, 2], 0), frameCount: 3 };
  expect(reorderFrames([plain], rate)).toEqual({ ok: true, frames: 0 });
});

test('a chunk in milliseconds is put back on the grid', () => {
  const samples = videoSamples(1000, [0, 1, 2, 3], 0);
  expect(times(videoTimeline([{ timescale: 1000, samples, frameCount: 4 }], rate)).pts).toEqual([0, 1001, 2002, 3003]);
});

test('a lost frame is found by the count, or by the hole it left', () => {
  expect(videoTimeline([chunk, { ...chunk, frameCount: 6 }], rate)).toEqual({
    ok: false,
    fault: { code: 'frame-count', source: 1, expected: 6, found: 5 },
  });
  const holed = { ...chunk, samples: videoSamples(48_000, [0, 1, 3, 4, 5], 0) };
  expect(videoTimeline([chunk, holed], rate)).toMatchObject({ fault: { code: 'off-grid', source: 1 } });
  expect(videoTimeline([], rate)).toEqual({ ok: false, fault: { code: 'no-samples' } });
});

const aac = { timescale: 48_000, samples: audioSamples(4, 1024), movieTimescale: 1000 };

test('the packet of AAC priming is dropped and the content starts at the origin', () => {
  const edits = [{ durationTicks: 64, mediaTime: 1024, rate: 1 }];
  expect(times(audioTimeline({ ...aac, edits }, 4805)).pts).toEqual([4805, 5829, 6853]);
});

test('a packet that starts in the priming keeps its time where there is room, and is shortened at 0 where not', () => {
  const opus = { ...aac, samples: audioSamples(3, 960), edits: [{ durationTicks: 60, mediaTime: 312, rate: 1 }] };
  const early = audioTimeline(opus, 4805);
  expect(early.ok && early.samples.map((s) => [s.dts, s.durationTicks])).toEqual([
    [4493, 960],
    [5453, 960],
    [6413, 960],
  ]);
  const cut = audioTimeline(opus);
  expect(cut.ok && cut.samples.map((s) => [s.dts, s.durationTicks])).toEqual([
    [0, 648],
    [648, 960],
    [1608, 960],
  ]);
});

test('an empty edit delays the sound, and padding after the end is dropped', () => {
  const edits = [
    { durationTicks: 500, mediaTime: null, rate: 1 },
    { durationTicks: 64, mediaTime: 1024, rate: 1 },
  ];
  expect(times(audioTimeline({ ...aac, edits }, 0, 26_000)).pts).toEqual([24_000, 25_024]);
});

test('an edit list that cuts the middle is not guessed at', () => {
  const edits = [
    { durationTicks: 20, mediaTime: 0, rate: 1 },
    { durationTicks: 20, mediaTime: 2048, rate: 1 },
  ];
  expect(audioTimeline({ ...aac, edits })).toEqual({ ok: false, fault: { code: 'complex-edits' } });
});

function times(timeline: ReturnType<typeof videoTimeline>) {
  if (!timeline.ok) throw new Error(timeline.fault.code);
  return {
    dts: timeline.samples.map((sample) => sample.dts),
    pts: timeline.samples.map((sample) => sample.dts + sample.ctsOffset),
    source: timeline.samples.map((sample) => sample.source),
  };
}

/** Samples in decoding order that are the given frames, all presented `delay` frames later. */
function videoSamples(timescale: number, frames: number[], delay: number): Mp4Samples {
  const samples = emptySamples(frames.length);
  const ticks = (frame: number) => Math.round((frame * timescale * rate.den) / rate.num);
  for (const [i, frame] of frames.entries()) {
    samples.dts[i] = ticks(i);
    samples.ctsOffset[i] = ticks(frame + delay) - ticks(i);
    samples.sizeBytes[i] = 10;
    samples.sync[i] = i === 0 ? 1 : 0;
  }
  return samples;
}

function audioSamples(count: number, durationTicks: number): Mp4Samples {
  const samples = emptySamples(count);
  samples.dts.forEach((_, i) => {
    samples.dts[i] = i * durationTicks;
  });
  samples.durationTicks.fill(durationTicks);
  return samples;
}
