import { expect, test } from 'vitest';
import { fmp4IFrameRanges } from '#main/media/bitstream/i-frame-ranges.ts';
import { parseFragments } from '#main/media/bitstream/mp4-fragment.ts';
import { fragmentHeader } from '#main/media/package/fmp4/fragment-header.ts';

const samples = [
  { sizeBytes: 1000, durationTicks: 1001, ctsOffset: 0, sync: true },
  { sizeBytes: 300, durationTicks: 1001, ctsOffset: 2002, sync: false },
  { sizeBytes: 100, durationTicks: 1001, ctsOffset: -1001, sync: false },
];
const header = fragmentHeader({ sequence: 7, trackId: 1, baseDecodeTime: 2 ** 33, samples });

test('a fragment is read back as it was written, with the data right behind the header', () => {
  expect(parseFragments(header)).toEqual({
    ok: true,
    value: [
      {
        sequence: 7,
        moofStart: 28,
        moofEnd: header.length - 8,
        tracks: [
          {
            trackId: 1,
            baseDecodeTime: 2 ** 33,
            samples: {
              count: 3,
              offset: Float64Array.of(header.length, header.length + 1000, header.length + 1300),
              sizeBytes: Uint32Array.of(1000, 300, 100),
              dts: Float64Array.of(2 ** 33, 2 ** 33 + 1001, 2 ** 33 + 2002),
              ctsOffset: Int32Array.of(0, 2002, -1001),
              durationTicks: Uint32Array.of(1001, 1001, 1001),
              sync: Uint8Array.of(1, 0, 0),
            },
          },
        ],
      },
    ],
  });
});

test('the mdat header names the length of all samples', () => {
  const view = new DataView(header.buffer, header.length - 8);
  expect([view.getUint32(0), view.getUint32(4)]).toEqual([1408, 0x6d646174]);
});

test('an I-frame range reaches from the moof to the end of the first picture', () => {
  expect(fmp4IFrameRanges(header)).toEqual({
    ok: true,
    value: [{ offsetBytes: 28, sizeBytes: header.length - 28 + 1000, ptsTicks: 2 ** 33 }],
  });
});

test('a fragment without samples, or one that starts before 0, is refused', () => {
  expect(() => fragmentHeader({ sequence: 1, trackId: 1, baseDecodeTime: 0, samples: [] })).toThrow(RangeError);
  expect(() => fragmentHeader({ sequence: 1, trackId: 1, baseDecodeTime: -1, samples })).toThrow(RangeError);
});

test('a fragment of an hour of sound in one piece is no problem', () => {
  const packet = { sizeBytes: 400, durationTicks: 1024, ctsOffset: 0, sync: true };
  const long = fragmentHeader({
    sequence: 1,
    trackId: 1,
    baseDecodeTime: 0,
    samples: Array.from({ length: 170_000 }, () => packet),
  });
  expect(parseFragments(long)).toMatchObject({ value: [{ tracks: [{ samples: { count: 170_000 } }] }] });
});
