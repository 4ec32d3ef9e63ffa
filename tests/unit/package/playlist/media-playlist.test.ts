import { parse } from 'hls-parser';
import { expect, test } from 'vitest';
import { iFramePlaylist } from '#main/media/package/playlist/i-frame-playlist.ts';
import { mediaPlaylist } from '#main/media/package/playlist/media-playlist.ts';
import { targetDurationSec } from '#main/media/package/playlist/target-duration.ts';

test('a transport stream rendition needs version 3 and no map', () => {
  const text = mediaPlaylist({
    targetDurationSec: 6,
    map: null,
    segments: [
      { path: 'video_1280x720-0000.ts', durationSec: 6.006, range: null },
      { path: 'video_1280x720-0001.ts', durationSec: 1001 / 30000, range: null },
    ],
  });
  expect(text).toBe(`#EXTM3U
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXTINF:6.006000,
video_1280x720-0000.ts
#EXTINF:0.033367,
video_1280x720-0001.ts
#EXT-X-ENDLIST
`);
  const parsed = parse(text);
  expect(!parsed.isMasterPlaylist && parsed.segments.map((segment) => segment.duration)).toEqual([6.006, 0.033367]);
});

test('a fragmented MP4 rendition names its init segment and needs version 6', () => {
  expect(
    mediaPlaylist({
      targetDurationSec: 4,
      map: { path: 'video-init.mp4', range: null },
      segments: [{ path: 'video-0000.m4s', durationSec: 4, range: null }],
    }),
  ).toBe(`#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-MAP:URI="video-init.mp4"
#EXTINF:4.000000,
video-0000.m4s
#EXT-X-ENDLIST
`);
});

test('byte ranges carry their offset', () => {
  const text = mediaPlaylist({
    targetDurationSec: 4,
    map: { path: 'v.mp4', range: { lengthBytes: 700, offsetBytes: 0 } },
    segments: [{ path: 'v.mp4', durationSec: 4, range: { lengthBytes: 100, offsetBytes: 700 } }],
  });
  expect(text.split('\n').slice(5, 9)).toEqual([
    '#EXT-X-MAP:URI="v.mp4",BYTERANGE="700@0"',
    '#EXTINF:4.000000,',
    '#EXT-X-BYTERANGE:100@700',
    'v.mp4',
  ]);
});

test('an I-frame playlist points into the segments', () => {
  const text = iFramePlaylist({
    targetDurationSec: 6,
    map: null,
    frames: [
      { path: 'video-0000.ts', range: { lengthBytes: 1880, offsetBytes: 376 }, durationSec: 2 },
      { path: 'video-0000.ts', range: { lengthBytes: 940, offsetBytes: 9400 }, durationSec: 4 },
    ],
  });
  expect(text).toBe(`#EXTM3U
#EXT-X-VERSION:4
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-I-FRAMES-ONLY
#EXTINF:2.000000,
#EXT-X-BYTERANGE:1880@376
video-0000.ts
#EXTINF:4.000000,
#EXT-X-BYTERANGE:940@9400
video-0000.ts
#EXT-X-ENDLIST
`);
  const parsed = parse(text);
  expect(!parsed.isMasterPlaylist && parsed.isIFrame).toBe(true);
});

test('the target duration covers every rounded segment duration', () => {
  expect(targetDurationSec([6.006, 5.9, 6.499])).toBe(6);
  expect(targetDurationSec([6.5])).toBe(7);
  expect(targetDurationSec([0.2])).toBe(1);
  expect(() => targetDurationSec([])).toThrow(RangeError);
});
