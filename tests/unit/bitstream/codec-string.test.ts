import { expect, test } from 'vitest';
import { parseAacConfig } from '#main/media/bitstream/aac.ts';
import type { Av1Sequence } from '#main/media/bitstream/av1.ts';
import {
  aacCodecString,
  av1CodecString,
  codecStringOfEntry,
  h264CodecString,
  hevcCodecString,
} from '#main/media/bitstream/codec-string.ts';
import type { Mp4SampleEntry } from '#main/media/bitstream/mp4-track.ts';
import { hexBytes } from '#tests/helpers/hex-bytes.ts';

test.each([
  [{ profileIdc: 100, constraintFlags: 0, levelIdc: 40 }, 'avc1.640028'],
  [{ profileIdc: 77, constraintFlags: 0x40, levelIdc: 31 }, 'avc1.4D401F'],
  [{ profileIdc: 66, constraintFlags: 0xe0, levelIdc: 11 }, 'avc1.42E00B'],
])('H.264: %o', (codes, text) => {
  expect(h264CodecString(codes)).toBe(text);
});

test.each([
  [
    'Main',
    { profileSpace: 0, profileIdc: 1, compatibilityFlags: 0x6000_0000, levelIdc: 93 },
    [0xb0],
    'hvc1.1.6.L93.B0',
  ],
  [
    'Main 10',
    { profileSpace: 0, profileIdc: 2, compatibilityFlags: 0x2000_0000, levelIdc: 123 },
    [0xb0],
    'hvc1.2.4.L123.B0',
  ],
  [
    'no constraints',
    { profileSpace: 0, profileIdc: 2, compatibilityFlags: 0x2000_0000, levelIdc: 150 },
    [],
    'hvc1.2.4.L150',
  ],
  [
    'a zero between constraints',
    { profileSpace: 0, profileIdc: 4, compatibilityFlags: 0x0800_0000, levelIdc: 153 },
    [0x9c, 0, 0x20],
    'hvc1.4.10.L153.9C.0.20',
  ],
])('HEVC %s', (_, codes, constraints, text) => {
  const constraintBytes = [...constraints, 0, 0, 0, 0, 0, 0].slice(0, 6);
  expect(hevcCodecString({ ...codes, tier: 'main', constraintBytes })).toBe(text);
});

test('HEVC with profile space and high tier, the example of ISO/IEC 14496-15', () => {
  const codes = { profileSpace: 1, profileIdc: 4, compatibilityFlags: 0x8200_0000, levelIdc: 120 };
  const constraintBytes = [0xb0, 0x23, 0, 0, 0, 0];
  expect(hevcCodecString({ ...codes, tier: 'high', constraintBytes }, 'hev1')).toBe('hev1.A4.41.H120.B0.23');
});

const bt709 = { primaries: 1, transfer: 1, matrix: 1, fullRange: false };
const av1: Av1Sequence = {
  profile: 0,
  levelIdx: 8,
  tier: 'main',
  bitDepth: 10,
  monochrome: false,
  subsamplingX: true,
  subsamplingY: true,
  chromaPosition: 0,
  color: bt709,
  width: 1920,
  height: 1080,
};

test.each<[string, Partial<Av1Sequence>, string]>([
  ['default colour', {}, 'av01.0.08M.10'],
  ['unspecified colour', { color: { ...bt709, primaries: 2, transfer: 2, matrix: 2 } }, 'av01.0.08M.10'],
  [
    'PQ, the example of AV1-ISOBMFF',
    { levelIdx: 4, chromaPosition: 2, color: { primaries: 9, transfer: 16, matrix: 9, fullRange: false } },
    'av01.0.04M.10.0.112.09.16.09.0',
  ],
  [
    'high tier and full range',
    { tier: 'high', levelIdx: 13, color: { ...bt709, fullRange: true } },
    'av01.0.13H.10.0.110.01.01.01.1',
  ],
  ['4:4:4', { profile: 1, bitDepth: 8, subsamplingX: false, subsamplingY: false }, 'av01.1.08M.08.0.000.01.01.01.0'],
])('AV1 with %s', (_, change, text) => {
  expect(av1CodecString({ ...av1, ...change })).toBe(text);
});

test.each([
  ['LC', '11 90', 'mp4a.40.2'],
  ['HE-AAC, signalled first', '2b 92 08 00', 'mp4a.40.5'],
  ['HE-AAC v2, signalled first', 'eb 8a 08 00', 'mp4a.40.29'],
  ['HE-AAC, signalled behind an LC config', '13 10 56 e5 98', 'mp4a.40.5'],
  ['HE-AAC v2, signalled behind an LC config', '13 08 56 e5 9d 48 80', 'mp4a.40.29'],
])('AAC %s', (_, hex, text) => {
  const config = parseAacConfig(hexBytes(hex));
  expect(config.ok && aacCodecString(config.value)).toBe(text);
});

test.each([
  ['vp09', { vpcC: '01000000 00 28 82 02 02 02 0000' }, 'vp09.00.40.08'],
  ['vp09', { vpcC: '01000000 02 1f a2 09 10 09 0000' }, 'vp09.02.31.10.01.09.16.09.00'],
  ['mp4a', { esds: '00000000 0319 0001 00 0411 6b 15 000000 0001f400 0001f400 060102' }, 'mp4a.6B'],
  [
    'mp4a',
    {
      esds: '00000000 03808080 25 0000 00 04808080 17 40 15 000000 0001f400 0001f400 05808080 05 119056e500 06808080 01 02',
    },
    'mp4a.40.2',
  ],
  ['ac-3', {}, 'ac-3'],
  ['ec-3', {}, 'ec-3'],
  ['Opus', {}, 'Opus'],
  ['fLaC', {}, 'fLaC'],
  ['avc1', {}, null],
  ['avc1', { avcC: '01 64' }, null],
  ['tx3g', {}, null],
])('the entry %s with %o', (type, boxes, text) => {
  expect(codecStringOfEntry(entryOf(type, boxes))).toBe(text);
});

function entryOf(type: string, boxes: Record<string, string>): Mp4SampleEntry {
  return {
    type,
    width: null,
    height: null,
    channels: null,
    sampleRateHz: null,
    boxes: new Map(Object.entries(boxes).map(([name, hex]) => [name, hexBytes(hex)])),
    color: null,
    pixelAspect: null,
    masteringDisplay: null,
    contentLight: null,
    dolbyVision: null,
  };
}
