import { expect, test } from 'vitest';
import { maxWebpSidePx, spriteGrid } from '#main/media/package/sprite-grid.ts';
import { thumbnailsVtt } from '#main/media/package/thumbnails-vtt.ts';

test('each cue shows its tile, to the last one, which ends with the film', () => {
  expect(
    thumbnailsVtt({
      sheet: 'thumbs_320x180.webp',
      tileWidth: 320,
      tileHeight: 180,
      columns: 2,
      count: 5,
      intervalSec: 10.01,
      durationSec: 43.21,
    }),
  ).toBe(`WEBVTT

00:00:00.000 --> 00:00:10.010
thumbs_320x180.webp#xywh=0,0,320,180

00:00:10.010 --> 00:00:20.020
thumbs_320x180.webp#xywh=320,0,320,180

00:00:20.020 --> 00:00:30.030
thumbs_320x180.webp#xywh=0,180,320,180

00:00:30.030 --> 00:00:40.040
thumbs_320x180.webp#xywh=320,180,320,180

00:00:40.040 --> 00:00:43.210
thumbs_320x180.webp#xywh=0,360,320,180
`);
});

test('a sheet is nearly square and has every tile', () => {
  const tile = { tileWidth: 320, tileHeight: 180 };
  expect(spriteGrid({ frames: 1, intervalFrames: 120, ...tile })).toEqual({
    columns: 1,
    rows: 1,
    count: 1,
    intervalFrames: 120,
    because: null,
  });
  expect(spriteGrid({ frames: 241, intervalFrames: 120, ...tile })).toEqual({
    columns: 2,
    rows: 2,
    count: 3,
    intervalFrames: 120,
    because: null,
  });
  // Two hours at 24 fps, a tile every five seconds.
  expect(spriteGrid({ frames: 172_800, intervalFrames: 120, ...tile })).toEqual({
    columns: 29,
    rows: 50,
    count: 1440,
    intervalFrames: 120,
    because: null,
  });
});

test('tiles are taken farther apart when a sheet would be larger than WebP allows', () => {
  // 25 columns of 640 by 45 rows of 360 hold 1125 tiles.
  expect(spriteGrid({ frames: 172_800, intervalFrames: 24, tileWidth: 640, tileHeight: 360 })).toEqual({
    columns: 25,
    rows: 45,
    count: 1123,
    intervalFrames: 154,
    because: 'sprite-too-large',
  });
});

test('no film makes a sheet that is too large or lacks a tile', () => {
  for (const frames of [1, 2, 47, 1000, 99_999, 2_000_000]) {
    for (const intervalFrames of [1, 24, 1000]) {
      for (const [tileWidth, tileHeight] of [
        [64, 36],
        [320, 134],
        [180, 320],
        [640, 640],
        [16_383, 16_383],
        [2, 16_000],
      ] as const) {
        const grid = spriteGrid({ frames, intervalFrames, tileWidth, tileHeight });
        expect(Math.max(grid.columns * tileWidth, grid.rows * tileHeight)).toBeLessThanOrEqual(maxWebpSidePx);
        expect(grid.columns * grid.rows).toBeGreaterThanOrEqual(grid.count);
        expect(grid.columns * (grid.rows - 1)).toBeLessThan(grid.count);
        expect((grid.count - 1) * grid.intervalFrames).toBeLessThan(frames);
        expect(grid.count * grid.intervalFrames).toBeGreaterThanOrEqual(frames);
      }
    }
  }
});

test('impossible sheets are refused', () => {
  expect(() => spriteGrid({ frames: 10, intervalFrames: 1, tileWidth: 16_384, tileHeight: 2 })).toThrow(RangeError);
  for (const frames of [0, -1, 1.5, Number.NaN]) {
    expect(() => spriteGrid({ frames, intervalFrames: 1, tileWidth: 2, tileHeight: 2 })).toThrow(RangeError);
  }
});
