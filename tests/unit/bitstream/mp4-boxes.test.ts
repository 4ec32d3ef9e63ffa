import { expect, test } from 'vitest';
import { boxesIn, readBoxHeader } from '#main/media/bitstream/mp4-boxes.ts';
import { hexBytes } from '#tests/helpers/hex-bytes.ts';

const free = '00000009 66726565 aa';
const wideMdat = '00000001 6d646174 0000000000000012 bbbb';
const toEndMdat = '00000000 6d646174 cccccc';

test('boxes with 32-bit, 64-bit and to-the-end sizes are listed', () => {
  expect(boxesIn(hexBytes(free + wideMdat + toEndMdat))).toEqual({
    boxes: [
      { type: 'free', start: 0, bodyStart: 8, end: 9 },
      { type: 'mdat', start: 9, bodyStart: 25, end: 27 },
      { type: 'mdat', start: 27, bodyStart: 35, end: 38 },
    ],
    fault: null,
  });
});

test('a box that says it is smaller than its header ends the walk', () => {
  expect(boxesIn(hexBytes(`${free}00000004 66726565 00`))).toEqual({
    boxes: [{ type: 'free', start: 0, bodyStart: 8, end: 9 }],
    fault: { code: 'bad-size', atByte: 9, detail: 'box free says it has 4 bytes' },
  });
});

test('a box that is longer than the data ends the walk', () => {
  expect(boxesIn(hexBytes(`${free}00000010 6d6f6f76 00`)).fault).toEqual({
    code: 'cut-short',
    atByte: 9,
    detail: 'box moov of 16 bytes, 9 left',
  });
});

test('the zero word with which QuickTime ends a list is no damage', () => {
  expect(boxesIn(hexBytes(`${free}00000000`)).fault).toBeNull();
});

test('a header is read without its body, so that a file can be walked by seeking', () => {
  expect(readBoxHeader(hexBytes('00000001 6d646174 0000000200000000'))).toEqual({
    ok: true,
    value: { type: 'mdat', headerBytes: 16, sizeBytes: 2 ** 33 },
  });
  expect(readBoxHeader(hexBytes('00000000 6d646174'))).toMatchObject({ value: { sizeBytes: null } });
  expect(readBoxHeader(hexBytes('0000 6d'))).toMatchObject({ ok: false, fault: { code: 'cut-short' } });
});
