import { expect, test } from 'vitest';
import { fileUrl, sourceDemuxers, sourceInput, sourceInputOptions } from '#main/media/command/input-options.ts';

test('nothing that opens other files or devices is on the list', () => {
  const followers =
    'hls applehttp dash concat concatf sdp rtsp rtp imf image2 image2pipe vobsub lavfi fbdev alsa tty'.split(' ');
  expect(sourceDemuxers.filter((name) => followers.includes(name) || name.endsWith('_pipe'))).toEqual([]);
  expect(new Set(sourceDemuxers).size).toBe(sourceDemuxers.length);
});

test('a path is one token behind file:, whatever it looks like', () => {
  expect(sourceInput('/films/-i http: %d.mkv')).toEqual([...sourceInputOptions, '-i', 'file:/films/-i http: %d.mkv']);
  expect(fileUrl('C:\\films\\a.mkv')).toBe('file:C:\\films\\a.mkv');
  expect(() => fileUrl('a.mkv')).toThrow(RangeError);
});
