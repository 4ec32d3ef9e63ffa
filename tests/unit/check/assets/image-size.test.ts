import { expect, test } from 'vitest';
import { imageSize } from '#main/media/check/assets/image-size.ts';
import { hexBytes } from '#tests/helpers/hex-bytes.ts';

test.each([
  ['lossy WebP', '52494646 24000000 57454250 56503820 18000000 300100 9d012a 8000 4800', 128, 72],
  ['lossless WebP', '52494646 24000000 57454250 5650384c 18000000 2f 7fc01100 0000000000', 128, 72],
  ['extended WebP', '52494646 24000000 57454250 56503858 0a000000 00000000 7f0000 470000', 128, 72],
  ['PNG', '89504e47 0d0a1a0a 0000000d 49484452 00000080 00000048', 128, 72],
  ['JPEG behind a comment', 'ffd8 fffe 0004 6869 ffc0 0011 08 0048 0080 03', 128, 72],
])('%s', (_name, hex, widthPx, heightPx) => {
  expect(imageSize(hexBytes(hex))).toEqual({ widthPx, heightPx });
});

test('text, nothing and a JPEG cut off before its size are no pictures', () => {
  expect(['', '68656c6c6f', 'ffd8 fffe 0400 6869'].map((hex) => imageSize(hexBytes(hex)))).toEqual([null, null, null]);
});
