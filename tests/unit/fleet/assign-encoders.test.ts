import { expect, test } from 'vitest';
import type { Worker } from '#main/fleet/assign.ts';
import { assignEncoders } from '#main/fleet/assign-encoders.ts';

const worker = (nodeId: string, speeds: Readonly<Record<string, number>>, set: Partial<Worker> = {}): Worker => ({
  ...{ nodeId, packages: false, takesWork: true, tags: [], running: [], cores: 4 },
  ...{ slots: { cpu: 1, io: 1, 'gpu-encode': 1, 'gpu-scale': 1 }, linkBps: null, sourcesOf: new Set<string>() },
  encoders: Object.keys(speeds),
  speeds: new Map(Object.entries(speeds)),
  ...set,
});

const cascade = { id: 'video', encoders: ['h264_nvenc', 'h264_qsv', 'libx264'] };

test('what the crew as a whole is fastest with is taken, for all of its nodes', () => {
  const gaming = worker('gaming', { h264_nvenc: 5, libx264: 2 });
  const small = ['b', 'c'].map((id) => worker(id, { libx264: 1 }));
  expect(assignEncoders([cascade], [gaming, ...small], [])).toEqual({
    choice: { video: 'h264_nvenc' },
    passedOver: [],
  });
  const many = ['b', 'c', 'd', 'e'].map((id) => worker(id, { libx264: 1 }));
  expect(assignEncoders([cascade], [gaming, ...many], [])).toEqual({
    choice: { video: 'libx264' },
    passedOver: [
      { encoder: 'h264_nvenc', reason: 'the crew is faster without it' },
      { encoder: 'h264_qsv', reason: 'no node has proven it' },
    ],
  });
});

test('of equally fast ones the profile’s order decides', () => {
  const both = worker('a', { h264_qsv: 2, libx264: 2 });
  expect(assignEncoders([cascade], [both], [])?.choice).toEqual({ video: 'h264_qsv' });
});

test('a rendition that the hardware has nothing for is made by software beside it', () => {
  const av1 = { id: 'av1', encoders: ['libsvtav1'] };
  const node = worker('a', { h264_nvenc: 5, libx264: 0.1, libsvtav1: 3 });
  expect(assignEncoders([cascade, av1], [node], [])?.choice).toEqual({ video: 'h264_nvenc', av1: 'libsvtav1' });
});

test('one that is pinned to hardware goes only where that was proven', () => {
  const pinned = { id: 'video', encoders: ['h264_nvenc'] };
  expect(assignEncoders([pinned], [worker('a', { libx264: 9 })], [])).toBeNull();
  expect(assignEncoders([pinned], [worker('a', { libx264: 9 }), worker('b', { h264_nvenc: 1 })], [])?.choice).toEqual({
    video: 'h264_nvenc',
  });
});

test('a node that has told of no encoder, or lacks a tag, proves nothing', () => {
  expect(assignEncoders([cascade], [worker('a', { libx264: 1 }, { encoders: null })], [])).toBeNull();
  expect(assignEncoders([cascade], [worker('a', { libx264: 1 })], ['attic'])).toBeNull();
});
