import { parse, types } from 'hls-parser';
import { expect, test } from 'vitest';
import { previewFile } from '#main/media/package/preview/preview-file.ts';
import { previewPlaylist, soundSegments } from '#main/media/package/preview/preview-playlist.ts';
import { segmentDurations } from '#main/media/package/segment-grid.ts';

const grid = {
  ...{ rate: { num: 30_000, den: 1001 }, frames: 1000, gopFrames: 60, segmentFrames: 120 },
  ...{ originSec: 0, holdFrames: 0 },
};
const id = 'video_640x360';

test('the text of a growing playlist begins with that of every earlier one, and ends once', () => {
  const durationsSec = segmentDurations(grid);
  const texts = durationsSec.map((_, i) => {
    const isWhole = i === durationsSec.length - 1;
    return previewPlaylist({ id, durationsSec: durationsSec.slice(0, i + 1), isWhole }, 4);
  });
  for (const [i, text] of texts.entries()) {
    for (const earlier of texts.slice(0, i)) expect(text.startsWith(earlier)).toBe(true);
  }
  expect(texts.map((text) => text.includes('#EXT-X-ENDLIST'))).toEqual([...Array<boolean>(8).fill(false), true]);
  const playlist = parse(texts[2] ?? '');
  if (!(playlist instanceof types.MediaPlaylist)) throw new Error('no media playlist');
  const { playlistType, mediaSequenceBase, targetDuration, start, endlist } = playlist;
  expect({ playlistType, mediaSequenceBase, targetDuration, start, endlist }).toEqual({
    ...{ playlistType: 'EVENT', mediaSequenceBase: 0, targetDuration: 4, endlist: false },
    start: { offset: 0, precise: false },
  });
  expect(playlist.segments.map(({ uri, map }) => [uri, map?.uri])).toEqual(
    [0, 1, 2].map((n) => [`${id}-000${n}.m4s`, `${id}-init.mp4`]),
  );
});

test('sound goes as far as the pictures, and never ends before it began', () => {
  const starts = [0.01, 4.02, 8.005, 12.01];
  expect([0.5, 4.004, 4.02, 8.008, 8.004, 100].map((endSec) => soundSegments(starts, endSec))).toEqual([
    1, 1, 1, 3, 2, 4,
  ]);
  // It sets in after a minute of silence.
  expect(soundSegments([60, 64], 12)).toBe(1);
  // A boundary that a sum of fractions misses by less than anything.
  expect(soundSegments([0, 0.3], 0.1 + 0.2)).toBe(1);
});

test('a path means what a playlist names, and nothing else', () => {
  const ids = [id, 'audio_eng_aac'];
  const read = (path: string) => previewFile(path, ids);
  expect(read('master.m3u8')).toEqual({ kind: 'master' });
  expect(read(`${id}/${id}.m3u8`)).toEqual({ kind: 'playlist', rendition: id });
  expect(read(`${id}/${id}-init.mp4`)).toEqual({ kind: 'init', rendition: id });
  expect(read(`${id}/${id}-0012.m4s`)).toEqual({ kind: 'segment', rendition: id, index: 12 });
  expect(read('audio_eng_aac/audio_eng_aac-12345.m4s')).toMatchObject({ index: 12_345 });
  const others = [
    ...['', '/master.m3u8', 'Master.m3u8', id, `${id}/`, `${id}/../${id}.m3u8`, `${id}/${id}.m3u8/`],
    ...[`${id}/${id}-12.m4s`, `${id}/${id}-00012.m4s`, `${id}/${id}-0012.m4s\n`, `${id}/audio_eng_aac-0001.m4s`],
    ...[`video_1x1/video_1x1.m3u8`, `${id}/${id}-9999999.m4s`, `${id}\\${id}.m3u8`],
  ];
  expect(others.map(read)).toEqual(others.map(() => null));
});
