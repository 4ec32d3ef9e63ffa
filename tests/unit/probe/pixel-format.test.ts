import { expect, test } from 'vitest';
import { pixelFormatFacts } from '#main/media/probe/pixel-format.ts';

test.each([
  ['yuv420p', 8, '420', false],
  ['yuvj420p', 8, '420', false],
  ['yuv420p10le', 10, '420', false],
  ['yuv422p12be', 12, '422', false],
  ['yuva444p16le', 16, '444', true],
  ['nv12', 8, '420', false],
  ['p010le', 10, '420', false],
  ['p216le', 16, '422', false],
  ['gbrp', 8, 'rgb', false],
  ['gbrap12le', 12, 'rgb', true],
  ['rgb24', 8, 'rgb', false],
  ['bgra', 8, 'rgb', true],
  ['rgba64le', 16, 'rgb', true],
  ['rgb0', 8, 'rgb', false],
  ['pal8', 8, 'rgb', true],
  ['gray', 8, 'gray', false],
  ['gray10le', 10, 'gray', false],
  ['ya8', 8, 'gray', true],
  ['monob', 1, 'gray', false],
  ['yuv410p', 8, null, false],
  ['vaapi', null, null, false],
  [null, null, null, false],
] as const)('%s', (name, bitDepth, chroma, hasAlpha) => {
  expect(pixelFormatFacts(name)).toEqual({ bitDepth, chroma, hasAlpha });
});
