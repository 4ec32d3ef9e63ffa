import { expect, test } from 'vitest';
import { refusalOf } from '#main/media/probe/refusal.ts';

const mp4Head = new TextEncoder().encode('\0\0\0\u0020ftypisom');

test.each([
  ['an HLS playlist', "[hls @ 0x5566d0] Format not on whitelist 'matroska,mov'", 'disguised-playlist'],
  ['a concat script', "[concat @ 0x5566d0] Format not on whitelist 'matroska,mov'", 'disguised-playlist'],
  ['a protocol', "[http @ 0x556170b5b140] Protocol 'http' not on whitelist 'file'!", 'disguised-playlist'],
  ['a drawing', "[svg_pipe @ 0x5566d0] Format not on whitelist 'matroska,mov'", 'not-media'],
  ['an MP4 without its index', '[mov,mp4,m4a,3gp,3g2,mj2 @ 0x55cfb9ee18c0] moov atom not found', 'truncated-no-index'],
  ['text', '[matroska,webm @ 0x5638eab5e8c0] EBML header parsing failed', 'not-media'],
  ['nothing said', '', 'not-media'],
] as const)('%s is refused as it should be', (_what, line, code) => {
  expect(refusalOf('/films/a.mkv', [line], mp4Head).code).toBe(code);
});

test('a name with line ends and escapes stays one line', () => {
  expect(refusalOf('/films/a\n\u001b[31mb.mkv', [''], mp4Head)).toEqual({
    code: 'not-media',
    message: '"a\u{FFFD}\u{FFFD}[31mb.mkv" can\'t be used: FFmpeg finds no film or sound in it; choose a media file',
  });
});

test('noise named .mp4 is not taken for an MP4 without its index', () => {
  const line = '[mov,mp4,m4a,3gp,3g2,mj2 @ 0x55cfb9ee18c0] moov atom not found';
  expect(refusalOf('/films/a.mp4', [line], new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8])).code).toBe('not-media');
});
