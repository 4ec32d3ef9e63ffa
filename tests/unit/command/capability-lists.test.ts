import { expect, test } from 'vitest';
import { readCodecList, readFilterList } from '#main/media/command/capability-lists.ts';
import { isHardwareEncoder } from '#main/media/plan/codecs.ts';

test('encoders with what they make', () => {
  const text = [
    'Encoders:',
    ' V..... = Video',
    ' ...X.. = Codec is experimental',
    ' ------',
    ' V....D libx264              libx264 H.264 / AVC / MPEG-4 AVC / MPEG-4 part 10 (codec h264)',
    ' V....D mjpeg                MJPEG (Motion JPEG)',
    ' A..X.D opus                 Opus',
    ' S..... webvtt               WebVTT subtitle',
  ].join('\n');
  expect(readCodecList(text)).toEqual([
    { name: 'libx264', kind: 'video', codec: 'h264', experimental: false },
    { name: 'mjpeg', kind: 'video', codec: 'mjpeg', experimental: false },
    { name: 'opus', kind: 'audio', codec: 'opus', experimental: true },
    { name: 'webvtt', kind: 'subtitle', codec: 'webvtt', experimental: false },
  ]);
});

test('filters with two and with three flags', () => {
  const text = [
    'Filters:',
    '  T.. = Timeline support',
    '  | = Source or sink filter',
    ' .SC zscale            V->V       Apply resizing, colorspace and bit depth conversion.',
    ' .. amix              N->A       Audio mixing.',
    ' ... testsrc2          |->V       Generate another test pattern.',
  ].join('\n');
  expect(readFilterList(text)).toEqual(['zscale', 'amix', 'testsrc2']);
});

test('hardware encoders are known by their family', () => {
  const names = [
    'h264_nvenc',
    'hevc_qsv',
    'av1_vaapi',
    'h264_amf',
    'hevc_videotoolbox',
    'libx264',
    'aac_at',
    'prores_ks',
  ];
  expect(names.filter(isHardwareEncoder)).toEqual(names.slice(0, 5));
});
