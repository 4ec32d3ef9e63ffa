import { expect, test } from 'vitest';
import { decodeText } from '#main/media/subtitle/decode-text.ts';

test('a byte order mark decides and is not text', () => {
  expect(decodeText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toEqual({ text: 'a', encoding: 'utf-8', undecodable: 0 });
  expect(decodeText(Uint8Array.of(0xff, 0xfe, 0x61, 0, 0xe9, 0))).toEqual({
    text: 'aé',
    encoding: 'utf-16le',
    undecodable: 0,
  });
  expect(decodeText(Uint8Array.of(0xfe, 0xff, 0, 0x61))).toEqual({ text: 'a', encoding: 'utf-16be', undecodable: 0 });
  expect(decodeText(new Uint8Array())).toEqual({ text: '', encoding: 'utf-8', undecodable: 0 });
});

test('bytes that spell nothing are replaced and counted, a written U+FFFD is not', () => {
  expect(decodeText(Uint8Array.of(0x61, 0xe9, 0x62, 0xef, 0xbf, 0xbd))).toEqual({
    text: 'a\ufffdb\ufffd',
    encoding: 'utf-8',
    undecodable: 1,
  });
  expect(decodeText(Uint8Array.of(0xff, 0xfe, 0x00, 0xd8, 0x61, 0))).toEqual({
    text: '\ufffda',
    encoding: 'utf-16le',
    undecodable: 1,
  });
});
