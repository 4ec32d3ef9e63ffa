import { expect, test } from 'vitest';
import { addStderrLine, emptyDigest } from '#main/media/command/stderr-digest.ts';

const digestOf = (...lines: string[]) => lines.reduce(addStderrLine, emptyDigest);

test('damage is counted, with its repetitions', () => {
  const digest = digestOf(
    '[h264 @ 0x562434db0100] error while decoding MB 18 0',
    'file:/films/dam.mp4: corrupt decoded frame in stream 0',
    '    Last message repeated 2 times',
    '[libx264 @ 0x55] using SAR=1/1',
    '    Last message repeated 9 times',
  );
  expect(digest.decodeErrors).toBe(4);
});

test('only the last lines are kept, long ones cut, empty ones left out', () => {
  const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`);
  const digest = digestOf(...lines, '', '  ', 'x'.repeat(5_000));
  expect(digest.tail).toEqual([...lines.slice(-79), `${'x'.repeat(1_000)}…`]);
});

test('lost output is remembered however much follows', () => {
  const lost = "[hls @ 0x560458dc2a40] Failed to open file '/out/x0.ts'";
  expect(digestOf(lost, ...Array.from({ length: 500 }, (_, i) => `line ${i}`)).outputFaults).toEqual([lost]);
});
