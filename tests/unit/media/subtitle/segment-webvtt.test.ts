import { expect, test } from 'vitest';
import { subtitlePlaylist } from '#main/media/package/subtitle-playlist.ts';
import { segmentWebVtt } from '#main/media/subtitle/segment-webvtt.ts';

const cues = [
  { startSec: 1, endSec: 2, payload: 'inside', settings: '' },
  { startSec: 5.5, endSec: 6.5, payload: 'across', settings: 'line:0' },
  { startSec: 11, endSec: 12, payload: 'ends on a boundary', settings: '' },
];

test('cues keep absolute times, are in every segment they are shown in, and silence has its segment', () => {
  expect(
    segmentWebVtt({ cues, blocks: ['STYLE\n::cue {}'], boundariesSec: [0, 6, 12, 18], firstMediaPts: 126_000 }),
  ).toEqual([
    `WEBVTT
X-TIMESTAMP-MAP=MPEGTS:126000,LOCAL:00:00:00.000

STYLE
::cue {}

00:00:01.000 --> 00:00:02.000
inside

00:00:05.500 --> 00:00:06.500 line:0
across
`,
    `WEBVTT
X-TIMESTAMP-MAP=MPEGTS:126000,LOCAL:00:00:00.000

STYLE
::cue {}

00:00:05.500 --> 00:00:06.500 line:0
across

00:00:11.000 --> 00:00:12.000
ends on a boundary
`,
    `WEBVTT
X-TIMESTAMP-MAP=MPEGTS:126000,LOCAL:00:00:00.000

STYLE
::cue {}
`,
  ]);
});

test('one segment holds everything, for fragmented MP4 from zero', () => {
  expect(segmentWebVtt({ cues: cues.slice(0, 1), boundariesSec: [0, 7200.5], firstMediaPts: 0 })).toEqual([
    'WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n00:00:01.000 --> 00:00:02.000\ninside\n',
  ]);
});

test('a timestamp beyond 33 bits wraps as it does in the stream', () => {
  expect(segmentWebVtt({ cues: [], boundariesSec: [0, 1], firstMediaPts: 2 ** 33 + 5 })).toEqual([
    'WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:5,LOCAL:00:00:00.000\n',
  ]);
});

test('boundaries that do not rise and times that are none are refused', () => {
  for (const boundariesSec of [[], [0], [0, 0], [0, 6, 5]]) {
    expect(() => segmentWebVtt({ cues, boundariesSec, firstMediaPts: 0 })).toThrow(RangeError);
  }
  for (const firstMediaPts of [-1, 0.5, Number.NaN]) {
    expect(() => segmentWebVtt({ cues, boundariesSec: [0, 1], firstMediaPts })).toThrow(RangeError);
  }
});

test('the playlist of segments has the target duration of the title', () => {
  expect(
    subtitlePlaylist({
      segments: [
        { path: 'My Film #1.eng.full-0000.vtt', durationSec: 6 },
        { path: 'My Film #1.eng.full-0001.vtt', durationSec: 1001 / 240 },
      ],
      targetDurationSec: 7,
    }),
  ).toBe(`#EXTM3U
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:7
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXTINF:6.000000,
My%20Film%20%231.eng.full-0000.vtt
#EXTINF:4.170833,
My%20Film%20%231.eng.full-0001.vtt
#EXT-X-ENDLIST
`);
});

test('the playlist of one file raises its target duration to it', () => {
  expect(subtitlePlaylist({ segments: [{ path: 'a.vtt', durationSec: 7200.5 }], targetDurationSec: 6 })).toContain(
    '#EXT-X-TARGETDURATION:7201\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:7200.500000,\na.vtt\n',
  );
});
