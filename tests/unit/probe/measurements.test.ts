import { expect, test } from 'vitest';
import { activeAreaOf, readCropdetect } from '#main/media/probe/active-area.ts';
import { fieldOrderSeen, readIdet } from '#main/media/probe/interlacing.ts';

test('cropdetect tells one area a picture, and none for black ones', () => {
  const text = [
    'frame:0    pts:0       pts_time:0',
    'lavfi.cropdetect.x1=0',
    'lavfi.cropdetect.y1=20',
    'lavfi.cropdetect.w=320',
    'lavfi.cropdetect.h=200',
    'lavfi.cropdetect.x=0',
    'lavfi.cropdetect.y=20',
    'frame:1    pts:1       pts_time:0.04',
    'lavfi.cropdetect.w=-318',
    'lavfi.cropdetect.h=-238',
    'lavfi.cropdetect.x=320',
    'lavfi.cropdetect.y=240',
  ].join('\n');
  expect(readCropdetect(text)).toEqual([{ x: 0, y: 20, width: 320, height: 200 }]);
});

test('a film that opens up to the full picture for one scene is not cropped', () => {
  const wide = { x: 0, y: 140, width: 1920, height: 800 };
  const full = { x: 0, y: 0, width: 1920, height: 1080 };
  expect(activeAreaOf([wide, wide, wide, full], 1920, 1080)).toEqual(full);
  expect(activeAreaOf([wide, wide], 1920, 1080)).toEqual(wide);
});

test('a dark scene does not make the area smaller, odd edges go outwards, borders of a few lines stay', () => {
  const areas = [
    { x: 101, y: 141, width: 1001, height: 501 },
    { x: 0, y: 139, width: 1920, height: 801 },
  ];
  expect(activeAreaOf(areas, 1920, 1080)).toEqual({ x: 0, y: 138, width: 1920, height: 802 });
  expect(activeAreaOf([{ x: 4, y: 4, width: 1914, height: 1074 }], 1920, 1080)).toEqual({
    x: 0,
    y: 0,
    width: 1920,
    height: 1080,
  });
  expect(activeAreaOf([], 1920, 1080)).toBe(null);
});

test('idet is believed from ten judged pictures on', () => {
  const lines = [
    '[Parsed_idet_0 @ 0x55] Repeated Fields: Neither:    60 Top:     0 Bottom:     0',
    '[Parsed_idet_0 @ 0x55] Single frame detection: TFF:    50 BFF:     0 Progressive:     8 Undetermined:     2',
    '[Parsed_idet_0 @ 0x55] Multi frame detection: TFF:    58 BFF:     0 Progressive:     2 Undetermined:     0',
  ];
  const counts = readIdet(lines);
  expect(counts).toEqual({ topFirst: 58, bottomFirst: 0, progressive: 2 });
  expect(fieldOrderSeen(counts === null ? [] : [counts])).toBe('top-first');
  expect(fieldOrderSeen([{ topFirst: 1, bottomFirst: 20, progressive: 3 }])).toBe('bottom-first');
  expect(fieldOrderSeen([{ topFirst: 1, bottomFirst: 0, progressive: 30 }])).toBe('progressive');
  expect(fieldOrderSeen([{ topFirst: 4, bottomFirst: 0, progressive: 0 }])).toBe(null);
});
