import { expect, test } from 'vitest';
import {
  estimateProgress,
  type FfmpegProgress,
  noProgressYet,
  readProgressLine,
} from '#main/media/command/progress.ts';

function read(text: string): FfmpegProgress[] {
  let state = noProgressYet;
  const blocks: FfmpegProgress[] = [];
  for (const line of text.split('\n')) {
    const step = readProgressLine(state, line);
    state = step.state;
    if (step.progress !== null) blocks.push(step.progress);
  }
  return blocks;
}

const empty: FfmpegProgress = {
  frame: null,
  fps: null,
  sizeBytes: null,
  bitrateBps: null,
  outTimeSec: null,
  duplicatedFrames: null,
  droppedFrames: null,
  speed: null,
  ended: false,
};

test('two blocks of FFmpeg 5.1, padded with spaces', () => {
  const text = [
    'frame=75',
    'fps=73.24',
    'stream_0_0_q=28.0',
    'bitrate= 706.5kbits/s',
    'total_size=262192',
    'out_time_us=2969000',
    'out_time_ms=2969000',
    'out_time=00:00:02.969000',
    'dup_frames=1',
    'drop_frames=2',
    'speed= 2.9x',
    'progress=continue',
    'frame=90',
    'speed=2.12e+03x',
    'progress=end',
    '',
  ].join('\n');
  expect(read(text)).toEqual([
    {
      frame: 75,
      fps: 73.24,
      sizeBytes: 262_192,
      bitrateBps: 706_500,
      outTimeSec: 2.969,
      duplicatedFrames: 1,
      droppedFrames: 2,
      speed: 2.9,
      ended: false,
    },
    { ...empty, frame: 90, speed: 2120, ended: true },
  ]);
});

test('N/A and the smallest integer of old versions are unknown, not zero', () => {
  const text =
    'bitrate=N/A\ntotal_size=N/A\nout_time_us=-9223372036854775807\nspeed=N/A\nfps=\nframe=nonsense\nno assignment\nprogress=continue';
  expect(read(text)).toEqual([empty]);
});

test('a block that is not closed is not reported', () => {
  expect(read('frame=1\nspeed=1x')).toEqual([]);
});

test('frames tell the share before duration does, and the pace of the whole run tells the rest', () => {
  const progress = { ...empty, frame: 25, outTimeSec: 9 };
  expect(estimateProgress(progress, { frames: 100, durationSec: 10 }, 5)).toEqual({ ratio: 0.25, etaSec: 15 });
  expect(estimateProgress(progress, { frames: null, durationSec: 12 }, 9)).toEqual({ ratio: 0.75, etaSec: 3 });
  expect(estimateProgress(progress, { frames: null, durationSec: null }, 9)).toEqual({ ratio: null, etaSec: null });
  expect(estimateProgress(empty, { frames: 100, durationSec: 10 }, 9)).toEqual({ ratio: null, etaSec: null });
});

test('a share never leaves 0 to 1, and an ended run has nothing left', () => {
  const expected = { frames: 10, durationSec: null };
  expect(estimateProgress({ ...empty, frame: 12, ended: true }, expected, 5)).toEqual({ ratio: 1, etaSec: 0 });
  expect(estimateProgress({ ...empty, frame: 0 }, expected, 5)).toEqual({ ratio: 0, etaSec: null });
  expect(estimateProgress({ ...empty, outTimeSec: -0.5 }, { frames: null, durationSec: 4 }, 5)).toEqual({
    ratio: 0,
    etaSec: null,
  });
});
